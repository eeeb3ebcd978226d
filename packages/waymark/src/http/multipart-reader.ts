import { HttpError } from "./http-error.ts";

const CR = 0x0d;
const LF = 0x0a;
const DASH = 0x2d;
const END_OF_HEAD = Uint8Array.of(CR, LF, CR, LF);
/** Room for the bytes that are carried over from one piece of the body to the next. */
const LEAST_ROOM = 256;

const encoder = new TextEncoder();

/** RFC 2046 §5.1.1. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/** Whether a multipart body can have this boundary. */
export function isBoundary(boundary: string): boolean {
  return BOUNDARY.test(boundary);
}

/** What stands in front of the next delimiter. */
type State = "preamble" | "content" | "over";

/**
 * The parts of a multipart body (RFC 2046 §5.1), pulled one after the other: nothing is taken from the body before somebody
 * asks for it, and no more is held than a head and what may be the beginning of a delimiter. Takes time linear in what comes,
 * whatever its pieces are. An empty body has no parts. Every method throws `HttpError`: 400 for what is not multipart or ends too early, 413 for a head
 * above its limit, and whatever the body itself throws.
 *
 * Transport padding behind a boundary is refused: nothing on the way of a request adds any.
 */
export class MultipartReader {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #delimiter: Uint8Array;
  readonly #headLimit: number;
  /** What has come and is not taken yet: from `#at` to the end. Bytes that were handed out are never written over. */
  #bytes: Uint8Array = Uint8Array.of(CR, LF); // A delimiter begins with a line end, which the first one need not have.
  #at = 0;
  /** The memory of `#bytes` where it is the reader's own, with room behind them. */
  #room: Uint8Array | undefined;
  #state: State = "preamble";
  /**
   * Bytes of the empty line's end that are still in front of the content. Where they begin the delimiter as well some take
   * that for the content and some for a part without any: it is refused.
   */
  #lineEnd = 0;
  /** Some of the body has come. */
  #hasBegun = false;
  /** The next delimiter has not been met yet. */
  #isInPart = true;

  constructor(source: AsyncIterable<Uint8Array>, boundary: string, headLimit: number) {
    this.#source = source[Symbol.asyncIterator]();
    this.#delimiter = encoder.encode(`\r\n--${boundary}`);
    this.#headLimit = headLimit;
  }

