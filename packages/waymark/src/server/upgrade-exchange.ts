import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { RawConnection, RawSocket, UpgradeOptions } from "../http/upgrade.ts";
import type { NodeHttpConnection } from "./node-http-connection.ts";
import { NodeHttpExchange, type NodeHttpSettings } from "./node-http-exchange.ts";
import type { RequestHead } from "./request-head.ts";
import type { Upgrades } from "./upgrades.ts";

/** Bytes that a client may send before it knows that the connection is made. */
const MOST_EARLY = 64 * 1024;

/** A request on a connection that Node has stopped reading: it becomes a WebSocket, or ends with the reply. */
export class UpgradeExchange extends NodeHttpExchange {
  readonly #upgrades: Upgrades;
  readonly #connection: NodeHttpConnection;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #early: Buffer[];
  #earlySize: number;

  constructor(
    upgrades: Upgrades,
    request: IncomingMessage,
    connection: NodeHttpConnection,
    head: RequestHead,
    early: Buffer,
    settings: NodeHttpSettings,
  ) {
    const response = responseOn(request, connection);
    super(request, response, head, connection, settings, false);
    this.#upgrades = upgrades;
    this.#request = request;
    this.#connection = connection;
    this.#response = response;
    this.#early = [early];
    this.#earlySize = early.length;
    // Read on: who does not read does not see that a client has left.
    connection.socket.on("data", this.#keep).resume();
  }

  readonly #keep = (chunk: Buffer): void => {
    this.#early.push(chunk);
    this.#earlySize += chunk.length;
    if (this.#earlySize > MOST_EARLY) this.#connection.socket.pause();
  };

  override end(): void | Promise<void> {
    this.#release();
    return super.end();
  }

  #release(): Socket {
    const { socket } = this.#connection;
    socket.off("data", this.#keep);
    return socket;
  }

  override takeConnection(): RawConnection {
    return this.#take();
  }
  #take(): { socket: Socket; early: Buffer } {
    const socket = this.#release();
    this.#response.detachSocket(socket);
    // What is read from now on is for whoever reads it then.
    socket.pause();
    // Whoever has it tells of its end, and a WebSocket with which code.
    this.#connection.finish(this);
    return { socket, early: Buffer.concat(this.#early.splice(0)) };
  }

  override async upgrade(options: UpgradeOptions): Promise<RawSocket> {
    const { socket, early } = this.#take();
    return await this.#upgrades.complete(this.#request, socket, early, this.fields ?? [], options);
  }
}

/** Node makes replies for requests that it reads, and this one it has given away. */
function responseOn(request: IncomingMessage, connection: NodeHttpConnection): ServerResponse {
  const { socket } = connection;
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  const drained = (): void => void response.emit("drain");
  socket.on("drain", drained);
  response.once("finish", () => {
    response.detachSocket(socket);
    socket.off("drain", drained);
    socket.resume().end();
    connection.linger();
  });
  return response;
}
