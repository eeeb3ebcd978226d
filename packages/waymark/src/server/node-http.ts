import { randomBytes } from "node:crypto";
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, Server as NetServer, type Socket } from "node:net";
import { type SecureContextOptions, Server as TlsServer } from "node:tls";
import type { Application, Exchange } from "../http/exchange.ts";
import { HttpError } from "../http/http-error.ts";
import type { Limits } from "../http/limits.ts";
import { writeProblem } from "../http/problem.ts";
import type { Driver, Listening, ListenOptions } from "./driver.ts";
import { NodeHttpConnection, type RequestTimes } from "./node-http-connection.ts";
import { NodeHttpExchange, type NodeHttpSettings } from "./node-http-exchange.ts";
import { PartsExchange } from "./parts-exchange.ts";
import { parserError } from "./refusal.ts";
import { readHead, type RequestHead } from "./request-head.ts";
import { sweepUntil } from "./sweep-until.ts";
import { Handshakes } from "./handshakes.ts";
import { TELLS_OF_PROGRESS } from "../wire/write-watch.ts";
import { UpgradeExchange } from "./upgrade-exchange.ts";
import { asksForWebSocket, ignoreUpgrade } from "./upgrade-request.ts";
import type { Upgrades } from "./upgrades.ts";

/** The driver on Node's own HTTP server: complete, and as fast as that is. */
export const nodeHttpDriver: Driver = {
  listen: (application, options) => new NodeHttpServer(application, options).listen(options),
};

const OrdinaryExchange = TELLS_OF_PROGRESS ? NodeHttpExchange : PartsExchange;

/** Node's own server, and what has to be known to serve an application with it. */
export class NodeHttpServer {
  readonly #application: Application;
  readonly #limits: Limits;
  readonly #times: RequestTimes | undefined;
  readonly #settings: NodeHttpSettings;
  readonly #server: Server;
  readonly #connectionEvent: "connection" | "secureConnection";
  readonly #connections = new Map<Socket, NodeHttpConnection>();
  #handshakes: Handshakes | undefined;
  /** Where a route is for WebSockets. */
  #upgrades: Upgrades | undefined;
  /** Requests whose handling, clean-up included, goes on. */
  #running = 0;
  #idle: (() => void) | undefined;

  /** @param times for connections that it did not accept, where it keeps none for these. */
  constructor(application: Application, { limits, tls }: ListenOptions, times?: RequestTimes) {
    this.#application = application;
    this.#limits = limits;
    this.#times = times;
    this.#settings = { draining: false };
    const options = {
      ...serverOptions(limits),
      // Since Node 24.9; before, whoever listens for upgrades gets all of them.
      shouldUpgradeCallback: (request: IncomingMessage) =>
        this.#upgrades !== undefined && asksForWebSocket(request),
    };
    this.#server = tls === undefined ? createServer(options) : createSecureServer({ ...options, ...tls });
    // Node drops fields beyond this number without a word: one more shows that there were too many.
    this.#server.maxHeadersCount = limits.headerFields + 1;
    this.#connectionEvent = tls === undefined ? "connection" : "secureConnection";
    this.#server
      .on(this.#connectionEvent, (socket: Socket) => void this.#connectionOf(socket))
      .on("request", (request, response) => this.#serve(request, response, false))
      .on("checkContinue", (request, response) => this.#serve(request, response, true))
      .on("checkExpectation", (request, response) =>
        this.#refuse(request, response, new HttpError(417, "This expectation is not understood.")),
      )
      .on("connect", (_request: IncomingMessage, socket: Socket) =>
        this.#connectionOf(socket).refuse(new HttpError(501, "CONNECT is not answered here.")),
      )
      .on("clientError", (error: Error & { code?: string }, socket) => {
        const connection = this.#connectionOf(socket as Socket);
        // RFC 9112 §9.6: what follows a request that is the last one of its connection gets no answer.
        if (error.code === "HPE_CLOSED_CONNECTION") connection.closing = true;
        else connection.refuse(parserError(error));
      });
  }

  /** The server itself: it owns the listener, whoever answers first on its connections. */
  get server(): Server {
    return this.#server;
  }

  /** Loads what WebSockets need, where a route is for them. */
  async prepare(): Promise<void> {
    // Node reads no body of a request that names another protocol where somebody listens for these.
    const { upgrade } = this.#application;
    if (upgrade === undefined) return;
    this.#upgrades = new (await import("./upgrades.ts")).Upgrades();
    const serve = (exchange: Exchange): void | Promise<void> => upgrade(exchange);
    this.#server.on("upgrade", (request, socket: Socket, early) =>
      this.#upgrade(request, socket, early, serve),
    );
  }

  async listen({ host, port }: ListenOptions): Promise<Listening> {
    await this.prepare();
    // Not before: whoever answers first on its connections has taken its place by now, and hides them from listeners of before.
    if (this.#server instanceof TlsServer) this.#handshakes = new Handshakes(this.#server);
    return await new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host, port }, () => {
        this.#server.off("error", reject);
        resolve(this.#listening());
      });
    });
  }

  #listening(): Listening {
    const { address, port } = this.#server.address() as AddressInfo;
    return {
      address,
      port,
      drain: () => this.drain(),
      handOver: () => this.#stopListening(() => undefined),
      ...(this.#server instanceof TlsServer && { renew: renewing(this.#server) }),
      close: () => this.#close(),
      destroy: () => this.destroy(),
    };
  }

  /** Serves a connection that somebody else has accepted. */
  take(socket: Socket): void {
    this.#server.emit(this.#connectionEvent, socket);
  }

