import { Exchange } from "../http/exchange.ts";
import { HttpError } from "../http/http-error.ts";

interface Sent {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface RequestFixture {
  readonly method?: string;
  readonly path?: string;
  readonly search?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The body comes with a promise, as one that is still on its way does. */
  readonly slow?: boolean;
}

/** An exchange without a socket: what was sent is kept, what was read is counted. */
export class TestExchange extends Exchange {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly scheme = "http";
  readonly remoteAddress = undefined;
  sent: Sent | undefined;
  ends = 0;
  /** Names of header fields that were asked for. */
  readonly asked: string[] = [];
  bodyReads = 0;
  /** Called when the reply is handed over. */
  onEnd: () => void = () => {};
  readonly #request: RequestFixture;

  constructor(request: RequestFixture = {}) {
    super();
    this.#request = request;
    this.method = request.method ?? "GET";
    this.path = request.path ?? "/";
    this.search = request.search ?? "";
  }

  header(name: string): string | undefined {
    this.asked.push(name);
    if (name === "content-type" && this.hasBody) return this.#request.headers?.[name] ?? "application/json";
    return this.#request.headers?.[name];
  }
  headers(): [name: string, value: string][] {
    return Object.entries(this.#request.headers ?? {});
  }
  get hasBody(): boolean {
    return this.#request.body !== undefined;
  }
  protected readBody(limit: number): Uint8Array | Promise<Uint8Array> {
    this.bodyReads++;
    const bytes = new TextEncoder().encode(this.#request.body);
    if (bytes.length > limit) throw new HttpError(413);
    return this.#request.slow === true ? Promise.resolve(bytes) : bytes;
  }
  protected async *readStream(limit: number): AsyncGenerator<Uint8Array> {
    yield await this.readBody(limit);
  }

  end(): void | Promise<void> {
    this.ends++;
    this.onEnd();
    const { payload } = this;
    if (payload === null || typeof payload === "string") return this.#send(payload ?? "");
    if (payload instanceof Uint8Array) return this.#send(new TextDecoder().decode(payload));
    return this.#stream(payload);
  }

  async #stream(pieces: AsyncIterable<Uint8Array | string>): Promise<void> {
    let text = "";
    for await (const piece of pieces)
      text += typeof piece === "string" ? piece : new TextDecoder().decode(piece);
    this.#send(text);
  }

  #send(text: string): void {
    const headers: Record<string, string> = {};
    if (this.contentType !== null) headers["content-type"] = this.contentType;
    for (let i = 0; i < (this.fields?.length ?? 0); i += 2)
      headers[this.fields![i]!] = this.getField(this.fields![i]!)!;
    const bare = this.method === "HEAD" || this.status === 204 || this.status === 304;
    this.sent = { status: this.status, headers, text: bare ? "" : text };
  }
}

/** The JSON of what was sent. */
export function jsonOf(exchange: TestExchange): any {
  return exchange.sent === undefined || exchange.sent.text === ""
    ? undefined
    : JSON.parse(exchange.sent.text);
}
