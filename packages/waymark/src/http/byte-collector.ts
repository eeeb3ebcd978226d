const LEAST = 1024;
const NOTHING = new Uint8Array(0);

/**
 * Bytes that come in pieces of any size, in one growing buffer: a piece of one byte costs one byte, not an object. A single
 * piece is not copied.
 */
export class ByteCollector {
  #bytes: Uint8Array = NOTHING;
  #size = 0;
  /** Whether the buffer is its own, and may be written to. */
  #isOwn = false;

  get size(): number {
    return this.#size;
  }

  add(piece: Uint8Array): void {
    if (this.#size === 0 && !this.#isOwn) {
      this.#bytes = piece;
      this.#size = piece.length;
      return;
    }
    const size = this.#size + piece.length;
    if (!this.#isOwn || size > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(size, this.#size * 2, LEAST));
      grown.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = grown;
      this.#isOwn = true;
    }
    this.#bytes.set(piece, this.#size);
    this.#size = size;
  }

  /** What was added, which then belongs to the caller: the collector is empty. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#size);
    this.#bytes = NOTHING;
    this.#size = 0;
    this.#isOwn = false;
    return taken;
  }
}