  /** The head of the next part, as its lines without the last line end; undefined when there are no more. */
  async nextHead(): Promise<Uint8Array | undefined> {
    if (this.#state !== "over" && !(await this.#hasAny())) this.close();
    while ((await this.piece()) !== undefined);
    if (this.#state === "over") return undefined;
    await this.#atLeast(2);
    const [first, second] = this.#bytes.subarray(this.#at, this.#at + 2);
    this.#at += 2;
    if (first === DASH && second === DASH) {
      this.#state = "over";
      await this.#drain();
      return undefined;
    }
    if (first !== CR || second !== LF)
      throw new HttpError(400, "The multipart body has a boundary that does not end its line.");
    const head = await this.#head();
    this.#state = "content";
    this.#isInPart = true;
    return head;
  }

  /** Some bytes of the part that was last begun; undefined at its end. */
  async piece(): Promise<Uint8Array | undefined> {
    if (!this.#isInPart) return undefined;
    for (;;) {
      const bytes = this.#bytes;
      const start = this.#at;
      const end = findDelimiter(bytes, start, this.#delimiter);
      const isLast = bytes.length - end >= this.#delimiter.length;
      if (isLast && end === start && this.#lineEnd > 0)
        throw new HttpError(400, "A part of the multipart body has no empty line behind its header.");
      if (isLast) this.#isInPart = false;
      this.#at = isLast ? end + this.#delimiter.length : end;
      if (end > start) {
        const from = start + this.#lineEnd;
        this.#lineEnd = 0;
        if (end > from && this.#state === "content") return bytes.subarray(from, end);
      }
      if (isLast) return undefined;
      if (end === start || this.#at === bytes.length) await this.#more();
    }
  }

  /** Nothing will be asked for any more. Not waited for: a body that waits for its client would never answer. */
  close(): void {
    this.#isInPart = false;
    this.#state = "over";
    this.#source.return?.().then(undefined, () => undefined);
  }

  /** From behind the line of the boundary up to the empty line. */
  async #head(): Promise<Uint8Array> {
    // The line end of the boundary's line may be the first half of an empty line: then there are no fields.
    const start = this.#at - 2;
    this.#at = start;
    for (let from = 0; ;) {
      const found = indexOf(this.#bytes, END_OF_HEAD, this.#at + from);
      const size = (found === -1 ? this.#bytes.length : found) - this.#at - 2;
      if (size > this.#headLimit)
        throw new HttpError(413, `A part's header is larger than ${this.#headLimit} bytes.`);
      if (found !== -1) {
        // RFC 2046 §5.1.1: no line of a part begins with the boundary. As the name of a field it would hide the part behind it.
        if (indexOf(this.#bytes.subarray(this.#at, found), this.#delimiter, 0) !== -1)
          throw new HttpError(400, "The header of a part of the multipart body has a boundary in it.");
        const head = this.#bytes.subarray(Math.min(this.#at + 2, found), found);
        this.#at = found + 2;
        this.#lineEnd = 2;
        return head;
      }
      from = Math.max(0, this.#bytes.length - this.#at - END_OF_HEAD.length + 1);
      await this.#more();
    }
  }

  /** Over some drivers a request without a body and one with an empty body cannot be told apart. */
  async #hasAny(): Promise<boolean> {
    while (!this.#hasBegun) {
      const { done, value } = await this.#source.next();
      if (done === true) return false;
      if (value.length === 0) continue;
      this.#hasBegun = true;
      this.#append(value);
    }
    return true;
  }

  async #atLeast(count: number): Promise<void> {
    while (this.#bytes.length - this.#at < count) await this.#more();
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done === true) throw new HttpError(400, "The multipart body ends before its last boundary.");
    if (this.#at < this.#bytes.length) this.#append(value);
    else {
      this.#bytes = value;
      this.#at = 0;
      this.#room = undefined;
    }
  }

  /** Puts bytes behind those that are not taken yet, into room that nobody has seen. */
  #append(more: Uint8Array): void {
    const left = this.#bytes.length - this.#at;
    let room = this.#room;
    if (room === undefined || this.#bytes.length + more.length > room.length) {
      room = new Uint8Array(Math.max(LEAST_ROOM, (left + more.length) * 2));
      room.set(this.#bytes.subarray(this.#at));
      this.#bytes = room.subarray(0, left);
      this.#at = 0;
      this.#room = room;
    }
    const end = this.#bytes.length + more.length;
    room.set(more, this.#bytes.length);
    this.#bytes = room.subarray(0, end);
  }

  /** What follows the last boundary means nothing (RFC 2046 §5.1.1), but a connection is only good once it is read. */
  async #drain(): Promise<void> {
    this.#bytes = this.#bytes.subarray(0, 0);
    this.#at = 0;
    while ((await this.#source.next()).done !== true);
  }
}

/**
 * Where a delimiter begins, or what may become one with what comes next; else the end. No byte is compared twice: the CR
 * that a delimiter begins with is nowhere else in it.
 */
function findDelimiter(bytes: Uint8Array, from: number, delimiter: Uint8Array): number {
  const end = bytes.length;
  for (let at = bytes.indexOf(CR, from); at !== -1; at = bytes.indexOf(CR, at)) {
    let next = at + 1;
    for (let i = 1; i < delimiter.length && next < end && bytes[next] === delimiter[i]; i++) next++;
    if (next === end || next - at === delimiter.length) return at;
    at = next;
    // A run of them would cost a call each.
    while (bytes[at] === CR && bytes[at + 1] === CR) at++;
  }
  return end;
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const at = findDelimiter(bytes, from, wanted);
  return bytes.length - at >= wanted.length ? at : -1;
}
