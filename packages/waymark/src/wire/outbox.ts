import type { Socket } from "node:net";
import { latin1, type Octets } from "../http/octets.ts";
import { pendingWrite } from "./pending-write.ts";
import { type Writing, writeAtEndOfTurn } from "./turn.ts";
import { TELLS_OF_PROGRESS, WriteWatch } from "./write-watch.ts";

/** The most bytes given to a socket at a time that tells of a write when all of it is taken: parts show progress. */
export const MOST_WRITTEN: number = 256 * 1024;

/** Bytes gathered for one write; when there are more they are written at once. */
const MOST_GATHERED = 16 * 1024;

/**
 * The writing half of a connection: gathers what belongs together into one write, keeps the order, and knows when the
 * client takes less than it is sent.
 */
export class Outbox implements Writing {
  /** Whether the socket has more than it wants: `onDrain` tells when that is over. */
  blocked = false;
  readonly #socket: Socket;
  readonly #watch: WriteWatch;
  readonly #mostWritten: number;
  readonly #gathered = pendingWrite();
  /** What was given up to be written, and is more than the socket gets at a time. */
  readonly #parts: Octets[] = [];
  #isWaiting = false;
  #onEnded: (() => void) | undefined;
  #onDrain: (() => void) | undefined;

  /**
   * @param timeout milliseconds without progress after which a reader is cut off; 0 waits for ever.
   * @param tellsOfProgress see `WriteWatch`.
   */
  constructor(socket: Socket, timeout: number, tellsOfProgress: boolean = TELLS_OF_PROGRESS) {
    this.#socket = socket;
    this.#watch = new WriteWatch(socket, timeout, tellsOfProgress);
    this.#mostWritten = tellsOfProgress ? Infinity : MOST_WRITTEN;
  }

  /** Adds bytes to the next write, which do not change any more; a `flush` has to follow. */
  add(bytes: Octets): void {
    this.#gathered.add(bytes);
    if (this.#gathered.length >= MOST_GATHERED) this.flush();
  }

  /** Adds bytes that are written at the end of this turn: together with those that it still brings. */
  addSoon(bytes: Octets): void {
    this.add(bytes);
    this.flushSoon();
  }
  flushSoon(): void {
    if (this.#isWaiting || this.#gathered.length === 0) return;
    this.#isWaiting = true;
    writeAtEndOfTurn(this);
  }

  /** Writes a buffer behind what was gathered, in the same system call. */
  write(bytes: Uint8Array): void {
    if (bytes.length <= MOST_GATHERED / 4) return this.add(latin1(bytes));
    this.#socket.cork();
    this.flush();
    this.#put(bytes);
    this.#socket.uncork();
  }

  flush(): void {
    this.#isWaiting = false;
    if (this.#gathered.length === 0) return;
    this.#put(this.#gathered.take(this.#socket, this.#parts.length > 0));
  }

  #put(bytes: Octets): void {
    if (this.#socket.destroyed) return;
    const most = this.#mostWritten;
    if (this.#parts.length === 0 && bytes.length <= most) this.#wrote(this.#socket.write(bytes, "latin1"));
    else {
      for (let at = 0; at < bytes.length; at += most)
        this.#parts.push(
          typeof bytes === "string" ? bytes.slice(at, at + most) : bytes.subarray(at, at + most),
        );
      if (!this.blocked) this.#putParts();
    }
  }

  #putParts(): void {
    while (this.#parts.length > 0 && !this.blocked)
      this.#wrote(this.#socket.write(this.#parts.shift()!, "latin1"));
  }

  /** Writes what was gathered and ends our side; calls back when all of it has left. */
  end(onEnded: () => void): void {
    this.flush();
    if (this.#parts.length > 0) this.#onEnded = onEnded;
    else this.#endSocket(onEnded);
  }

  #endSocket(onEnded: () => void): void {
    const socket = this.#socket;
    if (socket.writableLength > 0) this.#watch.begin();
    socket.end(() => {
      this.#watch.end();
      onEnded();
    });
  }

  /** Writes what was gathered; whether it is taken is somebody else's to watch from now on. */
  release(): void {
    this.flush();
    this.#watch.end();
  }

  #wrote(wantsMore: boolean): void {
    if (wantsMore || this.blocked) return;
    this.blocked = true;
    this.#watch.begin();
  }

  /** The socket wants more. */
  drained(): void {
    this.blocked = false;
    this.#watch.end();
    this.#putParts();
    if (this.blocked) return;
    const onEnded = this.#onEnded;
    if (onEnded !== undefined) {
      this.#onEnded = undefined;
      return this.#endSocket(onEnded);
    }
    const callback = this.#onDrain;
    this.#onDrain = undefined;
    callback?.();
  }

  /** Calls back once, when the socket wants more. */
  onDrain(callback: () => void): void {
    this.#onDrain = callback;
  }
}

/** UTF-8 text as a string of its bytes; the text itself when it is ASCII. */
export function byteString(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text).toString("latin1");
}
