import { WireError } from "waymark/wire";
import type { Incoming, Outgoing, Sent } from "./upstream-link.ts";

/** A request for which no connection has room yet. */
export class Http2Waiting implements Sent {
  readonly #queue: Set<Http2Waiting>;
  readonly #outgoing: Outgoing;
  readonly #incoming: Incoming;
  readonly #timer: NodeJS.Timeout;
  #sent: Sent | undefined = undefined;
  #isPaused = false;

  /**
   * @param most that wait; nobody more does.
   * @param patience milliseconds.
   */
  constructor(
    queue: Set<Http2Waiting>,
    outgoing: Outgoing,
    incoming: Incoming,
    most: number,
    patience: number,
  ) {
    this.#queue = queue;
    this.#outgoing = outgoing;
    this.#incoming = incoming;
    const isFull = queue.size >= most;
    queue.add(this);
    this.#timer = setTimeout(
      () =>
        isFull
          ? this.#fail("QUEUE_FULL", "No connection has room")
          : this.#fail("QUEUE_TIMEOUT", "No connection had room in time"),
      isFull ? 0 : patience,
    );
  }

  /** False where there is no room yet. */
  begin(send: (outgoing: Outgoing, incoming: Incoming) => Sent | undefined): boolean {
    try {
      this.#sent = send(this.#outgoing, this.#incoming);
    } catch (cause) {
      this.#fail("RESET", "The request cannot be sent", cause);
      return true;
    }
    if (this.#sent === undefined) return false;
    this.#leave();
    if (this.#isPaused) this.#sent.pause();
    return true;
  }

  #fail(code: WireError["code"], message: string, cause?: unknown): void {
    this.#leave();
    const failure = { bytesSent: false, responseBegun: false, isReusedConnection: false } as const;
    this.#incoming.failed(new WireError(code, message, { phase: "connect", ...failure, cause }));
  }
  #leave(): void {
    clearTimeout(this.#timer);
    this.#queue.delete(this);
  }

  pause(): void {
    this.#isPaused = true;
    this.#sent?.pause();
  }
  resume(): void {
    this.#isPaused = false;
    this.#sent?.resume();
  }
  abort(): void {
    this.#leave();
    this.#sent?.abort();
  }
}
