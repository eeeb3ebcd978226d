/** Bytes of a body kept for a reader that is slow to ask; then the sender has to wait. */
const MOST_HELD = 64 * 1024;

interface Wish<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/**
 * A body of known length whose bytes are still coming. The connection feeds it; one reader takes it whole or in pieces.
 * Nothing in it knows whether the message is a request or a response.
 */
export class Body {
  /** Bytes that are still to come from the wire. */
  missing: number;
  readonly #length: number;
  /** Called when `full` may have changed: the connection then stops or starts reading. */
  readonly #onFlow: () => void;
  #pieces: Uint8Array[] = [];
  #held = 0;
  #gatherer: Wish<Uint8Array> | undefined;
  #taker: Wish<Uint8Array | undefined> | undefined;
  #failure: Error | undefined;
  #discarding = false;

  constructor(length: number, onFlow: () => void) {
    this.#length = length;
    this.missing = length;
    this.#onFlow = onFlow;
  }

  /** Whether the sender should wait, since nobody takes what has come. */
  get full(): boolean {
    return this.#held >= MOST_HELD && this.#gatherer === undefined;
  }

  /** Takes what belongs to the body from `chunk`, beginning at `start`; returns the offset behind it. */
  feed(chunk: Uint8Array, start: number): number {
    const end = Math.min(chunk.length, start + this.missing);
    if (end === start) return end;
    this.missing -= end - start;
    if (!this.#discarding)
      this.#take(start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end));
    return end;
  }

  #take(piece: Uint8Array): void {
    if (this.#taker !== undefined) {
      const taker = this.#taker;
      this.#taker = undefined;
      taker.resolve(piece);
      return;
    }
    this.#pieces.push(piece);
    this.#held += piece.length;
    if (this.missing === 0 && this.#gatherer !== undefined) {
      this.#gatherer.resolve(this.#joined());
      this.#gatherer = undefined;
    }
  }

  /** The whole body; without a promise when it has already come. */
  whole(): Uint8Array | Promise<Uint8Array> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.missing === 0) return this.#joined();
    return new Promise((resolve, reject) => {
      this.#gatherer = { resolve, reject };
      this.#onFlow();
    });
  }

  /** The next piece; undefined at the end. */
  next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const piece = this.#pieces.shift();
    if (piece !== undefined) {
      this.#held -= piece.length;
      this.#onFlow();
      return piece;
    }
    if (this.#failure !== undefined) throw this.#failure;
    if (this.missing === 0) return undefined;
    return new Promise((resolve, reject) => {
      this.#taker = { resolve, reject };
    });
  }

  /** The rest will not come. */
  fail(error: Error): void {
    this.#failure ??= error;
    (this.#gatherer ?? this.#taker)?.reject(error);
    this.#gatherer = this.#taker = undefined;
  }

  /** Nobody will read it any more: what has come is dropped, and so is what comes. */
  discard(): void {
    this.#discarding = true;
    this.#pieces = [];
    this.#held = 0;
  }

  #joined(): Uint8Array {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#held = 0;
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, this.#length);
  }
}
