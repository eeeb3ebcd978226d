/** Takes the body of a reply that is pushed to it. */
export interface ReplySink {
  /** Sends a piece that is the sink's to keep. False: the client is slow; wait until it takes more. */
  write(piece: Uint8Array): boolean;
  /** The body is complete. */
  end(): void;
  /** It will not be complete: cuts the client off, so that nobody takes what came for the whole. */
  cut(): void;
}

/** Bytes that wait for a slow reader before it is said to be one. */
const MOST_WAITING = 64 * 1024;

interface Reader {
  resolve(result: IteratorResult<Uint8Array>): void;
  reject(error: unknown): void;
}

/** Pieces that are pushed at one end and asked for at the other: a sink for drivers that send what they iterate. */
export class PushedPieces implements ReplySink, AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  readonly #onDrain: () => void;
  #pieces: Uint8Array[] = [];
  #waiting = 0;
  #isFull = false;
  #isEnded = false;
  #isReturned = false;
  #failure: Error | undefined;
  #reader: Reader | undefined;

  constructor(onDrain: () => void) {
    this.#onDrain = onDrain;
  }

  // -- the end that pushes ---------------------------------------------------------------------------------------------

  write(piece: Uint8Array): boolean {
    if (this.#isReturned || piece.length === 0) return true;
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#reader = undefined;
      reader.resolve({ done: false, value: piece });
      return true;
    }
    this.#pieces.push(piece);
    this.#waiting += piece.length;
    this.#isFull = this.#waiting >= MOST_WAITING;
    return !this.#isFull;
  }

  end(): void {
    this.#isEnded = true;
    this.#reader?.resolve(DONE);
    this.#reader = undefined;
  }

  cut(): void {
    this.#failure ??= new Error("the body is not complete");
    this.#pieces = [];
    this.#reader?.reject(this.#failure);
    this.#reader = undefined;
  }

  // -- the end that asks -----------------------------------------------------------------------------------------------

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const piece = this.#pieces.shift();
    if (piece !== undefined) {
      this.#waiting -= piece.length;
      if (this.#isFull && this.#waiting === 0) {
        this.#isFull = false;
        queueMicrotask(this.#onDrain);
      }
      return Promise.resolve({ done: false, value: piece });
    }
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#isEnded || this.#isReturned) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.#isReturned = true;
    this.#pieces = [];
    this.#waiting = 0;
    this.#reader?.resolve(DONE);
    this.#reader = undefined;
    return Promise.resolve(DONE);
  }
}

const DONE: IteratorResult<Uint8Array> = { done: true, value: undefined };
