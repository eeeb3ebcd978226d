import { ClientSocket, type SocketEnd } from "../client/socket.ts";
import type { RawMessage } from "../realtime/socket.ts";
import type { MemoryWebSocket } from "./memory-web-socket.ts";
import type { TestRequest } from "./options.ts";
import { within } from "./within.ts";

export { SocketRefused } from "./socket-refused.ts";

/** How a connection is asked for. */
export interface SocketOptions extends Pick<
  TestRequest,
  "headers" | "query" | "cookies" | "remoteAddress" | "throwErrors"
> {
  /** Subprotocols, the preferred one first. */
  readonly protocols?: readonly string[];
  /** Milliseconds that a message is waited for. 0: for ever. */
  readonly timeout?: number;
}

/** The client's side of a WebSocket. Iterating gives the messages that come until it ends. */
export class TestSocket implements AsyncIterable<RawMessage>, AsyncDisposable {
  readonly #client: ClientSocket<RawMessage, RawMessage>;
  readonly #socket: MemoryWebSocket;
  readonly #timeout: number;

  /** @internal */
  constructor(socket: MemoryWebSocket, timeout: number) {
    this.#socket = socket;
    this.#client = new ClientSocket(socket, {});
    this.#timeout = timeout;
  }

  /** The subprotocol that was agreed on; "" without one. */
  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Resolves when the connection has ended, whoever ended it, with the code that was said (RFC 6455 §7.4). */
  get closed(): Promise<SocketEnd> {
    return within(this.#timeout, "the connection did not end", this.#client.closed);
  }

  send(message: RawMessage): void {
    this.#client.send(message);
  }
  sendJson(message: unknown): void {
    this.#client.send(JSON.stringify(message));
  }

  /**
   * The next message; undefined when the connection has ended and none is left. Rejects where none comes in time, and with
   * what the function of the socket threw.
   */
  async receive(): Promise<RawMessage | undefined> {
    const message = await within(this.#timeout, "no message came", this.#client.receive());
    const { fault } = this.#socket;
    if (message === undefined && fault !== undefined) throw fault.error;
    return message;
  }

  /** The next message, which is JSON. Rejects where the connection has ended. */
  async receiveJson<T = any>(): Promise<T> {
    const message = await this.receive();
    if (message === undefined) {
      const { code, reason } = await this.closed;
      throw new Error(
        `no message came: the connection was closed with ${code}${reason === "" ? "" : ` (${reason})`}`,
      );
    }
    if (typeof message !== "string") throw new Error("the message is bytes, and not JSON in a text");
    return JSON.parse(message) as T;
  }

  /** Ends the connection: 1000, or a code from 3000 to 4999 of your own. Resolves when it has ended. */
  async close(code = 1000, reason = ""): Promise<SocketEnd> {
    this.#socket.close(code, reason);
    return await this.closed;
  }

  /** Leaving the loop does not end the connection: it may be begun again. */
  async *[Symbol.asyncIterator](): AsyncGenerator<RawMessage, void> {
    for (let message = await this.receive(); message !== undefined; message = await this.receive())
      yield message;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Resolves when the connection is made. */
export async function openTestSocket(
  socket: MemoryWebSocket,
  connect: () => Promise<void>,
  timeout: number,
): Promise<TestSocket> {
  // Before the connection is: it may send at once.
  const made = new TestSocket(socket, timeout);
  await within(timeout, "the connection was not made", connect());
  return made;
}
