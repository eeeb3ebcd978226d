import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { WebSocketServer } from "ws";
import { isFraming } from "../http/framing.ts";
import type { RawSocket, UpgradeOptions } from "../http/upgrade.ts";
import { WsSocket } from "./ws-socket.ts";

/** Milliseconds that a peer gets to answer a close frame before it is cut off. */
const CLOSE_TIMEOUT = 2_000;
/** Of the number that `ws` keeps its sizes in. */
const LARGEST = 2 ** 31 - 1;
/** Messages smaller than this are not worth compressing. */
const WORTH_COMPRESSING = 1024;

/** The WebSockets of one server: how they are made, and which ones there are. Loaded where a route is for them, and not before. */
export class Upgrades {
  /** One for each set of limits that routes have. */
  readonly #servers = new Map<string, WebSocketServer>();
  readonly #open = new Set<WsSocket>();
  #isLeaving = false;

  /** Sends 101 with `fields` (name, value, …) and reads messages from then on. Rejects where the client has left. */
  complete(
    request: IncomingMessage,
    socket: Socket,
    early: Buffer,
    fields: readonly string[],
    options: UpgradeOptions,
  ): Promise<RawSocket> {
    const server = this.#serverFor(options);
    const addLines = (lines: string[]): void => void lines.push(...linesOf(fields, options.protocol));
    return new Promise((resolve, reject) => {
      const failed = (): void =>
        reject(new Error("the connection was lost before the handshake was complete"));
      socket.once("close", failed);
      server.once("headers", addLines);
      try {
        // Everything happens now: nothing that could be waited for is asked of the library.
        server.handleUpgrade(request, socket, early, (webSocket) => {
          socket.off("close", failed);
          resolve(this.#follow(new WsSocket(webSocket), socket));
        });
      } finally {
        server.off("headers", addLines);
      }
      socket.resume();
    });
  }

  #follow(webSocket: WsSocket, socket: Socket): WsSocket {
    this.#open.add(webSocket);
    socket.once("close", () => this.#open.delete(webSocket));
    if (this.#isLeaving) webSocket.leave();
    return webSocket;
  }

  /** Closes every WebSocket with 1001, and those that are still to come. */
  leave(): void {
    this.#isLeaving = true;
    for (const each of this.#open) each.leave();
  }

  #serverFor({ maxMessage, compress }: UpgradeOptions): WebSocketServer {
    const key = `${maxMessage} ${compress}`;
    let server = this.#servers.get(key);
    if (server === undefined) this.#servers.set(key, (server = serverOf(maxMessage, compress)));
    return server;
  }
}

function serverOf(maxMessage: number, compress: boolean): WebSocketServer {
  const bounds = {
    // 0 would be no limit at all.
    maxPayload: Math.min(Math.max(1, Math.floor(maxMessage)), LARGEST),
    // A message in tiny pieces costs a hundred times its size: enough for honest ones, whose pieces are as large as packets.
    maxFragments: Math.max(1024, Math.ceil(maxMessage / 1024)),
    maxBufferedChunks: Math.max(4096, Math.ceil(maxMessage / 256)),
    maxPendingAutoPongs: 32,
    closeTimeout: CLOSE_TIMEOUT,
  };
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // The choice is made before; the field is ours to write.
    handleProtocols: () => false,
    // Contexts that live as long as their connection would cost 300 KB each.
    perMessageDeflate: compress && {
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      threshold: WORTH_COMPRESSING,
    },
    ...bounds,
  });
}

function linesOf(fields: readonly string[], protocol: string | undefined): string[] {
  const lines = protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`];
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    if (name.startsWith("sec-websocket-") || name === "content-length" || isFraming(name)) continue;
    lines.push(`${name}: ${fields[i + 1]!}`);
  }
  return lines;
}
