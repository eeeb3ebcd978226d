import { HttpError } from "../http/http-error.ts";
import type { Target } from "../http/target.ts";
import { fieldLines, fieldValue } from "./field-lines.ts";
import { collect, limited, piecesOf } from "./limited.ts";
import { WebExchange } from "./web-exchange.ts";

export interface MemoryRequest {
  readonly method: string;
  readonly target: Target;
  /** Name, value, name, value, … */
  readonly lines: readonly string[];
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  readonly scheme: "http" | "https";
  readonly remoteAddress: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** An exchange without a socket. */
export class MemoryExchange extends WebExchange {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly scheme: "http" | "https";
  readonly remoteAddress: string | undefined;
  readonly hasBody: boolean;
  readonly #lines: readonly string[];
  readonly #body: Uint8Array | AsyncIterable<Uint8Array> | undefined;

  constructor({ method, target, lines, body, scheme, remoteAddress, signal }: MemoryRequest) {
    super();
    this.method = method;
    this.path = target.path;
    this.search = target.search;
    this.scheme = scheme;
    this.remoteAddress = remoteAddress;
    this.hasBody = body instanceof Uint8Array ? body.length > 0 : body !== undefined;
    this.#lines = lines;
    this.#body = body;
    if (signal?.aborted === true) this.clientGone(signal.reason);
    else signal?.addEventListener("abort", () => this.clientGone(signal.reason), { once: true });
  }

  header(name: string): string | undefined {
    return fieldValue(this.#lines, name);
  }
  headers(): [name: string, value: string][] {
    return fieldLines(this.#lines);
  }

  protected readBody(limit: number): Uint8Array | Promise<Uint8Array> {
    if (this.#body === undefined) return new Uint8Array(0);
    if (!(this.#body instanceof Uint8Array)) return collect(this.readStream(limit));
    if (this.#body.length > limit) throw new HttpError(413, `The body is larger than ${limit} bytes`);
    return this.#body;
  }
  protected readStream(limit: number): AsyncIterable<Uint8Array> {
    const body = this.#body;
    return limited(
      body === undefined ? piecesOf() : body instanceof Uint8Array ? piecesOf(body) : body,
      limit,
      this.gone(),
    );
  }
}
