import type { SocketContract } from "../realtime/socket.ts";
import { ClientError } from "./client-error.ts";
import type { SharedOptions } from "./options.ts";
import type { WrittenRequest } from "./write-request.ts";

/** What is used of a `WebSocket`: browsers', Node's and that of `ws` have it. */
export interface WebSocketLike {
  binaryType: string;
  readonly protocol: string;
  readonly readyState: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: SocketEnd) => void): void;
}

/** `(url, { protocols, headers }) => new WebSocket(url, protocols, { headers })`, with the `WebSocket` of `ws`. */
export type WebSocketFactory = (
  url: string,
  options: { readonly protocols: string[]; readonly headers: Readonly<Record<string, string>> },
) => WebSocketLike;

/** What opening a socket says beyond its arguments. */
export interface ConnectOptions extends Pick<SharedOptions, "auth" | "headers" | "timeout" | "signal"> {
  readonly query?: Readonly<Record<string, unknown>>;
  readonly path?: Readonly<Record<string, unknown>>;
  /** Subprotocols, the preferred one first. Default: those of the contract. */
  readonly protocols?: readonly string[];
}

/** How a connection ended (RFC 6455 §7.4). */
export interface SocketEnd {
  readonly code: number;
  readonly reason: string;
}

type Waiting<T> = (result: IteratorResult<T, undefined>) => void;

/** The client's side of a socket: `In` are the messages that come, `Out` those that go. Iterating gives what comes until it ends. */
export class ClientSocket<In, Out> implements AsyncIterable<In> {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<SocketEnd>;
  readonly #socket: WebSocketLike;
  readonly #contract: SocketContract;
  readonly #messages: In[] = [];
  readonly #waiting: Waiting<In>[] = [];
  #isOver = false;

  /** @internal */
  constructor(socket: WebSocketLike, contract: SocketContract) {
    this.#socket = socket;
    this.#contract = contract;
    this.closed = new Promise((resolve) =>
      socket.addEventListener("close", ({ code, reason }) => {
        this.#isOver = true;
        for (const waiting of this.#waiting.splice(0)) waiting({ done: true, value: undefined });
        resolve({ code, reason });
      }),
    );
    socket.addEventListener("message", ({ data }) => {
      try {
        this.#take(this.#read(data));
      } catch {
        // 1007 says it, but a client may send codes of its own alone.
        socket.close(3007, "what came is not what was declared");
      }
    });
  }

  /** The subprotocol that was agreed on; "" without one. */
  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Sends a message; once the connection has ended it goes nowhere. */
  send(message: Out): void {
    if (this.#isOver) return;
    if (this.#contract.receive === undefined) this.#socket.send(message as string | Uint8Array<ArrayBuffer>);
    else this.#socket.send(JSON.stringify(message));
  }

  /** The next message; undefined when there is none any more. */
  async receive(): Promise<In | undefined> {
    const { value } = await this.#next();
    return value;
  }

  /** Ends the connection: 1000, or a code from 3000 to 4999 of your own. Resolves when it has ended. */
  close(code = 1000, reason = ""): Promise<SocketEnd> {
    this.#socket.close(code, reason);
    return this.closed;
  }

  /** Leaving the loop does not end the connection: it may be begun again. */
  [Symbol.asyncIterator](): AsyncIterator<In, undefined> {
    return { next: () => this.#next() };
  }

  #next(): Promise<IteratorResult<In, undefined>> {
    if (this.#messages.length > 0) return Promise.resolve({ done: false, value: this.#messages.shift()! });
    if (this.#isOver) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #take(value: In): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#messages.push(value);
    else waiting({ done: false, value });
  }

  #read(data: unknown): In {
    const isJson = this.#contract.send !== undefined;
    if (typeof data === "string") return (isJson ? JSON.parse(data) : data) as In;
    if (isJson) throw new TypeError("bytes, where JSON was declared");
    return new Uint8Array(data as ArrayBuffer) as In;
  }
}

/** Opens a socket. Rejects with a `ClientError` when it is refused or not open in time, and with the signal's reason. */
export function openSocket(
  request: WrittenRequest,
  contract: SocketContract,
  { protocols = contract.protocols ?? [], timeout = 30_000, signal }: ConnectOptions,
  factory: WebSocketFactory | undefined,
): Promise<ClientSocket<unknown, unknown>> {
  const headers = Object.fromEntries(request.headers);
  const url = request.url.replace(/^http/, "ws");
  const opened = (factory ?? platformSocket(request))(url, { protocols: [...protocols], headers });
  opened.binaryType = "arraybuffer";
  const client = new ClientSocket<unknown, unknown>(opened, contract);
  return new Promise((resolve, reject) => {
    const settle = (settled: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      settled();
    };
    const abort = (): void => {
      settle(() => reject(signal!.reason as Error));
      opened.close();
    };
    const timer =
      timeout > 0
        ? setTimeout(() => {
            settle(() => reject(new ClientError("timeout", request, "was not open in time")));
            opened.close();
          }, timeout)
        : undefined;
    opened.addEventListener("open", () => settle(() => resolve(client)));
    // Platforms do not say why, lest a page finds out what it may not ask.
    const refused = (): void =>
      settle(() => reject(new ClientError("network", request, "was refused, or could not be reached")));
    opened.addEventListener("error", refused);
    opened.addEventListener("close", refused);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}

function platformSocket(request: WrittenRequest): WebSocketFactory {
  const { WebSocket: Platform } = globalThis as {
    WebSocket?: new (url: string, protocols: string[]) => WebSocketLike;
  };
  if (Platform === undefined)
    throw new TypeError("this platform has no WebSocket: give createClient 'webSocket', with that of ws");
  if (request.headers.size > 0)
    throw new TypeError(
      `the platform's WebSocket sends no header fields (${[...request.headers.keys()].join(", ")}): give createClient 'webSocket'`,
    );
  return (url, { protocols }) => new Platform(url, protocols);
}
