import type { Socket } from "node:net";
import { type Writing, writeAtEndOfTurn } from "./turn.ts";
import { WriteWatch } from "./write-watch.ts";

/** Bytes gathered for one write; when there are more they are written at once. */
const MOST_GATHERED = 16 * 1024;

/**
 * The writing half of a connection: gathers what belongs together into one write, keeps the order, and knows when the
 * client takes less than it is sent.
 *
 * Bytes are gathered as a string with one character a byte ("latin1"): Node writes one faster than it writes buffers.
 */
export class Outbox implements Writing {
  /** Whether the socket has more than it wants: `onDrain` tells when that is over. */
  blocked = false;
  readonly #socket: Socket;
  readonly #watch: WriteWatch;
  #gathered = "";
  #isWaiting = false;
  #onDrain: (() => void) | undefined;

  /** @param timeout milliseconds without progress after which a reader is cut off; 0 waits for ever. */
  constructor(socket: Socket, timeout: number) {
    this.#socket = socket;
    this.#watch = new WriteWatch(socket, timeout);
  }

  /** Adds bytes to the next write; a `flush` has to follow. */
  add(bytes: string): void {
    this.#gathered += bytes;
    if (this.#gathered.length >= MOST_GATHERED) this.flush();
  }

  /** Adds bytes that are written at the end of this turn: together with those that it still brings. */
  addSoon(bytes: string): void {
    this.add(bytes);
    this.flushSoon();
  }
  flushSoon(): void {
    if (this.#isWaiting || this.#gathered === "") return;
    this.#isWaiting = true;
    writeAtEndOfTurn(this);
  }

  /** Writes a buffer behind what was gathered, in the same system call. */
  write(bytes: Uint8Array): void {
    if (bytes.length <= MOST_GATHERED / 4) return this.add(latin1(bytes));
    this.#socket.cork();
    this.flush();
    if (!this.#socket.destroyed) this.#wrote(this.#socket.write(bytes));
    this.#socket.uncork();
  }

  flush(): void {
    this.#isWaiting = false;
    const bytes = this.#gathered;
    if (bytes === "") return;
    this.#gathered = "";
    if (!this.#socket.destroyed) this.#wrote(this.#socket.write(bytes, "latin1"));
  }

  /** Writes what was gathered and ends our side; calls back when all of it has left. */
  end(onEnded: () => void): void {
    this.flush();
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
    const callback = this.#onDrain;
    this.#onDrain = undefined;
    callback?.();
  }

  /** Calls back once, when the socket wants more. */
  onDrain(callback: () => void): void {
    this.#onDrain = callback;
  }
}

/** Bytes as a string of one character each. */
export function latin1(bytes: Uint8Array): string {
  return bytes instanceof Buffer
    ? bytes.toString("latin1")
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** UTF-8 text as a string of its bytes; the text itself when it is ASCII. */
export function byteString(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text).toString("latin1");
}
