import type { Socket } from "node:net";
import { HttpError } from "../http/http-error.ts";
import { WriteWatch } from "../wire/write-watch.ts";
import type { NodeHttpExchange } from "./node-http-exchange.ts";
import { rawRefusal } from "./refusal.ts";

/** Milliseconds that a client gets to close a connection that was refused, before it is cut. */
const LINGER = 2000;

/** Milliseconds: for the body of a request, and from a reply to the next request. 0 waits for ever. */
export interface RequestTimes {
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
}

/** What has to be known across the requests of one socket. */
export class NodeHttpConnection {
  readonly socket: Socket;
  readonly watch: WriteWatch;
  /** No further request of this connection is looked at: after a refusal its bytes mean nothing. */
  closing = false;
  readonly #pending = new Set<NodeHttpExchange>();
  readonly #times: RequestTimes | undefined;
  #timer: NodeJS.Timeout | undefined;
  #refusal: HttpError | undefined;

  /**
   * @param writeTimeout milliseconds after which a client that takes nothing of its replies is cut off.
   * @param times where the server keeps none itself.
   */
  constructor(socket: Socket, writeTimeout: number, times: RequestTimes | undefined) {
    this.socket = socket;
    this.#times = times;
    this.watch = new WriteWatch(socket, writeTimeout);
    const gone = (): void => {
      clearTimeout(this.#timer);
      for (const exchange of this.#pending) exchange.clientGone();
    };
    // A client that ends its side has left, as far as HTTP/1.1 servers commonly see it, and Node ends the other side too.
    socket.on("end", gone);
    socket.on("close", gone);
    // Node leaves sockets alone that it has given away (CONNECT, upgrades): a reset would end the process. "close" follows.
    socket.on("error", ignore);
  }

  /** Whether a reply is still to be made. */
  get busy(): boolean {
    return this.#pending.size > 0;
  }

  /** Whether something of a reply waits to be taken. */
  get isSending(): boolean {
    return !this.socket.destroyed && this.socket.writableLength > 0;
  }

  begin(exchange: NodeHttpExchange): void {
    this.#pending.add(exchange);
    if (this.#times === undefined) return;
    this.#wait(this.#times.requestTimeout, () => {
      // What still comes of it is not waited for: the reply is the last one.
      if (this.failBody(new HttpError(408, "The body took too long to come"))) this.closing = true;
    });
  }

  /** The exchange has handed over all of its reply. */
  finish(exchange: NodeHttpExchange): void {
    this.#pending.delete(exchange);
    if (this.#pending.size > 0) return;
    if (this.#refusal !== undefined) this.#write(this.#refusal);
    else if (this.#times !== undefined && !this.closing) this.#waitForNext(this.#times.keepAliveTimeout);
  }

  #waitForNext(time: number): void {
    this.#wait(time, () => {
      // A slow reader is not idle: whether it reads at all is the watch's to see.
      if (this.isSending) this.#waitForNext(time);
      else this.socket.destroy();
    });
  }

  #wait(time: number, isOver: () => void): void {
    clearTimeout(this.#timer);
    if (time > 0) this.#timer = setTimeout(isOver, time).unref();
  }

  /**
   * The parser or a time-out gave the connection up. Requests that were complete are answered first; one whose body was
   * on its way fails and answers by itself.
   */
  refuse(error: HttpError): void {
    if (this.closing) return;
    this.closing = true;
    if (this.failBody(error)) return;
    if (this.#pending.size === 0) this.#write(error);
    else this.#refusal = error;
  }

  /** No more comes of a body that was on its way: whoever reads it hears so. Whether there was one. */
  failBody(error: HttpError): boolean {
    let unfinished = false;
    for (const exchange of this.#pending) unfinished = exchange.failBody(error) || unfinished;
    return unfinished;
  }

  #write(error: HttpError): void {
    const { socket } = this;
    if (!socket.writable) return void socket.destroy();
    socket.end(rawRefusal(error));
    this.linger();
  }

  /** The client went away in the middle of a request: Node has told the parser's error, and leaves the socket to us. */
  hangUp(): void {
    if (!this.closing) return;
    this.socket.destroySoon();
    this.linger();
  }

  /** The reply is on its way and our side is ended: unread bytes must not reset the connection before it was read. */
  linger(): void {
    const { socket } = this;
    const timer = setTimeout(() => socket.destroy(), LINGER);
    timer.unref();
    socket.once("close", () => clearTimeout(timer));
  }
}

function ignore(): void {}
