import { COLON, CR, IN_TOKEN, IN_VALUE, LF, matches, octets, SP, TAB } from "./octets.ts";

/** The bytes end before the head does: read again when more have come. */
export const INCOMPLETE = 0;

/** What a Connection field says: absent, one of the two usual words, or anything else. */
export const CONNECTION_NONE = 0;
export const CONNECTION_KEEP_ALIVE = 1;
export const CONNECTION_CLOSE = 2;
export const CONNECTION_OTHER = 3;

export const CODING_NONE = 0;
export const CODING_CHUNKED = 1;
export const CODING_OTHER = 2;

const HOST = octets("host");
const EXPECT = octets("expect");
const UPGRADE = octets("upgrade");
const CONNECTION = octets("connection");
const CONTENT_LENGTH = octets("content-length");
const PROXY_CONNECTION = octets("proxy-connection");
const TRANSFER_ENCODING = octets("transfer-encoding");
const CHUNKED = octets("chunked");
const CLOSE = octets("close");
const KEEP_ALIVE = octets("keep-alive");

/** More digits than a safe integer surely holds. */
const MOST_DIGITS = 15;

/**
 * Checks the header fields of a message and notes those that frame it, without making a string of any.
 * The same for requests and responses; one reader serves many messages, one after the other.
 *
 * Stricter than RFC 9112 allows and than most parsers are: no bare CR or LF, no folding, no space before the colon, no
 * control characters, no repeated Content-Length, Transfer-Encoding or Host.
 */
export class FieldReader {
  /** Behind the last field line: where the empty line begins. */
  fieldsEnd = 0;
  count = 0;
  /** -1 without a Content-Length. */
  contentLength = -1;
  coding: number = CODING_NONE;
  connection: number = CONNECTION_NONE;
  hosts = 0;
  hostStart = 0;
  hostEnd = 0;
  /** Expect, Upgrade, Proxy-Connection or an unusual Connection: what the fast lane leaves to others. */
  rare = false;
  /** Why the fields were refused. */
  reason = "";

  readonly #maxBytes: number;
  readonly #maxCount: number;

  /** @param maxBytes all field lines together, their line ends included; @param maxCount number of field lines. */
  constructor(maxBytes: number, maxCount: number) {
    this.#maxBytes = maxBytes;
    this.#maxCount = maxCount;
  }