  /** From now on every answer ends its connection. */
  drain(): void {
    this.#settings.draining = true;
  }

  /** Every answer is the last one of its connection, and WebSockets are closed. */
  retire(): void {
    this.drain();
    this.#upgrades?.leave();
  }

  /** Ends connections between two requests. */
  endIdle(): void {
    // To Node a connection is idle when its reply was handed over, and it cuts what a slow reader has not taken.
    for (const connection of this.#connections.values()) if (connection.isSending && !connection.busy) return;
    this.#server.closeIdleConnections();
  }

  /** Cuts every connection. */
  destroy(): void {
    this.#handshakes?.destroy();
    for (const socket of this.#connections.keys()) socket.destroy();
  }

  /** Resolves when no request is being handled, clean-up included. */
  async settled(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  /** Accepts no more connections. Not by `close` of Node's http, which ends idle ones too; Bun's server is no other. */
  #stopListening(onClosed: () => void): void {
    if (this.#server instanceof NetServer) NetServer.prototype.close.call(this.#server, () => onClosed());
    else (this.#server as Server).close(() => onClosed());
  }

  async #close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#stopListening(resolve));
    this.retire();
    // Node ends connections between two requests, but not those that have sent nothing yet. What has arrived is read first.
    await new Promise((resolve) => setImmediate(resolve));
    this.#handshakes?.destroy();
    for (const socket of this.#connections.keys()) if (socket.bytesRead === 0) socket.destroy();
    this.endIdle();
    await sweepUntil(closed, () => this.endIdle());
    // Nothing is open any more: Node's lets go of its timer.
    if (this.#server instanceof NetServer) this.#server.close();
    await this.settled();
  }

  #serve(request: IncomingMessage, response: ServerResponse, isWaited: boolean): void {
    const connection = this.#connectionOf(request.socket);
    // Bytes behind a refused request mean nothing: no reply, no side effect.
    if (connection.closing) return;
    const head = readHead(request, this.#limits);
    if (head instanceof HttpError) return this.#refuse(request, response, head);
    const exchange = new OrdinaryExchange(request, response, head, connection, this.#settings, isWaited);
    connection.begin(exchange);
    this.#follow(this.#application.handle(exchange));
  }

  #follow(handled: void | Promise<void>): void {
    if (handled === undefined) return;
    this.#running++;
    handled.then(this.#settle, this.#settle);
  }

  /** Node has stopped reading: what becomes of the connection is ours to say. @param early what came behind the head. */
  #upgrade(
    request: IncomingMessage,
    socket: Socket,
    early: Buffer,
    serve: (exchange: Exchange) => void | Promise<void>,
  ): void {
    const connection = this.#connectionOf(socket);
    // Node listens no more; "close" follows.
    socket.on("error", ignore);
    // It is of no interest what it says, but that it ends.
    if (connection.closing || connection.busy) socket.on("data", ignore).resume();
    if (connection.closing) return;
    if (connection.busy)
      return connection.refuse(new HttpError(400, "Another protocol is asked for before a reply has come."));
    if (!asksForWebSocket(request))
      return ignoreUpgrade(this.#server, this.#connectionEvent, request, socket, early);
    const head = readHead(request, this.#limits);
    // Whatever becomes of it, no further request is read.
    connection.closing = true;
    const exchange = new UpgradeExchange(
      this.#upgrades!,
      request,
      connection,
      head instanceof HttpError ? UNREADABLE : head,
      early,
      this.#settings,
    );
    connection.begin(exchange);
    if (!(head instanceof HttpError)) return this.#follow(serve(exchange));
    writeProblem(exchange, head);
    void exchange.end();
  }

  readonly #settle = (): void => {
    if (--this.#running === 0) this.#idle?.();
  };

  /** Answers without the application; the connection ends with it. */
  #refuse(request: IncomingMessage, response: ServerResponse, error: HttpError): void {
    const connection = this.#connectionOf(request.socket);
    if (connection.closing) return;
    connection.closing = true;
    const exchange = new NodeHttpExchange(request, response, UNREADABLE, connection, this.#settings, false);
    connection.begin(exchange);
    writeProblem(exchange, error);
    void exchange.end();
  }

  #connectionOf(socket: Socket): NodeHttpConnection {
    let connection = this.#connections.get(socket);
    if (connection === undefined) {
      connection = new NodeHttpConnection(socket, this.#limits.writeTimeout, this.#times);
      this.#connections.set(socket, connection);
      socket.once("close", () => this.#connections.delete(socket));
    }
    return connection;
  }
}

function ignore(): void {}

/** A refused head: nothing of it is believed, and a body may follow. */
const UNREADABLE: RequestHead = { path: "/", search: "", authority: undefined, bodyLength: -1 };

function serverOptions(limits: Limits): ServerOptions {
  return {
    insecureHTTPParser: false,
    // The hard stop of the parser; the exact limits, each with its own status, are checked after it.
    maxHeaderSize: limits.headers + limits.url + 1024,
    headersTimeout: Math.min(limits.headersTimeout, limits.requestTimeout),
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    connectionsCheckingInterval: 1000,
    // We answer this ourselves, as a problem document.
    requireHostHeader: false,
    noDelay: true,
  };
}

function renewing(server: TlsServer): (tls: SecureContextOptions) => void {
  return (tls) => {
    server.setSecureContext(tls);
    // Whoever comes back with a ticket of before would be let in without another look at its certificate.
    server.setTicketKeys(randomBytes(48));
  };
}
