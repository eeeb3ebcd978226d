import { Exchange } from "./exchange.ts";

/** An exchange whose request is that of another one. Where it lies, and what becomes of its reply, is its own to say. */
export abstract class InnerExchange extends Exchange {
  readonly #outer: Exchange;

  constructor(outer: Exchange) {
    super();
    this.#outer = outer;
  }

  get method(): string {
    return this.#outer.method;
  }
  get search(): string {
    return this.#outer.search;
  }
  get scheme(): "http" | "https" {
    return this.#outer.scheme;
  }
  get remoteAddress(): string | undefined {
    return this.#outer.remoteAddress;
  }
  get hasBody(): boolean {
    return this.#outer.hasBody;
  }
  header(name: string): string | undefined {
    return this.#outer.header(name);
  }
  headers(): [name: string, value: string][] {
    return this.#outer.headers();
  }
  protected readBody(limit: number): Uint8Array | Promise<Uint8Array> {
    return this.#outer.bytes(limit);
  }
  protected readStream(limit: number): AsyncIterable<Uint8Array> {
    return this.#outer.stream(limit);
  }
  override get signal(): AbortSignal {
    return this.#outer.signal;
  }
  override get aborted(): boolean {
    return this.#outer.aborted;
  }
  override abort(reason?: unknown): void {
    this.#outer.abort(reason);
  }
}
