import { Exchange } from "./exchange.ts";

export interface BareRequest {
  readonly method?: string;
  readonly path?: string;
  readonly search?: string;
  readonly scheme?: "http" | "https";
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
}

/** An exchange of plain values: what is below the drivers is tested with it. */
export class BareExchange extends Exchange {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly scheme: "http" | "https";
  readonly remoteAddress = "192.0.2.1";
  readonly hasBody: boolean;
  readonly #headers: readonly (readonly [string, string])[];
  readonly #body: Uint8Array;

  constructor({
    method = "GET",
    path = "/",
    search = "",
    scheme = "http",
    headers = [],
    body = "",
  }: BareRequest = {}) {
    super();
    this.method = method;
    this.path = path;
    this.search = search;
    this.scheme = scheme;
    this.#headers = headers;
    this.#body = typeof body === "string" ? new TextEncoder().encode(body) : body;
    this.hasBody = this.#body.length > 0;
  }

  header(name: string): string | undefined {
    const values = this.#headers.filter(([each]) => each === name).map(([, value]) => value);
    return values.length === 0 ? undefined : values.join(name === "cookie" ? "; " : ", ");
  }
  headers(): [string, string][] {
    return this.#headers.map(([name, value]) => [name, value]);
  }
  protected readBody(): Uint8Array {
    return this.#body;
  }
  protected async *readStream(): AsyncGenerator<Uint8Array> {
    yield this.#body;
  }
  end(): void {
    throw new Error("nothing sends this");
  }

  /** The payload, whatever its form, as text. */
  async text(): Promise<string> {
    const { payload } = this;
    if (payload === null || typeof payload === "string") return payload ?? "";
    const decoder = new TextDecoder();
    if (payload instanceof Uint8Array) return decoder.decode(payload);
    let text = "";
    for await (const piece of payload)
      text += typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
    return text;
  }
}
