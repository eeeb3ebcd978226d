import type { Socket } from "node:net";

/** Whether a socket's own time-out sees the queue of a write shrink. Bun's does not come at all while one goes on. */
export const TELLS_OF_PROGRESS: boolean = !("Bun" in globalThis);

/** Periods in which a peer may send without a write of ours coming to its end. */
const PATIENCE = 2;

/**
 * Cuts off a peer that takes nothing of what it is sent.
 *
 * Only Node sees the queue of a socket shrink, so its own time-out decides: it comes one period, or two, after the last
 * progress. But to Node what a peer sends is activity as well, and it reads ahead of a paused stream: a byte now and then
 * would keep a connection for ever. Who sends and does not take is cut off here, after two periods or three.
 *
 * Bun has no time-out for writes: there whoever has not taken a write as a whole by then is cut off here.
 */
export class WriteWatch {
  readonly #socket: Socket;
  readonly #timeout: number;
  readonly #tellsOfProgress: boolean;
  #waits = false;
  #received = 0;
  #strikes = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param timeout a period in milliseconds; 0 waits for ever.
   * @param tellsOfProgress whether the socket's own time-out sees the queue of a write shrink, as on Node.
   */
  constructor(socket: Socket, timeout: number, tellsOfProgress: boolean = TELLS_OF_PROGRESS) {
    this.#socket = socket;
    this.#tellsOfProgress = tellsOfProgress;
    this.#timeout = timeout;
  }

  /** Something waits to be taken. */
  begin(): void {
    if (this.#waits || this.#timeout <= 0) return;
    this.#waits = true;
    this.#strikes = 0;
    this.#received = this.#socket.bytesRead;
    if (this.#tellsOfProgress) this.#socket.setTimeout(this.#timeout);
    else this.#since = performance.now();
    // It outlives `end`: a stream waits and goes on many times within a period. Not its socket, which it would keep in memory.
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(this.#look, this.#timeout).unref();
    this.#socket.once("close", this.#stop);
  }

  /** It was taken. */
  end(): void {
    this.forget();
    this.#socket.setTimeout(0);
  }

  /** It was taken, and the socket's time-out is somebody else's already. */
  forget(): void {
    this.#waits = false;
  }

  readonly #stop = (): void => {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#socket.off("close", this.#stop);
  };

  readonly #look = (): void => {
    if (!this.#waits || this.#socket.destroyed) return this.#stop();
    if (!this.#tellsOfProgress) {
      if (performance.now() - this.#since >= this.#timeout) this.#socket.destroy();
      return;
    }
    const { bytesRead } = this.#socket;
    if (bytesRead === this.#received) return;
    this.#received = bytesRead;
    if (++this.#strikes >= PATIENCE) this.#socket.destroy();
  };
}
