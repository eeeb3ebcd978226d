import { Exchange } from "../http/exchange.ts";
import { isFraming } from "../http/framing.ts";
import { HttpError } from "../http/http-error.ts";
import { cancelPieces, isPieces, type PayloadPieces, promisedLength, Pump } from "../http/pump.ts";
import { isBodiless, lengthFor } from "../http/status.ts";

const encoder = new TextEncoder();

/** The writing half of every exchange whose reply is a web `Response`. */
export abstract class WebExchange extends Exchange {
  #answer!: (response: Response) => void;
  /** The reply, as soon as `end` was called. */
  readonly response: Promise<Response> = new Promise((resolve) => (this.#answer = resolve));
  #isGone = false;
  /** All of the reply is handed over: a client that leaves now has missed nothing. */
  #isOver = false;
  #pump: Pump | undefined;
  #lost: ((error: HttpError) => void) | undefined;
  /** Asks the reader of a streaming reply for no more than it wants. */
  #wanted: (() => void) | undefined;

  /** The client went away: its signal aborted, or the reply's body was cancelled. */
  protected clientGone(reason: unknown): void {
    if (this.#isGone || this.#isOver) return;
    this.#isGone = true;
    this.#pump?.stop();
    this.#lost?.(clientLeft());
    this.abort(reason);
  }
  /** Rejects when the client goes away: for whoever waits for its body. */
  protected gone(): Promise<never> {
    const gone = new Promise<never>((_, reject) => {
      this.#lost = reject;
      if (this.#isGone) reject(clientLeft());
    });
    gone.catch(() => undefined);
    return gone;
  }

  end(): void | Promise<void> {
    if (this.lines !== "") this.splitLines();
    const { payload } = this;
    const isSilent = this.method === "HEAD" || isBodiless(this.status);
    if (isPieces(payload)) {
      if (!isSilent && !this.#isGone) return this.#endInPieces(payload);
      this.#isOver = true;
      this.#answer(this.#respond(null, promisedLength(this.fields)));
      return cancelPieces(payload);
    }
    this.#isOver = true;
    const bytes = typeof payload === "string" ? encoder.encode(payload) : payload;
    const length = bytes?.byteLength ?? (this.method === "HEAD" ? promisedLength(this.fields) : 0);
    this.#answer(this.#respond(isSilent ? null : bytes, this.status === 304 ? undefined : length));
    return undefined;
  }

  async #endInPieces(pieces: PayloadPieces): Promise<void> {
    const length = promisedLength(this.fields);
    let reader!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          reader = controller;
        },
        pull: () => this.#wanted?.(),
        cancel: (reason) =>
          this.clientGone(reason ?? new DOMException("The reply was cancelled", "AbortError")),
      },
      { highWaterMark: 1 },
    );
    this.#pump = new Pump({ pieces, length, write: (piece) => this.#enqueue(reader, piece) });
    this.#answer(this.#respond(body, length));
    try {
      await this.#pump.run();
      if (this.#isGone) return;
      this.#isOver = true;
      reader.close();
    } catch (error) {
      if (!this.#isGone) reader.error(error);
      throw error;
    }
  }

  #enqueue(
    reader: ReadableStreamDefaultController<Uint8Array>,
    piece: Uint8Array | string,
  ): void | Promise<void> {
    if (piece.length === 0) return undefined;
    reader.enqueue(typeof piece === "string" ? encoder.encode(piece) : piece);
    if ((reader.desiredSize ?? 0) > 0) return undefined;
    return new Promise((resolve) => {
      this.#wanted = () => {
        this.#wanted = undefined;
        resolve();
      };
    });
  }

  #respond(body: Uint8Array | ReadableStream<Uint8Array> | null, length: number | undefined): Response {
    const headers = new Headers();
    if (this.contentType !== null) headers.set("content-type", this.contentType);
    const told = lengthFor(this.status, length);
    if (told !== undefined) headers.set("content-length", String(told));
    const { fields = [] } = this;
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i] as string;
      if (name !== "content-length" && !isFraming(name)) headers.append(name, fields[i + 1] as string);
    }
    return new Response(body, { status: this.status, headers });
  }
}

function clientLeft(): HttpError {
  return new HttpError(400, "The client went away before the body was complete.");
}
