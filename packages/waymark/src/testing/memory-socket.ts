import type { RawListener, RawSocket } from "../http/upgrade.ts";

/** What the client's end of a connection hears. */
export interface MemoryPeer {
  onMessage(message: string | Uint8Array): void;
  onClose(code: number, reason: string): void;
}

const encoder = new TextEncoder();

/**
 * A WebSocket without a network, as the application has it. Messages go over as they are, each in a turn of its own; both
 * sides end together.
 */
export class MemorySocket implements RawSocket {
  /** Nothing waits: what is sent is taken at once. */
  readonly buffered = 0;
  readonly #peer: MemoryPeer;
  readonly #maxMessage: number;
  #listener: RawListener | undefined;
  #isPaused = false;
  #isOver = false;
  /** What the client has done and the application has not seen yet. */
  readonly #waiting: ((listener: RawListener) => void)[] = [];

  constructor(peer: MemoryPeer, maxMessage: number) {
    this.#peer = peer;
    this.#maxMessage = maxMessage;
  }

  // -- the application's side --------------------------------------------------------------------------------------------

  listen(listener: RawListener): void {
    this.#listener = listener;
    this.#flush();
  }
  send(message: string | Uint8Array, taken?: () => void): void {
    const copy = typeof message === "string" ? message : Uint8Array.from(message);
    if (!this.#isOver) queueMicrotask(() => this.#peer.onMessage(copy));
    if (taken !== undefined) queueMicrotask(taken);
  }
  ping(): void {
    queueMicrotask(() => this.#listener?.onPong());
  }
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (!isPaused) this.#flush();
  }
  close(code: number, reason: string): void {
    this.#end(code, reason);
  }
  terminate(): void {
    this.#end(1006, "");
  }

  // -- the client's side -------------------------------------------------------------------------------------------------

  /** A message of the client; one that is too large ends the connection with 1009. */
  receive(message: string | Uint8Array): void {
    const size = typeof message === "string" ? encoder.encode(message).length : message.length;
    if (size > this.#maxMessage) return this.#toApplication(() => this.#end(1009, "", 1006));
    const copy = typeof message === "string" ? message : Uint8Array.from(message);
    this.#toApplication((listener) => listener.onMessage(copy));
  }
  /** The client ends the connection. */
  leave(code: number, reason: string): void {
    this.#toApplication(() => this.#end(code, reason));
  }
  goAway(): void {
    this.#toApplication((listener) => listener.onGoingAway());
  }

  #toApplication(what: (listener: RawListener) => void): void {
    if (this.#isOver) return;
    this.#waiting.push(what);
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    const listener = this.#listener;
    while (listener !== undefined && !this.#isPaused && !this.#isOver && this.#waiting.length > 0)
      this.#waiting.shift()!(listener);
  }

  #end(code: number, reason: string, seen = code): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // After what was sent before.
    queueMicrotask(() => {
      this.#peer.onClose(code, reason);
      this.#listener?.onClose(seen, reason);
    });
  }
}
