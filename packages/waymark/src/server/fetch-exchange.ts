import { HttpError } from "../http/http-error.ts";
import { iterate } from "../http/iterate.ts";
import type { FetchInfo } from "./fetch.ts";
import { collect, limited, piecesOf } from "./limited.ts";
import { WebExchange } from "./web-exchange.ts";

/** An exchange over a web `Request`. */
export class FetchExchange extends WebExchange {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly scheme: "http" | "https";
  readonly remoteAddress: string | undefined;
  readonly hasBody: boolean;
  readonly #request: Request;
  readonly #host: string;

  constructor(request: Request, { remoteAddress, hasBody = true }: FetchInfo) {
    super();
    const { method, url } = request;
    // The standard made the URL: scheme, host and path are there, in one spelling.
    const host = url.indexOf("//") + 2;
    const path = url.indexOf("/", host);
    const fragment = url.indexOf("#", path);
    const end = fragment === -1 ? url.length : fragment;
    const mark = url.indexOf("?", path);
    const hasSearch = mark !== -1 && mark < end;
    this.method = method;
    this.#host = url.slice(host, path);
    this.path = url.slice(path, hasSearch ? mark : end);
    this.search = hasSearch ? url.slice(mark + 1, end) : "";
    this.scheme = url.startsWith("https:") ? "https" : "http";
    this.remoteAddress = remoteAddress;
    this.hasBody = hasBody && request.body !== null && request.headers.get("content-length") !== "0";
    this.#request = request;
    const { signal } = request;
    if (signal.aborted) this.clientGone(signal.reason);
    else signal.addEventListener("abort", () => this.clientGone(signal.reason), { once: true });
  }

  header(name: string): string | undefined {
    return this.#request.headers.get(name) ?? (name === "host" ? this.#host : undefined);
  }
  headers(): [name: string, value: string][] {
    const fields = [...this.#request.headers];
    return this.#request.headers.has("host") ? fields : [["host", this.#host], ...fields];
  }

  protected readBody(limit: number): Uint8Array | Promise<Uint8Array> {
    return this.hasBody ? collect(this.readStream(limit)) : new Uint8Array(0);
  }
  protected readStream(limit: number): AsyncIterable<Uint8Array> {
    const { body, bodyUsed, headers } = this.#request;
    if (bodyUsed)
      return failing(
        new HttpError(500, undefined, { cause: new TypeError("the body of the Request was read already") }),
      );
    if (Number(headers.get("content-length") ?? 0) > limit)
      return failing(new HttpError(413, `The body is larger than ${limit} bytes`));
    return limited(body === null ? piecesOf() : iterate<Uint8Array>(body), limit, this.gone());
  }
}

// oxlint-disable-next-line require-yield -- it has nothing to give
async function* failing(error: HttpError): AsyncGenerator<Uint8Array> {
  throw error;
}
