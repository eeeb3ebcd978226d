import type { Socket } from "node:net";
import { Outbox } from "./outbox.ts";

/** What a link tells whoever speaks on it. */
export interface LinkListener {
  onData(chunk: Buffer): void;
  /** The peer has ended its side; ours is still open. */
  onEnd(): void;
  /** The socket takes bytes again. */
  onDrain(): void;
  /** The socket is gone, for whatever reason; the last call. */
  onClose(): void;
}

const OPEN = 0;
/** Our side is ended. What still comes is dropped, so that no reset overtakes our last bytes. */
const LINGERING = 1;
/** The socket belongs to somebody else. */
const RELEASED = 2;
const GONE = 3;

/** A socket and its ends: how it begins, waits, closes or passes on. Nothing here knows of requests. */
export class Link {
  readonly socket: Socket;
  readonly outbox: Outbox;
  readonly #listener: LinkListener;
  #state: number = OPEN;
  #isPaused = false;

  /** @param writeTimeout milliseconds without progress after which a reader is cut off; 0 waits for ever. */
  constructor(socket: Socket, listener: LinkListener, writeTimeout: number) {
    this.socket = socket;
    this.outbox = new Outbox(socket, writeTimeout);
    this.#listener = listener;
    // TLS sockets begin without it: a peer that has ended its side still gets its answer.
    socket.allowHalfOpen = true;
    socket.on("data", this.#onData);
    socket.on("end", this.#onEnd);
    socket.on("drain", this.#onDrain);
    socket.on("timeout", this.#onStalled);
    socket.on("error", ignore);
    socket.on("close", this.#onClose);
  }

  get isOpen(): boolean {
    return this.#state === OPEN;
  }
  get isGone(): boolean {
    return this.#state === GONE;
  }

  /** Lets the peer wait with what it sends, or go on. */
  pause(isPaused: boolean): void {
    if (isPaused === this.#isPaused || this.#state !== OPEN) return;
    this.#isPaused = isPaused;
    if (isPaused) this.socket.pause();
    else this.socket.resume();
  }

  /** Sends what there is and ends our side; calls back when that is done. The peer may take its time to notice. */
  shut(onEnded: () => void): void {
    if (this.#state !== OPEN) return;
    this.pause(false);
    this.#state = LINGERING;
    this.outbox.end(onEnded);
  }

  /** Stops listening: the socket goes on to somebody else. */
  release(): void {
    this.outbox.release();
    this.#state = RELEASED;
    const { socket } = this;
    socket.off("data", this.#onData);
    socket.off("end", this.#onEnd);
    socket.off("drain", this.#onDrain);
    socket.off("timeout", this.#onStalled);
    socket.off("error", ignore);
    socket.off("close", this.#onClose);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#state === OPEN) this.#listener.onData(chunk);
  };
  readonly #onEnd = (): void => {
    if (this.#state === OPEN) this.#listener.onEnd();
  };
  readonly #onDrain = (): void => {
    this.outbox.drained();
    if (this.#state === OPEN && !this.outbox.blocked) this.#listener.onDrain();
  };
  readonly #onStalled = (): void => {
    this.socket.destroy();
  };
  readonly #onClose = (): void => {
    this.#state = GONE;
    this.#listener.onClose();
  };
}

function ignore(): void {
  // "close" follows and says all that matters.
}
