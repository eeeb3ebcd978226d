import { CR, LF } from "../octets.ts";
import { INCOMPLETE, MALFORMED, TOO_LARGE, type FieldLines } from "./field-lines.ts";
import { CONTENT_LENGTH, TRANSFER_ENCODING } from "./field-kinds.ts";
import { Gathered } from "./gathered.ts";

/** The most bytes of a line that gives a chunk's size, extensions included. */
const MOST_LINE = 1024;
/** More hexadecimal digits than a safe integer surely holds. */
const MOST_DIGITS = 12;

/** Extensions as RFC 9112 §7.1.1 has them, without the blanks that it allows and nobody should send. */
const EXTENSIONS = new RegExp(
  String.raw`^(?:;[!#$%&'*+\-.^_\x60|~\w]+(?:=(?:[!#$%&'*+\-.^_\x60|~\w]+|"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*"))?)*$`,
);

const SIZE = 0;
const DATA = 1;
const DATA_END = 2;
const TRAILERS = 3;
const DONE = 4;

/** Takes the framing of chunks off a body (RFC 9112 §7.1), however its bytes are cut. */
export class ChunkedReader {
  /** What a read found: begin and end of each piece of the body, in turn. */
  readonly pieces: number[] = [];
  /** Why the body was refused. */
  reason = "";
  readonly #trailers: FieldLines;
  readonly #mostTrailers: number;
  #state: number = SIZE;
  /** Bytes of the present chunk still to come. */
  #missing = 0;
  /** The beginning of a line, or of the line end behind a chunk, whose rest has not come. */
  #line = "";
  #gathered: Gathered | undefined;

  /** @param trailers what the trailers are read into; @param mostTrailers the most bytes of them. */
  constructor(trailers: FieldLines, mostTrailers: number) {
    this.#trailers = trailers;
    this.#mostTrailers = mostTrailers;
  }

  get isDone(): boolean {
    return this.#state === DONE;
  }

  /** Reads from `start` to `size`. Returns the offset behind the body, `size` when more has to come, or `MALFORMED`. */
  read(bytes: Buffer, start: number, size: number): number {
    this.pieces.length = 0;
    let i = start;
    while (i < size) {
      if (this.#state === DATA) {
        const end = Math.min(size, i + this.#missing);
        this.pieces.push(i, end);
        this.#missing -= end - i;
        i = end;
        if (this.#missing > 0) return size;
        this.#state = DATA_END;
      } else if (this.#state === TRAILERS) return this.#readTrailers(bytes, i, size);
      else {
        i = this.#state === SIZE ? this.#readSize(bytes, i, size) : this.#readDataEnd(bytes, i);
        if (i < 0) return i;
      }
    }
    return i;
  }

  #readDataEnd(bytes: Buffer, at: number): number {
    const isFirst = this.#line === "";
    if (bytes[at] !== (isFirst ? CR : LF)) return this.#refuse("A chunk is longer than its size says");
    this.#line = isFirst ? "\r" : "";
    if (!isFirst) this.#state = SIZE;
    return at + 1;
  }

  #readSize(bytes: Buffer, start: number, size: number): number {
    if (this.#line === "") {
      const end = this.#readPlainSize(bytes, start, size);
      if (end !== INCOMPLETE) return end;
    }
    // Rare: cut in the middle, or with extensions.
    let i = start;
    while (i < size && bytes[i] !== LF) i++;
    const end = Math.min(i + 1, size);
    if (this.#line.length + end - start > MOST_LINE)
      return this.#refuse("The line of a chunk's size is too long");
    this.#line += bytes.toString("latin1", start, end);
    return i < size ? this.#readLine(end) : size;
  }

  /** The usual line: digits and a line end. `INCOMPLETE` for any other. */
  #readPlainSize(bytes: Buffer, start: number, size: number): number {
    let length = 0;
    let i = start;
    for (; i < size; i++) {
      const digit = hexadecimal(bytes[i]!);
      if (digit < 0) break;
      length = length * 16 + digit;
    }
    if (i === start || i - start > MOST_DIGITS || i + 1 >= size) return INCOMPLETE;
    if (bytes[i] !== CR || bytes[i + 1] !== LF) return INCOMPLETE;
    this.#begin(length);
    return i + 2;
  }

  #readLine(end: number): number {
    const line = this.#line;
    this.#line = "";
    const found = /^([0-9A-Fa-f]{1,12})([^\r\n]*)\r\n$/.exec(line);
    if (found === null) return this.#refuse("The size of a chunk is not a number");
    if (!EXTENSIONS.test(found[2]!)) return this.#refuse("An extension of a chunk is not well-formed");
    this.#begin(Number.parseInt(found[1]!, 16));
    return end;
  }

  #begin(length: number): void {
    this.#missing = length;
    this.#state = length === 0 ? TRAILERS : DATA;
  }

  #readTrailers(bytes: Buffer, start: number, size: number): number {
    const trailers = this.#trailers;
    const gathered = this.#gathered;
    if (gathered === undefined) {
      const end = trailers.read(bytes, start, size, this.#mostTrailers);
      if (end === INCOMPLETE) {
        this.#gathered = new Gathered();
        this.#gathered.add(bytes, start, size);
        return size;
      }
      return this.#judge(end);
    }
    const before = gathered.size;
    if (!gathered.add(bytes, start, size)) {
      return before + size - start > this.#mostTrailers + 2
        ? this.#refuse("The trailers are too large")
        : size;
    }
    const end = trailers.read(gathered.bytes, 0, gathered.size, this.#mostTrailers);
    return end === INCOMPLETE ? size : this.#judge(end < 0 ? end : start + end - before);
  }

  #judge(end: number): number {
    const trailers = this.#trailers;
    if (end === TOO_LARGE || end === MALFORMED) return this.#refuse(trailers.reason);
    // RFC 9110 §6.5.1: what frames a message cannot come behind it.
    if ((trailers.kinds & (CONTENT_LENGTH | TRANSFER_ENCODING)) !== 0)
      return this.#refuse("A trailer says how the body is framed");
    this.#state = DONE;
    return end;
  }

  #refuse(reason: string): number {
    this.reason = reason;
    return MALFORMED;
  }
}

function hexadecimal(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
