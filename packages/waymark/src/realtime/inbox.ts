/** Messages that nobody has asked for yet, in number and in size (UTF-16 units or bytes): more of them, and the peer waits. */
const MOST_MESSAGES = 64;
const MOST_SIZE = 64 * 1024;

/** Messages between the peer, which sends when it likes, and the function, which reads when it likes. */
export class Inbox {
  readonly #pause: (isPaused: boolean) => void;
  #messages: (string | Uint8Array)[] = [];
  #size = 0;
  #isFull = false;
  #isOver = false;
  #waiting: ((message: string | Uint8Array | undefined) => void) | undefined;

  /** @param pause lets the peer wait with what it sends, or go on. */
  constructor(pause: (isPaused: boolean) => void) {
    this.#pause = pause;
  }

  /** The peer waits: nothing is heard of it until somebody reads. */
  get isFull(): boolean {
    return this.#isFull;
  }

  push(message: string | Uint8Array): void {
    if (this.#isOver) return;
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      return waiting(message);
    }
    this.#messages.push(message);
    this.#size += message.length;
    if (!this.#isFull && (this.#messages.length >= MOST_MESSAGES || this.#size >= MOST_SIZE))
      this.#setFull(true);
  }

  /** The next message; undefined when no more will come. Not to be called again before the last call has its answer. */
  take(): string | Uint8Array | undefined | Promise<string | Uint8Array | undefined> {
    const message = this.#messages.shift();
    if (message !== undefined) {
      this.#size -= message.length;
      if (this.#isFull && this.#messages.length === 0) this.#setFull(false);
      return message;
    }
    if (this.#isOver) return undefined;
    return new Promise((resolve) => (this.#waiting = resolve));
  }

  /** No more will come. @param isKept whether what came before is still to be read. */
  end(isKept: boolean): void {
    this.#isOver = true;
    if (!isKept) this.#messages = [];
    this.#waiting?.(undefined);
    this.#waiting = undefined;
  }

  #setFull(isFull: boolean): void {
    this.#isFull = isFull;
    this.#pause(isFull);
  }
}