  /**
   * Reads the field lines from `start` and the empty line that ends them.
   * Returns the offset behind the empty line, `INCOMPLETE`, or the negative of the status that refuses the message.
   */
  read(buffer: Uint8Array, start: number): number {
    this.count = 0;
    this.contentLength = -1;
    this.coding = CODING_NONE;
    this.connection = CONNECTION_NONE;
    this.hosts = 0;
    this.rare = false;
    const size = buffer.length;
    let i = start;
    for (;;) {
      if (i >= size) return this.#more(size - start);
      if (buffer[i] === CR) break;
      const nameStart = i;
      while (i < size && IN_TOKEN[buffer[i]!] === 1) i++;
      if (i === size) return this.#more(size - start);
      if (buffer[i] !== COLON || i === nameStart)
        return this.#refuse(400, "A header field name is not a token");
      const nameLength = i - nameStart;
      i++;
      while (i < size && (buffer[i] === SP || buffer[i] === TAB)) i++;
      const valueStart = i;
      while (i < size && IN_VALUE[buffer[i]!] === 1) i++;
      if (i + 1 >= size) {
        if (i < size && buffer[i] !== CR)
          return this.#refuse(400, "A header field value has a control character");
        return this.#more(size - start);
      }
      if (buffer[i] !== CR || buffer[i + 1] !== LF)
        return this.#refuse(400, "A header field value has a control character");
      if (++this.count > this.#maxCount)
        return this.#refuse(431, `More than ${this.#maxCount} header fields`);
      // Lengths first: most names are told apart from those that matter by one comparison.
      if (
        nameLength === 4 ||
        nameLength === 6 ||
        nameLength === 7 ||
        nameLength === 10 ||
        nameLength === 14
      ) {
        const status = this.#note(buffer, nameStart, nameLength, valueStart, i);
        if (status !== 0) return status;
      } else if (nameLength === 17 && matches(buffer, nameStart, TRANSFER_ENCODING)) {
        if (this.coding !== CODING_NONE) return this.#refuse(400, "Transfer-Encoding is repeated");
        this.coding = valueIs(buffer, valueStart, i, CHUNKED) ? CODING_CHUNKED : CODING_OTHER;
      } else if (nameLength === 16 && matches(buffer, nameStart, PROXY_CONNECTION)) this.rare = true;
      i += 2;
    }
    if (i - start > this.#maxBytes) return this.#tooLarge();
    if (i + 1 >= size) return INCOMPLETE;
    if (buffer[i + 1] !== LF) return this.#refuse(400, "A bare CR among the header fields");
    this.fieldsEnd = i;
    return i + 2;
  }

  #note(
    buffer: Uint8Array,
    nameStart: number,
    nameLength: number,
    valueStart: number,
    lineEnd: number,
  ): number {
    if (nameLength === 4) {
      if (!matches(buffer, nameStart, HOST)) return 0;
      if (++this.hosts > 1) return this.#refuse(400, "Host is repeated");
      this.hostStart = valueStart;
      this.hostEnd = trimEnd(buffer, valueStart, lineEnd);
    } else if (nameLength === 14) {
      if (matches(buffer, nameStart, CONTENT_LENGTH)) return this.#length(buffer, valueStart, lineEnd);
    } else if (nameLength === 10) {
      if (!matches(buffer, nameStart, CONNECTION)) return 0;
      if (this.connection !== CONNECTION_NONE) this.connection = CONNECTION_OTHER;
      else if (valueIs(buffer, valueStart, lineEnd, KEEP_ALIVE)) this.connection = CONNECTION_KEEP_ALIVE;
      else if (valueIs(buffer, valueStart, lineEnd, CLOSE)) this.connection = CONNECTION_CLOSE;
      else this.connection = CONNECTION_OTHER;
      if (this.connection === CONNECTION_OTHER) this.rare = true;
    } else if (matches(buffer, nameStart, nameLength === 6 ? EXPECT : UPGRADE)) this.rare = true;
    return 0;
  }

  #length(buffer: Uint8Array, start: number, lineEnd: number): number {
    if (this.contentLength >= 0) return this.#refuse(400, "Content-Length is repeated");
    let end = lineEnd;
    // Not tabs: Node refuses them here, though RFC 9110 §5.5 would have them dropped.
    while (end > start && buffer[end - 1] === SP) end--;
    if (end === start) return this.#refuse(400, "Content-Length is empty");
    if (end - start > MOST_DIGITS) return this.#refuse(400, "Content-Length is out of range");
    let value = 0;
    for (let i = start; i < end; i++) {
      const digit = buffer[i]! - 0x30;
      if (digit < 0 || digit > 9) return this.#refuse(400, "Content-Length is not a number");
      value = value * 10 + digit;
    }
    this.contentLength = value;
    return 0;
  }

  /** One byte more than the limit may be the CR of the empty line. */
  #more(received: number): number {
    return received > this.#maxBytes + 1 ? this.#tooLarge() : INCOMPLETE;
  }

  #tooLarge(): number {
    return this.#refuse(431, `The header fields are larger than ${this.#maxBytes} bytes`);
  }

  #refuse(status: number, reason: string): number {
    this.reason = reason;
    return -status;
  }
}

function trimEnd(buffer: Uint8Array, start: number, end: number): number {
  let last = end;
  while (last > start && (buffer[last - 1] === SP || buffer[last - 1] === TAB)) last--;
  return last;
}

function valueIs(buffer: Uint8Array, start: number, lineEnd: number, word: Uint8Array): boolean {
  return trimEnd(buffer, start, lineEnd) - start === word.length && matches(buffer, start, word);
}
