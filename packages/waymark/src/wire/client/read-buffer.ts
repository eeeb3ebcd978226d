/** Enough for the head and body of most responses. */
const SMALL = 16 * 1024;
/** For connections that carry large bodies: as much as Node reads at a time. */
const LARGE = 64 * 1024;

/**
 * The memory a connection reads into, again and again. Node would allocate for every read; this way only bytes that
 * somebody keeps are allocated for.
 */
export class ReadBuffer {
  #bytes: Buffer | undefined;
  #size: number = SMALL;

  /** Where the next read goes to. */
  readonly next = (): Buffer => (this.#bytes ??= Buffer.allocUnsafeSlow(this.#size));

  /** A read has come; whether it may have left something behind for want of room. */
  filled(bytes: Buffer, size: number): boolean {
    if (size < bytes.length) return false;
    if (bytes.length < LARGE) {
      this.#size = LARGE;
      this.#bytes = undefined;
    }
    return true;
  }

  /** The bytes from `start` to `end` as somebody's own. */
  own(bytes: Buffer, start: number, end: number): Buffer {
    if (end - start < bytes.length / 2) return Buffer.from(bytes.subarray(start, end));
    this.#bytes = undefined;
    return bytes.subarray(start, end);
  }
}
