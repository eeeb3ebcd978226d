import { COLON, CR, IN_TOKEN, IN_VALUE, LF, matches, octets, SP, TAB } from "../octets.ts";
import { connectionTokens } from "./connection-tokens.ts";
import {
  CONNECTION,
  CONTENT_LENGTH,
  HOP_BY_HOP,
  KEEP_ALIVE,
  kindOf,
  NOMINATED,
  TRANSFER_ENCODING,
} from "./field-kinds.ts";

/** What `read` returns instead of an offset. */
export const INCOMPLETE = 0;
export const MALFORMED = -1;
export const TOO_LARGE = -2;

/** Numbers kept for each line: where the name begins, the colon, the end of the line, the kind. */
const WIDTH = 4;
/** More digits than a safe integer surely holds. */
const MOST_DIGITS = 15;

const CHUNKED = octets("chunked");
const TIMEOUT = octets("timeout=");

/**
 * Checked field lines, as offsets into the bytes they came in: nothing is copied until somebody asks.
 * One object reads many messages, one after the other.
 *
 * As strict as the server's own reader: no bare CR or LF, no folding, no space before the colon, no control characters,
 * no repeated Content-Length or Transfer-Encoding, no transfer coding but chunked.
 */
export class FieldLines {
  bytes: Buffer;
  /** Where the first line begins, and where the empty line behind the last one does. */
  start = 0;
  end = 0;
  count = 0;
  /** The kinds of all lines together (`field-kinds.ts`). */
  kinds = 0;
  /** -1 without a Content-Length. */
  contentLength = -1;
  /** A Connection field has "close", or "keep-alive". */
  closes = false;
  keepsAlive = false;
  /** Why the lines were refused. */
  reason = "";

  readonly #maxCount: number;
  readonly #lines: Int32Array;

  /** @param maxCount the most field lines of a message. */
  constructor(maxCount: number) {
    this.bytes = Buffer.alloc(0);
    this.#maxCount = maxCount;
    this.#lines = new Int32Array(maxCount * WIDTH);
  }

  /**
   * Reads the lines from `start` and the empty line that ends them; `size` is where the bytes that have come end.
   * Returns the offset behind the empty line, `INCOMPLETE`, `MALFORMED` or `TOO_LARGE`.
   */
  read(bytes: Buffer, start: number, size: number, most: number): number {
    const lines = this.#lines;
    this.bytes = bytes;
    this.start = start;
    this.count = 0;
    this.kinds = 0;
    this.contentLength = -1;
    this.closes = false;
    this.keepsAlive = false;
    let i = start;
    for (;;) {
      if (i >= size) return this.#more(size - start, most);
      if (bytes[i] === CR) break;
      const nameStart = i;
      while (i < size && IN_TOKEN[bytes[i]!] === 1) i++;
      if (i === size) return this.#more(size - start, most);
      if (bytes[i] !== COLON || i === nameStart) return this.#refuse("A header field name is not a token");
      const colon = i++;
      while (i < size && IN_VALUE[bytes[i]!] === 1) i++;
      if (i < size && bytes[i] !== CR) return this.#refuse("A header field value has a control character");
      if (i + 1 >= size) return this.#more(size - start, most);
      if (bytes[i + 1] !== LF) return this.#refuse("A header field value has a control character");
      if (this.count === this.#maxCount) return this.#tooLarge(`More than ${this.#maxCount} header fields`);
      const kind = kindOf(bytes, nameStart, colon - nameStart);
      const at = this.count++ * WIDTH;
      lines[at] = nameStart;
      lines[at + 1] = colon;
      lines[at + 2] = i;
      lines[at + 3] = kind;
      if (kind !== 0 && !this.#note(kind, colon + 1, i)) return MALFORMED;
      i += 2;
    }
    if (i - start > most) return this.#tooLarge(tooLarge(most));
    if (i + 1 >= size) return INCOMPLETE;
    if (bytes[i + 1] !== LF) return this.#refuse("A bare CR among the header fields");
    this.end = i;
    if ((this.kinds & NOMINATED) !== 0) this.#nominate();
    return i + 2;
  }

  /** Whether `Transfer-Encoding: chunked` is there. */
  get isChunked(): boolean {
    return (this.kinds & TRANSFER_ENCODING) !== 0;
  }

  #note(kind: number, valueStart: number, lineEnd: number): boolean {
    const before = this.kinds;
    this.kinds |= kind;
    if (kind === CONTENT_LENGTH) {
      if ((before & kind) !== 0) return this.#fault("Content-Length is repeated");
      return this.#readLength(valueStart, lineEnd);
    }
    if (kind === TRANSFER_ENCODING) {
      if ((before & kind) !== 0) return this.#fault("Transfer-Encoding is repeated");
      const start = this.#skipBlank(valueStart, lineEnd);
      const length = trimSpaces(this.bytes, start, lineEnd) - start;
      return (
        (length === CHUNKED.length && matches(this.bytes, start, CHUNKED)) ||
        this.#fault("There is no transfer coding but chunked")
      );
    }
    if (kind === CONNECTION) return this.#readConnection(valueStart, lineEnd);
    return true;
  }

  #readLength(valueStart: number, lineEnd: number): boolean {
    const end = trimSpaces(this.bytes, valueStart, lineEnd);
    const start = this.#skipBlank(valueStart, end);
    if (end === start || end - start > MOST_DIGITS) return this.#fault("Content-Length is not a number");
    let value = 0;
    for (let i = start; i < end; i++) {
      const digit = this.bytes[i]! - 0x30;
      if (digit < 0 || digit > 9) return this.#fault("Content-Length is not a number");
      value = value * 10 + digit;
    }
    this.contentLength = value;
    return true;
  }

