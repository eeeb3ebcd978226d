type Taken = (error?: Error | null) => void;

/** Hands on what is put into it, one piece at a time: a piece counts as taken when somebody asks for it. */
export class PieceQueue implements AsyncIterableIterator<Uint8Array> {
  readonly #pieces: Uint8Array[];
  readonly #stop: () => void;
  #taken: Taken | undefined;
  #waiting:
    | { resolve(result: IteratorResult<Uint8Array, undefined>): void; reject(error: unknown): void }
    | undefined;
  #isOver = false;
  #error: { readonly reason: unknown } | undefined;

  /** @param stop is called when whoever takes the pieces stops early. */
  constructor(first: readonly Uint8Array[], stop: () => void) {
    this.#pieces = [...first];
    this.#stop = stop;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  put(piece: Uint8Array, taken: Taken): void {
    if (piece.length === 0) return taken();
    const waiting = this.#waiting;
    if (waiting === undefined) {
      this.#pieces.push(piece);
      this.#taken = taken;
      return;
    }
    this.#waiting = undefined;
    waiting.resolve({ done: false, value: piece });
    taken();
  }

  end(): void {
    this.#isOver = true;
    if (this.#pieces.length === 0) this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
  }

  fail(reason: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pieces.length = 0;
    if (this.#waiting === undefined) this.#error = { reason };
    else this.#waiting.reject(reason);
    this.#waiting = undefined;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const value = this.#pieces.shift();
    if (value !== undefined) {
      if (this.#pieces.length === 0) this.#tellTaken();
      return Promise.resolve({ done: false, value });
    }
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) return Promise.reject(error.reason);
    if (this.#isOver) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    const wasOver = this.#isOver;
    this.#isOver = true;
    this.#pieces.length = 0;
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
    if (!wasOver) this.#stop();
    return Promise.resolve({ done: true, value: undefined });
  }

  #tellTaken(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }
}
