import type { Readable } from "node:stream";
import { HttpError } from "../http/http-error.ts";

/** The body of one request on Node's servers, read at most once. */
export class NodeHttpBody {
  readonly #request: Readable;
  /** Bytes announced; -1 when it comes in chunks. */
  readonly #length: number;
  /** Asks for the body where the client waits for that (Expect: 100-continue). */
  readonly #invite: (() => void) | undefined;
  #failure: HttpError | undefined;
  #onFailure: ((error: HttpError) => void) | undefined;

  constructor(request: Readable, length: number, invite: (() => void) | undefined) {
    this.#request = request;
    this.#length = length;
    this.#invite = invite;
  }

  /** Ends reading with an error: the client went away, was too slow, or sent no valid body. */
  fail(error: HttpError): void {
    this.#failure ??= error;
    this.#onFailure?.(this.#failure);
  }

  /** The whole body. Rejects with `HttpError`. */
  read(limit: number): Promise<Uint8Array> {
    const refused = this.#refusedAtOnce(limit);
    if (refused !== undefined) return Promise.reject(refused);
    this.#invite?.();
    const request = this.#request;
    return new Promise((resolve, reject) => {
      const pieces: Uint8Array[] = [];
      let size = 0;
      const stop = (): void => {
        this.#onFailure = undefined;
        request.off("data", onData).off("end", onEnd).off("error", onError).pause();
      };
      const onData = (piece: Buffer): void => {
        size += piece.length;
        pieces.push(piece);
        if (size > limit) this.fail(tooLarge(limit));
      };
      const onEnd = (): void => {
        // The listeners stay: nothing comes any more, and taking each off costs more than all the rest.
        this.#onFailure = undefined;
        resolve(pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces, size));
      };
      const onError = (): void => this.fail(interrupted());
      this.#onFailure = (error) => {
        stop();
        reject(error);
      };
      request.on("data", onData).on("end", onEnd).on("error", onError);
    });
  }

  /** The body in pieces; nothing is taken from the socket before it is asked for. Throws `HttpError`. */
  async *stream(limit: number): AsyncGenerator<Uint8Array> {
    const refused = this.#refusedAtOnce(limit);
    if (refused !== undefined) throw refused;
    this.#invite?.();
    const request = this.#request;
    let wake = (): void => undefined;
    const onReady = (): void => wake();
    const onError = (): void => this.fail(interrupted());
    this.#onFailure = onReady;
    request.on("readable", onReady).on("end", onReady).on("error", onError);
    try {
      for (let size = 0; ;) {
        if (this.#failure !== undefined) throw this.#failure;
        const piece = request.read() as Buffer | null;
        if (piece !== null) {
          size += piece.length;
          if (size > limit) throw (this.#failure = tooLarge(limit));
          yield piece;
        } else if (request.readableEnded) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#onFailure = undefined;
      request.off("readable", onReady).off("end", onReady).off("error", onError);
    }
  }

  #refusedAtOnce(limit: number): HttpError | undefined {
    return (this.#failure ??= this.#length > limit ? tooLarge(limit) : undefined);
  }
}

function tooLarge(limit: number): HttpError {
  return new HttpError(413, `The body is larger than ${limit} bytes`);
}

function interrupted(): HttpError {
  return new HttpError(400, "The client went away before the body was complete.");
}
