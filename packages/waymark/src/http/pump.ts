import type { Payload } from "./exchange.ts";

/** Pieces of a reply, as a payload gives them. */
export type PayloadPieces = Extract<Payload, AsyncIterable<unknown>>;

export interface PumpOptions {
  readonly pieces: PayloadPieces;
  /** Takes a piece. A promise says that the reader is slow: the next piece is asked for when it resolves; it never rejects. */
  readonly write: (piece: Uint8Array | string) => void | Promise<void>;
  /** The Content-Length that was promised. More or fewer bytes make `run` reject: they would be read as another reply. */
  readonly length?: number | undefined;
}

/** Milliseconds that a source gets to finish when the client has gone, before clean-up goes on without it. */
const GRACE = 5000;

/**
 * After so much others have a turn: a source that never waits and a reader that takes everything would keep the event loop
 * for themselves. A piece costs time, and so do so many of its bytes.
 */
const TURN = 512;
const BYTES_LIKE_A_PIECE = 512;

const encoder = new TextEncoder();

/** Moves the pieces of one payload to a driver, one at a time, and stops at once when the client goes away. */
export class Pump {
  readonly #pieces: PayloadPieces;
  #iterator: AsyncIterator<Uint8Array | string> | undefined;
  readonly #write: (piece: Uint8Array | string) => void | Promise<void>;
  #left: number | undefined;
  #effort = 0;
  #settled = false;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;

  constructor({ pieces, write, length }: PumpOptions) {
    this.#pieces = pieces;
    this.#write = write;
    this.#left = length;
  }

  /** Resolves when the source ended or `stop` was called; rejects with what the source threw. Call it once. */
  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      // Here, so that a source that cannot be read (a locked stream) is a failure like any other.
      this.#iterator = this.#pieces[Symbol.asyncIterator]();
      this.#ask();
    });
  }

  /** The client has gone: tells the source to return. What it still throws is nobody's concern any more. */
  stop(): void {
    if (this.#settled) return;
    this.#settled = true;
    const timer = setTimeout(this.#resolve, GRACE);
    void this.#returned().then(() => {
      clearTimeout(timer);
      this.#resolve();
    });
  }

  // Callbacks and not `await`: a piece costs one promise, and `stop` need not be raced against each of them.
  readonly #ask = (): void => {
    if (this.#settled) return;
    let next: Promise<IteratorResult<Uint8Array | string>>;
    try {
      // Whatever a source of the application calls a promise becomes one.
      next = Promise.resolve(this.#iterator!.next());
    } catch (error) {
      return this.#fail(error);
    }
    next.then(this.#take, this.#fail);
  };

  readonly #askLater = (): void => {
    this.#effort = 0;
    setImmediate(this.#ask);
  };

  readonly #take = (result: IteratorResult<Uint8Array | string>): void => {
    if (this.#settled) return;
    try {
      const { done, value } = result;
      if (done === true) return this.#finish();
      if (typeof value !== "string" && !(value instanceof Uint8Array))
        throw new TypeError(`a stream gives strings and Uint8Arrays, not ${typeof value}`);
      this.#count(value);
      const slow = this.#write(value);
      this.#effort += 1 + value.length / BYTES_LIKE_A_PIECE;
      const ask = this.#effort < TURN ? this.#ask : this.#askLater;
      if (slow === undefined) ask();
      else void slow.then(ask);
    } catch (error) {
      // The source itself is well: it has to be told.
      void this.#returned();
      this.#fail(error);
    }
  };

  readonly #fail = (error: unknown): void => {
    if (this.#settled) return;
    this.#settled = true;
    this.#reject(error);
  };

  #finish(): void {
    if (this.#left !== undefined && this.#left > 0)
      return this.#fail(new Error(`the reply ended ${this.#left} bytes short of its Content-Length`));
    this.#settled = true;
    this.#resolve();
  }

  #count(piece: Uint8Array | string): void {
    if (this.#left === undefined) return;
    this.#left -= typeof piece === "string" ? encoder.encode(piece).length : piece.length;
    if (this.#left < 0) throw new Error("the reply is longer than its Content-Length");
  }

  async #returned(): Promise<void> {
    try {
      await this.#iterator?.return?.();
    } catch {
      // A source that was told to stop may fail in stopping.
    }
  }
}

/** Whether a payload comes in pieces. */
export function isPieces(payload: Payload): payload is PayloadPieces {
  return payload !== null && typeof payload === "object" && !(payload instanceof Uint8Array);
}

/** Returns a payload's source before its first piece: for replies without a body, and clients that have gone. */
export async function cancelPieces(pieces: PayloadPieces): Promise<void> {
  await pieces[Symbol.asyncIterator]().return?.();
}

/** The Content-Length that an application gave to its reply; undefined for none or one that is no number. */
export function promisedLength(fields: readonly string[] | undefined): number | undefined {
  if (fields === undefined) return undefined;
  for (let i = 0; i < fields.length; i += 2)
    if (fields[i] === "content-length" && /^[0-9]{1,15}$/.test(fields[i + 1] as string))
      return Number(fields[i + 1]);
  return undefined;
}
