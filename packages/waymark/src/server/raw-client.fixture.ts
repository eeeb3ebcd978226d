import { connect, type Socket } from "node:net";

/** A client that sends bytes and reads bytes. */
export class RawClient {
  readonly #socket: Socket;
  readonly closed: Promise<void>;
  #text = "";
  #wake = (): void => undefined;
  isClosed = false;
  /** The server has ended its side. */
  isEnded = false;

  /** @param socket another way to the port, for example through TLS. */
  constructor(port: number, socket: Socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true })) {
    this.#socket = socket;
    this.#socket.setNoDelay(true);
    this.#socket.on("data", (bytes) => {
      this.#text += bytes.toString("latin1");
      this.#wake();
    });
    this.#socket.on("error", () => undefined);
    this.#socket.on("end", () => {
      this.isEnded = true;
      this.#wake();
    });
    this.closed = new Promise((resolve) =>
      this.#socket.on("close", () => {
        this.isClosed = true;
        this.#wake();
        resolve();
      }),
    );
  }

  get text(): string {
    return this.#text;
  }
  /** The statuses of the replies so far. */
  get statuses(): number[] {
    return [...this.#text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]));
  }

  write(text: string | Uint8Array): this {
    this.#socket.write(typeof text === "string" ? Buffer.from(text, "latin1") : text);
    return this;
  }
  end(): this {
    this.#socket.end();
    return this;
  }
  pause(): this {
    this.#socket.pause();
    return this;
  }
  resume(): this {
    this.#socket.resume();
    return this;
  }
  destroy(): void {
    this.#socket.destroy();
  }

  /** Waits for a pattern in what was received. Rejects when the server ends first. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      if (pattern.test(this.#text)) return this.#text;
      if (this.isClosed || this.isEnded)
        throw new Error(`the server ended after ${JSON.stringify(this.#text)}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
  /** Waits until the server has ended its side; what it sent. */
  async untilEnd(): Promise<string> {
    while (!this.isEnded && !this.isClosed) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#text;
  }
}
