import type { Exchange } from "../http/exchange.ts";
import type { UpgradeOptions } from "../http/upgrade.ts";
import type { SocketEnd, WebSocketLike } from "../client/socket.ts";
import { checkCode, fittingReason } from "../realtime/close.ts";
import { requestInMemory, type RequestInMemory } from "../server/memory.ts";
import { MemorySocket, type MemoryPeer } from "./memory-socket.ts";
import { SocketRefused } from "./socket-refused.ts";
import type { TestedApp } from "./test-client.ts";

interface Listeners {
  readonly open: (() => void)[];
  readonly error: (() => void)[];
  readonly message: ((event: { readonly data: unknown }) => void)[];
  readonly close: ((event: SocketEnd) => void)[];
}

export interface Connecting {
  readonly protocols: readonly string[];
  readonly throwErrors: boolean;
}

/** The states of a `WebSocket` (WHATWG WebSockets §3.1). */
const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3];

/** The client's end of a WebSocket without a network, as a browser would have it. */
export class MemoryWebSocket implements WebSocketLike, MemoryPeer {
  binaryType = "arraybuffer";
  protocol = "";
  /** What the function of the socket threw and nothing handled. */
  fault: { readonly error: unknown } | undefined;
  #readyState: number = CONNECTING!;
  #socket: MemorySocket | undefined;
  readonly #listeners: Listeners = { open: [], error: [], message: [], close: [] };

  get readyState(): number {
    return this.#readyState;
  }

  /**
   * Asks for the connection. Resolves with the fields of the reply when it is made; rejects with a `SocketRefused` for any
   * other reply, and with what nothing handled.
   */
  async connect(
    app: Pick<TestedApp, "handle" | "upgrade" | "limits">,
    where: string,
    request: RequestInMemory,
    { protocols, throwErrors }: Connecting,
  ): Promise<Headers> {
    try {
      return await this.#connect(
        app,
        where,
        { ...request, headers: handshakeOf(request, protocols) },
        throwErrors,
      );
    } catch (error) {
      this.fail();
      throw error;
    }
  }

  /** Says that no connection was made. Does nothing the second time. */
  fail(): void {
    if (this.#readyState === CLOSED) return;
    this.#readyState = CLOSED!;
    for (const listener of this.#listeners.error) listener();
    for (const listener of this.#listeners.close) listener({ code: 1006, reason: "" });
  }

  #connect(
    app: Pick<TestedApp, "handle" | "upgrade" | "limits">,
    where: string,
    request: RequestInMemory,
    throwErrors: boolean,
  ): Promise<Headers> {
    return new Promise((resolve, reject) => {
      let fault: { readonly error: unknown } | undefined;
      const handle = (exchange: Exchange): void => {
        exchange.onFault = (error) => {
          // Logged as well: whoever does not read on would never hear of it.
          if (throwErrors) fault = this.fault = { error };
          return false;
        };
        exchange.upgrade = async (options) => {
          const socket = this.#open(options);
          resolve(fieldsOf(exchange));
          return socket;
        };
        void (app.upgrade ?? ((each) => app.handle(each)))(exchange);
      };
      requestInMemory({ limits: app.limits, handle }, where, request).then((response) => {
        if (fault !== undefined) reject(fault.error);
        else void SocketRefused.of(response, where).then(reject);
      }, reject);
    });
  }

  #open({ protocol, maxMessage }: UpgradeOptions): MemorySocket {
    this.protocol = protocol ?? "";
    this.#readyState = OPEN!;
    for (const listener of this.#listeners.open) listener();
    return (this.#socket = new MemorySocket(this, maxMessage));
  }

  send(data: string | Uint8Array): void {
    if (this.#readyState === OPEN) this.#socket!.receive(data);
  }

  /** Throws a `RangeError` for a code that cannot be sent. */
  close(code?: number, reason = ""): void {
    if (code !== undefined) checkCode(code);
    if (this.#readyState !== OPEN) return;
    this.#readyState = CLOSING!;
    // RFC 6455 §7.1.5: an end without a code is seen as 1005.
    this.#socket!.leave(code ?? 1005, fittingReason(reason));
  }

  /** The client goes away, without a word about why. */
  leave(): void {
    this.close(1001);
  }

  addEventListener(type: "open" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: SocketEnd) => void): void;
  addEventListener(type: keyof Listeners, listener: (event: any) => void): void {
    (this.#listeners[type] as ((event: any) => void)[]).push(listener);
  }

  onMessage(message: string | Uint8Array): void {
    const data = typeof message === "string" ? message : message.buffer;
    for (const listener of this.#listeners.message) listener({ data });
  }
  onClose(code: number, reason: string): void {
    this.#readyState = CLOSED!;
    for (const listener of this.#listeners.close) listener({ code, reason });
  }
}

function handshakeOf({ headers }: RequestInMemory, protocols: readonly string[]): Headers {
  const fields = new Headers(headers as Headers);
  fields.set("connection", "Upgrade");
  fields.set("upgrade", "websocket");
  fields.set("sec-websocket-version", "13");
  // RFC 6455 §4.1 wants 16 bytes, and chance only to tell connections from what caches hold.
  fields.set("sec-websocket-key", "d2F5bWFyay90ZXN0aW5nIQ==");
  if (protocols.length > 0) fields.set("sec-websocket-protocol", protocols.join(", "));
  return fields;
}

function fieldsOf({ fields = [] }: Exchange): Headers {
  const headers = new Headers();
  for (let i = 0; i < fields.length; i += 2) headers.append(fields[i]!, fields[i + 1]!);
  return headers;
}
