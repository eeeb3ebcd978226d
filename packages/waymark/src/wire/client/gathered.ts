import { CR, LF } from "../octets.ts";

const FIRST_SIZE = 1024;

/**
 * The beginning of a head (or of trailers) that comes in several reads. It is looked through once for its end, however
 * small the pieces are, so that a peer which sends byte by byte costs no more than another.
 */
export class Gathered {
  #bytes: Buffer = Buffer.allocUnsafe(FIRST_SIZE);
  size = 0;

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Adds the bytes from `start` to `end`; whether there is reason to read them now: an empty line, or a bare LF. */
  add(bytes: Buffer, start: number, end: number): boolean {
    const before = this.size;
    const size = before + end - start;
    if (size > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(size, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, before);
      this.#bytes = larger;
    }
    bytes.copy(this.#bytes, before, start, end);
    this.size = size;
    return this.#isDue(before);
  }

  #isDue(from: number): boolean {
    const bytes = this.#bytes;
    for (let at = from; at < this.size; at++)
      if (bytes[at] === LF && (bytes[at - 1] !== CR || at === 1 || bytes[at - 2] === LF)) return true;
    return false;
  }
}
