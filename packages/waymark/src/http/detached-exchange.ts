import { Exchange } from "./exchange.ts";

const SHARED = ["bodyLimit", "id", "proxies", "root", "onFault"] as const;

/**
 * The request of another exchange with a reply of its own, which begins as a copy of what that one's reply is so far. What
 * is written to it reaches nobody unless it is copied back.
 */
export class DetachedExchange extends Exchange {
  readonly #origin: Exchange;

  constructor(origin: Exchange) {
    super();
    this.#origin = origin;
    // What middleware decides about the request is of both: whoever asks the request asks the origin.
    for (const name of SHARED)
      Object.defineProperty(this, name, {
        get: () => origin[name],
        set: (value: never) => {
          origin[name] = value;
        },
      });
    copyReply(origin, this);
  }

  override get base(): string {
    return this.#origin.base;
  }
  get method(): string {
    return this.#origin.method;
  }
  get path(): string {
    return this.#origin.path;
  }
  get search(): string {
    return this.#origin.search;
  }
  get scheme(): "http" | "https" {
    return this.#origin.scheme;
  }
  get remoteAddress(): string | undefined {
    return this.#origin.remoteAddress;
  }
  get hasBody(): boolean {
    return this.#origin.hasBody;
  }
  header(name: string): string | undefined {
    return this.#origin.header(name);
  }
  headers(): [name: string, value: string][] {
    return this.#origin.headers();
  }
  protected readBody(limit: number): Uint8Array | Promise<Uint8Array> {
    return this.#origin.bytes(limit);
  }
  protected readStream(limit: number): AsyncIterable<Uint8Array> {
    return this.#origin.stream(limit);
  }
  override get signal(): AbortSignal {
    return this.#origin.signal;
  }
  override get aborted(): boolean {
    return this.#origin.aborted;
  }
  override abort(reason?: unknown): void {
    this.#origin.abort(reason);
  }
  end(): void {
    throw new Error("a detached reply cannot be sent");
  }
}

/** Makes the reply of one exchange that of another. */
export function copyReply(from: Exchange, to: Exchange): void {
  to.status = from.status;
  to.contentType = from.contentType;
  to.payload = from.payload;
  to.fields = from.fields?.slice();
}
