/** The longest time of distrust, in milliseconds. */
const LONGEST = 3_600_000;

const START = Buffer.from("HTTP/1.");
/** RFC 9110 §15.5.9: what servers say on an idle connection that they are about to close. */
const TIMED_OUT = Buffer.from(" 408");
const STATUS = 8;

/**
 * What is remembered of an origin that gave an answer nobody had asked for. Such an answer is seen for what it is as long
 * as no request is on its connection; when the next one has left already, nothing tells it from that one's own. So for a time each
 * connection carries one request. Twice as long each time that it happens again.
 */
export class Distrust {
  readonly #first: number;
  #time = 0;
  #until = 0;

  /** @param first how long the first time, in milliseconds. */
  constructor(first: number) {
    this.#first = first;
  }

  /** Bytes came that belong to nothing. Whether the origin is not to be trusted from now on. */
  judge(bytes: Uint8Array, start: number, size: number, now: number): boolean {
    if (!isAnswer(bytes, start, size)) return false;
    if (now < this.#until) return true;
    const isForgotten = this.#time === 0 || now > this.#until + LONGEST;
    this.#time = isForgotten ? this.#first : Math.min(this.#time * 2, LONGEST);
    this.#until = now + this.#time;
    return true;
  }

  isOver(now: number): boolean {
    return now >= this.#until;
  }
}

/** Whether bytes begin as an answer does, as far as they go. What a careless server sends behind a HEAD or a 204 does not. */
function isAnswer(bytes: Uint8Array, start: number, size: number): boolean {
  const length = size - start;
  for (let i = 0; i < length && i < START.length; i++) if (bytes[start + i] !== START[i]) return false;
  return length > 0 && !TIMED_OUT.every((byte, i) => bytes[start + STATUS + i] === byte);
}
