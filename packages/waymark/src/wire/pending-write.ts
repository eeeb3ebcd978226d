import type { Socket } from "node:net";
import { latin1, type Octets } from "../http/octets.ts";

/** What is written together, in the order in which it was added. */
export interface PendingWrite {
  /** In bytes. */
  readonly length: number;
  /** @param octets bytes among them are not to change before they are taken. */
  add(octets: Octets): void;
  /**
   * All of it, to be given to the socket at once; nothing is left.
   *
   * @param isKept somebody keeps what is taken before the socket gets it.
   */
  take(socket: Socket, isKept: boolean): Octets;
  /** Forgets all of it. */
  clear(): void;
}

/** Node writes a string of one character a byte faster than it writes buffers. */
export class PendingText implements PendingWrite {
  #text = "";

  get length(): number {
    return this.#text.length;
  }
  add(octets: Octets): void {
    this.#text += latin1(octets);
  }
  take(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }
  clear(): void {
    this.#text = "";
  }
}

/** What bytes are put together in, whosever they are: Bun has taken or copied them when its `write` returns. */
const SHARED = Buffer.allocUnsafeSlow(64 * 1024);

/** Bun writes a buffer faster than it makes strings of bytes and puts them together. */
export class PendingBytes implements PendingWrite {
  length = 0;
  /** Of those behind the last bytes. */
  #text = "";
  readonly #pieces: Octets[] = [];

  add(octets: Octets): void {
    this.length += octets.length;
    if (typeof octets === "string") this.#text += octets;
    else {
      if (this.#text !== "") this.#pieces.push(this.#text);
      this.#text = "";
      this.#pieces.push(octets);
    }
  }

  take(socket: Socket, isKept: boolean): Octets {
    const { length } = this;
    const text = this.#text;
    const pieces = this.#pieces;
    if (pieces.length === 0) {
      this.clear();
      return text;
    }
    // A socket that is busy, or corked, keeps what it is given.
    const isOwn = isKept || length > SHARED.length || socket.writableLength > 0 || socket.writableCorked > 0;
    const all = isOwn ? Buffer.allocUnsafe(length) : SHARED;
    let at = 0;
    for (const piece of pieces) at += put(piece, all, at);
    put(text, all, at);
    this.clear();
    return all.subarray(0, length);
  }

  clear(): void {
    this.length = 0;
    this.#text = "";
    this.#pieces.length = 0;
  }
}

function put(octets: Octets, into: Buffer, at: number): number {
  if (typeof octets === "string") return into.write(octets, at, "latin1");
  into.set(octets, at);
  return octets.length;
}

const IS_BUN = "Bun" in globalThis;

export const pendingWrite: () => PendingWrite = IS_BUN ? () => new PendingBytes() : () => new PendingText();

/** Bytes in the form in which they are written fastest: as they are only where nobody else reads into their memory. */
export const octetsOf: (bytes: Buffer, start: number, end: number) => Octets = IS_BUN
  ? (bytes, start, end) => bytes.subarray(start, end)
  : (bytes, start, end) => bytes.toString("latin1", start, end);