  #readConnection(valueStart: number, lineEnd: number): boolean {
    const tokens = connectionTokens(this.bytes, valueStart, lineEnd);
    if (tokens === undefined) return this.#fault("Connection is not a list of names");
    this.closes ||= tokens.closes;
    this.keepsAlive ||= tokens.keepsAlive;
    if (tokens.names !== undefined) this.kinds |= NOMINATED;
    return true;
  }

  /** Marks the lines that a Connection field names. */
  #nominate(): void {
    const named = new Set<string>();
    for (let i = 0; i < this.count; i++)
      if ((this.kindAt(i) & CONNECTION) !== 0) {
        const at = i * WIDTH;
        const tokens = connectionTokens(this.bytes, this.#lines[at + 1]! + 1, this.#lines[at + 2]!);
        for (const name of tokens?.names ?? []) named.add(name);
      }
    for (let i = 0; i < this.count; i++)
      if (named.has(this.nameAt(i))) this.#lines[i * WIDTH + 3]! |= NOMINATED;
  }

  // -- asking ----------------------------------------------------------------------------------------------------------

  kindAt(index: number): number {
    return this.#lines[index * WIDTH + 3]!;
  }
  /** In lower case. */
  nameAt(index: number): string {
    const at = index * WIDTH;
    return this.bytes.toString("latin1", this.#lines[at]!, this.#lines[at + 1]!).toLowerCase();
  }
  valueAt(index: number): string {
    const at = index * WIDTH;
    const lineEnd = this.#lines[at + 2]!;
    const start = this.#skipBlank(this.#lines[at + 1]! + 1, lineEnd);
    return this.bytes.toString("latin1", start, this.#trimEnd(start, lineEnd));
  }

  /** The value of a field by its lower-case name; repeated lines are joined (RFC 9110 §5.3). */
  get(name: string): string | undefined {
    let value: string | undefined;
    for (let i = 0; i < this.count; i++) {
      const at = i * WIDTH;
      if (this.#lines[at + 1]! - this.#lines[at]! !== name.length || this.nameAt(i) !== name) continue;
      value = value === undefined ? this.valueAt(i) : `${value}, ${this.valueAt(i)}`;
    }
    return value;
  }

  /** Every line in order: lower-case names, values as sent. */
  entries(): [name: string, value: string][] {
    return Array.from({ length: this.count }, (_, i) => [this.nameAt(i), this.valueAt(i)]);
  }

  /**
   * The lines as they came, each with its line end, one character a byte ("latin1"), without those of the kinds `drop`.
   * Nothing is written anew: what was checked is what is passed on.
   */
  copy(drop: number = HOP_BY_HOP): string {
    const { bytes } = this;
    if ((this.kinds & drop) === 0) return bytes.toString("latin1", this.start, this.end);
    const lines = this.#lines;
    let text = "";
    let from = this.start;
    for (let at = 3; at < this.count * WIDTH; at += WIDTH) {
      if ((lines[at]! & drop) === 0) continue;
      const lineStart = lines[at - 3]!;
      if (lineStart > from) text += bytes.toString("latin1", from, lineStart);
      from = lines[at - 1]! + 2;
    }
    return from < this.end ? text + bytes.toString("latin1", from, this.end) : text;
  }

  /** The seconds of `Keep-Alive: timeout=n`; -1 when it does not say. */
  keepAliveSeconds(): number {
    if ((this.kinds & KEEP_ALIVE) === 0) return -1;
    for (let at = 3; at < this.count * WIDTH; at += WIDTH)
      if ((this.#lines[at]! & KEEP_ALIVE) !== 0) {
        const seconds = this.#secondsIn(this.#lines[at - 2]! + 1, this.#lines[at - 1]!);
        if (seconds >= 0) return seconds;
      }
    return -1;
  }

  #secondsIn(start: number, end: number): number {
    for (let i = start; i + TIMEOUT.length < end; i++) {
      if (!matches(this.bytes, i, TIMEOUT)) continue;
      const text = /^\d{1,9}/.exec(this.bytes.toString("latin1", i + TIMEOUT.length, end));
      if (text !== null) return Number(text[0]);
    }
    return -1;
  }

  #skipBlank(start: number, end: number): number {
    let first = start;
    while (first < end && (this.bytes[first] === SP || this.bytes[first] === TAB)) first++;
    return first;
  }
  #trimEnd(start: number, end: number): number {
    let last = end;
    while (last > start && (this.bytes[last - 1] === SP || this.bytes[last - 1] === TAB)) last--;
    return last;
  }

  /** One byte more than the limit may be the CR of the empty line. */
  #more(received: number, most: number): number {
    return received > most + 1 ? this.#tooLarge(tooLarge(most)) : INCOMPLETE;
  }
  #tooLarge(reason: string): number {
    this.reason = reason;
    return TOO_LARGE;
  }
  #fault(reason: string): false {
    this.reason = reason;
    return false;
  }
  #refuse(reason: string): number {
    this.reason = reason;
    return MALFORMED;
  }
}

/**
 * Where a value that frames a message ends. RFC 9110 §5.5 would have tabs dropped as well, but Node reads them as part of
 * the value: what two readers may take for two things is refused.
 */
function trimSpaces(bytes: Buffer, start: number, end: number): number {
  let last = end;
  while (last > start && bytes[last - 1] === SP) last--;
  return last;
}

function tooLarge(most: number): string {
  return `The head is larger than ${most} bytes`;
}
