import { parseCookies } from "./cookies.ts";
import type { Exchange } from "./exchange.ts";
import { isHost } from "./host.ts";
import { HttpError } from "./http-error.ts";
import { decodeText, parseJson } from "./json.ts";
import type { Limits } from "./limits.ts";
import type { RouteInfo } from "./route-info.ts";
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

  constructor(exchange: Exchange, route: RouteInfo, limits: Limits) {
    this.#exchange = exchange;
    this.route = route;
    this.#limits = limits;
  }

  get method(): string {
    return this.#exchange.method;
  }
  /** The path as it was sent: not decoded, without the query. */
  get path(): string {
    return this.#exchange.path;
  }
  /**
   * The absolute URL: what this hop speaks, the Host field and the target as sent. The host is the client's word: never
   * trust it with a secret. Where there is none it is "localhost".
   */
  get url(): string {
    const { scheme, path, search } = this.#exchange;
    const host = this.#exchange.header("host");
    const origin = `${scheme}://${host !== undefined && isHost(host) ? host : "localhost"}`;
    return origin + (path === "*" ? "" : path) + (search === "" ? "" : `?${search}`);
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

  /** The whole body, within the limit of the application; more is `HttpError` 413. */
  async bytes(): Promise<Uint8Array> {
    return await this.#exchange.bytes(this.#limits.body);
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
  /** The body in pieces, with back-pressure, within the limit of the application. */
  stream(): AsyncIterable<Uint8Array> {
    return this.#exchange.stream(this.#limits.body);
  }
  /** The same request as a web `Request`, made when first read; its body is this request's body. */
  get webRequest(): Request {
    return (this.#webRequest ??= toWebRequest(this.#exchange, this.url, this.#limits.body));
  }
}
