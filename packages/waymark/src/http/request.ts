import { clientBase } from "./client-base.ts";
import { parseCookies } from "./cookies.ts";
import type { Exchange } from "./exchange.ts";
import { isHost } from "./host.ts";
import { HttpError } from "./http-error.ts";
import { decodeText, parseJson } from "./json.ts";
import type { Limits } from "./limits.ts";
import type { Owner } from "./owner.ts";
import type { RouteInfo } from "./route-info.ts";
import type { Client, TrustedProxies } from "./trusted-proxies.ts";
import { toWebRequest } from "./web-request.ts";

export type { RouteInfo } from "./route-info.ts";

/** The fields of a request. Names are case-insensitive; iterating gives each line as it was sent, names in lower case. */
export class RequestHeaders implements Iterable<[name: string, value: string]> {
  readonly #exchange: Exchange;
  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }
  /** The field's value (lines joined by ", "), or null. */
  get(name: string): string | null {
    return this.#exchange.header(name.toLowerCase()) ?? null;
  }
  has(name: string): boolean {
    return this.#exchange.header(name.toLowerCase()) !== undefined;
  }
  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.#exchange.headers()[Symbol.iterator]();
  }
}

/** A query that can only be read. */
export type ReadonlySearchParams = Omit<URLSearchParams, "append" | "delete" | "set" | "sort">;

/** The request: what `request()` gives to a function or dependency. Nothing of it is made before it is asked for. */
export class IncomingRequest {
  readonly #exchange: Exchange;
  readonly #limits: Limits;
  /** The route that was matched. */
  readonly route: RouteInfo;
  #headers: RequestHeaders | undefined;
  #cookies: ReadonlyMap<string, string> | undefined;
  #query: ReadonlySearchParams | undefined;
  #webRequest: Request | undefined;
  #client: Client | undefined;
  /** The application that it came to: for the framework's own functions. */
  readonly "~owner": Owner | undefined;

  constructor(exchange: Exchange, route: RouteInfo, limits: Limits, owner?: Owner) {
    this.#exchange = exchange;
    this.route = route;
    this.#limits = limits;
    this["~owner"] = owner;
  }

  get method(): string {
    return this.#exchange.method;
  }
  /** The path as it was sent: not decoded, without the query. */
  get path(): string {
    return this.#exchange.path;
  }
  /**
   * What clients write before `path`: what a proxy takes away (`rootPath` of the app, or what a trusted proxy says), and what
   * this application is mounted at in another one; "" where there is neither. `url` has it.
   */
  get base(): string {
    const { proxies } = this.#exchange;
    return clientBase(this.#exchange, proxies === undefined ? undefined : this.#clientOf(proxies));
  }
  /**
   * The absolute URL: scheme, host and the target as sent. The host is the client's word: never trust it with a secret.
   * Where there is none it is "localhost".
   */
  get url(): string {
    const { path, search } = this.#exchange;
    return this.origin + this.base + (path === "*" ? "" : path) + (search === "" ? "" : `?${search}`);
  }
  /** Scheme, host and port that the client asked for: see `url`. */
  get origin(): string {
    return `${this.scheme}://${this.host ?? "localhost"}`;
  }
  /** What the client speaks: "http" or "https". Behind a proxy that is not trusted, what the proxy speaks. */
  get scheme(): "http" | "https" {
    return this.#clientOrExchange.scheme;
  }
  /** Host and port that the client asked for, as it wrote them; undefined where that is no host. */
  get host(): string | undefined {
    const { proxies } = this.#exchange;
    const host = proxies === undefined ? this.#exchange.header("host") : this.#clientOf(proxies).host;
    return host !== undefined && isHost(host) ? host : undefined;
  }
  /** Address of the client: the peer that is connected or, where that is a trusted proxy, whom it speaks for. */
  get clientAddress(): string | undefined {
    const { proxies, remoteAddress } = this.#exchange;
    return proxies === undefined ? remoteAddress : this.#clientOf(proxies).address;
  }
  get #clientOrExchange(): Pick<Client, "scheme"> {
    const { proxies } = this.#exchange;
    return proxies === undefined ? this.#exchange : this.#clientOf(proxies);
  }
  #clientOf(proxies: TrustedProxies): Client {
    return (this.#client ??= proxies.clientOf(this.#exchange));
  }
  /** The name of this request in logs and in the reply, given by the middleware `requestId`; undefined without it. */
  get id(): string | undefined {
    return this.#exchange.id;
  }
  /** What it is made of: for the framework's own middleware. */
  get "~exchange"(): Exchange {
    return this.#exchange;
  }
  get headers(): RequestHeaders {
    return (this.#headers ??= new RequestHeaders(this.#exchange));
  }
  /** Cookies by name; of two with one name the first. */
  get cookies(): ReadonlyMap<string, string> {
    return (this.#cookies ??= parseCookies(this.#exchange.header("cookie")));
  }
  get query(): ReadonlySearchParams {
    return (this.#query ??= new URLSearchParams(this.#exchange.search));
  }
  /** Aborts when the client goes away before the reply is complete, or when a dependency fails. */
  get signal(): AbortSignal {
    return this.#exchange.signal;
  }
  /** Address of the peer that is connected, which may be a proxy; undefined where there is no socket. */
  get remoteAddress(): string | undefined {
    return this.#exchange.remoteAddress;
  }

  /** The whole body, within the limit that applies here; more is `HttpError` 413. */
  async bytes(): Promise<Uint8Array> {
    return await this.#exchange.bytes(this.#bodyLimit);
  }
  /** The whole body as UTF-8 text; bytes that are not UTF-8 are `HttpError` 400. */
  async text(): Promise<string> {
    const text = decodeText(await this.bytes());
    if (text === undefined) throw new HttpError(400, "The body is not UTF-8 text.");
    return text;
  }
  /** The whole body as JSON, whatever its media type says; what is not JSON is `HttpError` 400. */
  async json(): Promise<unknown> {
    return parseJson(await this.bytes(), this.#limits.jsonDepth);
  }
  /** The body in pieces, with back-pressure, within the limit that applies here. */
  stream(): AsyncIterable<Uint8Array> {
    return this.#exchange.stream(this.#bodyLimit);
  }
  get #bodyLimit(): number {
    return this.#exchange.bodyLimit || this.#limits.body;
  }
  /** For what is mounted, which reads the body by itself. */
  get "~bodyLimit"(): number {
    return this.#bodyLimit;
  }
  /** The same request as a web `Request`, made when first read; its body is this request's body. */
  get webRequest(): Request {
    return (this.#webRequest ??= toWebRequest(this.#exchange, this.url, this.#bodyLimit));
  }
}
