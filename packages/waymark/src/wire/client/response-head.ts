import { CR, IN_VALUE, LF, octets, SP } from "../octets.ts";
import { FieldLines, INCOMPLETE, MALFORMED, TOO_LARGE } from "./field-lines.ts";

const VERSION = octets("HTTP/1.");
const ZERO = 0x30;
/** "HTTP/1.1 200" */
const STATUS_END = 12;

/**
 * The head of a response: read strictly from the bytes of the wire, then a view on them.
 * A pool has one, and reads every response into it: what outlives the callback that got it has to be copied.
 */
export class ResponseHead {
  /** 200 to 599; 100 to 199 in `onInformational` and `onUpgrade`. */
  status = 0;
  /** The digit behind "HTTP/1.". */
  minor = 1;
  readonly fields: FieldLines;
  /** Why the head was refused. */
  reason = "";
  readonly #most: number;
  #reasonStart = 0;
  #reasonEnd = 0;

  /** @param most the most bytes of a head; @param maxFields the most field lines. */
  constructor(most: number, maxFields: number) {
    this.#most = most;
    this.fields = new FieldLines(maxFields);
  }

  /** The bytes it was read from; those of the body may follow. */
  get bytes(): Buffer {
    return this.fields.bytes;
  }

  /** The reason phrase as sent; often empty. */
  get phrase(): string {
    return this.bytes.toString("latin1", this.#reasonStart, this.#reasonEnd);
  }

  /** Whether the connection may serve another request (RFC 9112 §9.3). The framing has a say as well. */
  get isPersistent(): boolean {
    const { closes, keepsAlive } = this.fields;
    return !closes && (this.minor === 1 || keepsAlive);
  }

  /** Whether nothing in it is at odds with another response to follow (RFC 9110 §15.2, RFC 9112 §6.1). */
  get isInformational(): boolean {
    const { closes, contentLength, isChunked } = this.fields;
    return this.minor === 1 && !closes && contentLength < 0 && !isChunked;
  }

  /**
   * Reads a head from `start`; `size` is where the bytes that have come end.
   * Returns the offset behind it, `INCOMPLETE`, `MALFORMED` or `TOO_LARGE`.
   */
  read(bytes: Buffer, start: number, size: number): number {
    const fieldsStart = this.#readStatus(bytes, start, size);
    if (fieldsStart <= 0) return fieldsStart;
    const { fields } = this;
    const end = fields.read(bytes, fieldsStart, size, this.#most - (fieldsStart - start));
    if (end <= 0) {
      this.reason = fields.reason;
      return end;
    }
    if (fields.isChunked) {
      // RFC 9112 §6.1: one of the two is a lie.
      if (fields.contentLength >= 0) return this.#refuse("Both Content-Length and Transfer-Encoding");
      if (this.minor === 0) return this.#refuse("Transfer-Encoding in a response of HTTP/1.0");
    }
    return end;
  }

  /** "HTTP/1.1 200 OK": one space each; no reason phrase, nor the space before it, has to be there. */
  #readStatus(bytes: Buffer, start: number, size: number): number {
    const most = Math.min(size - start, VERSION.length);
    for (let i = 0; i < most; i++)
      if (bytes[start + i] !== VERSION[i]) return this.#refuse("Not a response of HTTP/1");
    if (size - start <= STATUS_END) return INCOMPLETE;
    const minor = bytes[start + 7]! - ZERO;
    if ((minor !== 0 && minor !== 1) || bytes[start + 8] !== SP)
      return this.#refuse("Neither HTTP/1.1 nor HTTP/1.0");
    const hundreds = bytes[start + 9]! - ZERO;
    const tens = bytes[start + 10]! - ZERO;
    const ones = bytes[start + 11]! - ZERO;
    if (!(hundreds >= 1 && hundreds <= 5 && tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9))
      return this.#refuse("The status is not a number from 100 to 599");
    let i = start + STATUS_END;
    if (bytes[i] === SP) i++;
    else if (bytes[i] !== CR) return this.#refuse("The status line is not well-formed");
    this.#reasonStart = i;
    while (i < size && IN_VALUE[bytes[i]!] === 1) i++;
    if (i < size && bytes[i] !== CR) return this.#refuse("The reason phrase has a control character");
    if (i - start > this.#most) {
      this.reason = `The head is larger than ${this.#most} bytes`;
      return TOO_LARGE;
    }
    if (i + 1 >= size) return INCOMPLETE;
    if (bytes[i + 1] !== LF) return this.#refuse("The reason phrase has a control character");
    this.#reasonEnd = i;
    this.minor = minor;
    this.status = hundreds * 100 + tens * 10 + ones;
    return i + 2;
  }

  #refuse(reason: string): number {
    this.reason = reason;
    return MALFORMED;
  }
}
