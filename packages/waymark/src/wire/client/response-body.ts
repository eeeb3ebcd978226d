import { ChunkedReader } from "./chunked-reader.ts";
import { type FieldLines, MALFORMED } from "./field-lines.ts";
import type { ReadBuffer } from "./read-buffer.ts";
import type { ResponseHead } from "./response-head.ts";

const LENGTH = 0;
const CHUNKED = 1;
const UNTIL_CLOSE = 2;

/** Where the body of a response ends, and which of the bytes that come belong to it. One object serves many responses. */
export class ResponseBody {
  /** Where the pieces of the body that the last read found begin and end, in turn. */
  pieces: number[] = [];
  /** Why the body was refused. */
  reason = "";
  /** Bytes that are still to come, of a body with a length. */
  missing = 0;
  #kind: number = LENGTH;
  #chunks: ChunkedReader | undefined;
  readonly #piece: number[] = [0, 0];
  readonly #trailers: FieldLines;
  readonly #mostTrailers: number;

  /** @param trailers what trailers are read into; @param mostTrailers the most bytes of them. */
  constructor(trailers: FieldLines, mostTrailers: number) {
    this.#trailers = trailers;
    this.#mostTrailers = mostTrailers;
  }

  /**
   * Takes the framing from a head (RFC 9112 §6.3). Returns whether the connection can be used again, as far as the
   * framing goes.
   */
  begin(head: ResponseHead, isHead: boolean): boolean {
    const { fields, status } = head;
    const { isChunked, contentLength } = fields;
    this.missing = 0;
    this.#kind = LENGTH;
    this.#chunks = undefined;
    if (isHead || status === 304) return true;
    // What a 204 says to have behind it is about to come, and belongs to nobody.
    if (status === 204) return !isChunked && contentLength <= 0;
    if (isChunked) {
      this.#kind = CHUNKED;
      this.#chunks = new ChunkedReader(this.#trailers, this.#mostTrailers);
    } else if (contentLength >= 0) this.missing = contentLength;
    else {
      this.#kind = UNTIL_CLOSE;
      return false;
    }
    return true;
  }

  /** Whether it has a length, and `available` bytes are enough. */
  isWithin(available: number): boolean {
    return this.#kind === LENGTH && this.missing <= available;
  }
  get endsWithConnection(): boolean {
    return this.#kind === UNTIL_CLOSE;
  }
  get isDone(): boolean {
    return this.#kind === LENGTH ? this.missing === 0 : this.#chunks?.isDone === true;
  }
  /** The fields behind it, when it is done and has any. */
  get trailers(): FieldLines | undefined {
    return this.#kind === CHUNKED && this.#trailers.count > 0 ? this.#trailers : undefined;
  }

  /** Reads from `start` to `size`; returns the offset behind what belongs to the body, or `MALFORMED`. */
  read(bytes: Buffer, start: number, size: number): number {
    const chunks = this.#chunks;
    if (chunks === undefined) return this.#readPlain(start, size);
    const end = chunks.read(bytes, start, size);
    this.pieces = chunks.pieces;
    if (end === MALFORMED) this.reason = chunks.reason;
    return end;
  }

  #readPlain(start: number, size: number): number {
    let end = size;
    if (this.#kind === LENGTH) {
      end = Math.min(size, start + this.missing);
      this.missing -= end - start;
    }
    this.#piece[0] = start;
    this.#piece[1] = end;
    this.pieces = this.#piece;
    return end;
  }

  /** What the last read found, in one buffer that is the caller's to keep; undefined for nothing. */
  taken(bytes: Buffer, memory: ReadBuffer | undefined): Buffer | undefined {
    const { pieces } = this;
    if (pieces.length === 0) return undefined;
    if (pieces.length === 2) {
      const [start, end] = pieces as [number, number];
      if (start === end) return undefined;
      return memory === undefined ? bytes.subarray(start, end) : memory.own(bytes, start, end);
    }
    return joined(bytes, pieces);
  }
}

function joined(bytes: Buffer, pieces: readonly number[]): Buffer {
  let size = 0;
  for (let i = 0; i < pieces.length; i += 2) size += pieces[i + 1]! - pieces[i]!;
  const all = Buffer.allocUnsafe(size);
  let at = 0;
  for (let i = 0; i < pieces.length; i += 2) at += bytes.copy(all, at, pieces[i], pieces[i + 1]);
  return all;
}
