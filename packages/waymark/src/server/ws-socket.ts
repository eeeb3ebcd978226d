import type { WebSocket } from "ws";
import type { RawListener, RawSocket } from "../http/upgrade.ts";

/** A WebSocket of the library `ws`. */
export class WsSocket implements RawSocket {
  readonly #socket: WebSocket;
  #listener: RawListener | undefined;
  #isLeaving = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    // What is wrong with a frame is told to the peer by its code; "close" follows.
    socket.on("error", ignore);
  }

  get buffered(): number {
    return this.#socket.bufferedAmount;
  }

  listen(listener: RawListener): void {
    this.#listener = listener;
    this.#socket
      .on("message", (data, isBinary) => {
        const bytes = data as Buffer;
        // Text was found to be UTF-8 already. Bytes are copied: they are a view of what was read from the connection.
        listener.onMessage(isBinary ? Uint8Array.from(bytes) : bytes.toString());
      })
      .on("pong", () => listener.onPong())
      .on("ping", () => listener.onPong())
      .on("close", (code, reason) => listener.onClose(code, reason.toString()));
    if (this.#isLeaving) listener.onGoingAway();
  }

  send(message: string | Uint8Array, taken?: () => void): void {
    this.#socket.send(message, taken === undefined ? ignore : () => taken());
  }
  ping(): void {
    this.#socket.ping(undefined, undefined, ignore);
  }
  pause(isPaused: boolean): void {
    if (isPaused) this.#socket.pause();
    else this.#socket.resume();
  }
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }
  terminate(): void {
    this.#socket.terminate();
  }

  /** The server closes. */
  leave(): void {
    this.#isLeaving = true;
    this.#listener?.onGoingAway();
  }
}

function ignore(): void {
  // "close" says all that matters.
}
