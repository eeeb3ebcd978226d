import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from "node:http2";
import type { TLSSocket } from "node:tls";
import type { Application } from "../http/exchange.ts";
import { HttpError } from "../http/http-error.ts";
import type { Limits } from "../http/limits.ts";
import { writeProblem } from "../http/problem.ts";
import type { Driver } from "./driver.ts";
import { NodeHttpServer } from "./node-http.ts";
import { NodeHttp2Exchange } from "./node-http2-exchange.ts";
import { type Http2Head, readHttp2Head } from "./node-http2-head.ts";

/**
 * HTTP/2 beside HTTP/1.1 on one port. Node's https server owns the listener; the connections that agree on "h2" (ALPN,
 * RFC 7301) go to Node's HTTP/2, the others stay.
 */
export const nodeHttp2Driver: Driver = {
  async listen(application, options) {
    const tls = { ...options.tls, ALPNProtocols: ["h2", "http/1.1"] };
    const http1 = new NodeHttpServer(application, { ...options, tls });
    const http2 = new NodeHttp2Server(application, options.limits);
    const listeners = http1.server.listeners("secureConnection");
    http1.server.removeAllListeners("secureConnection");
    http1.server.on("secureConnection", (socket: TLSSocket) => {
      if (socket.alpnProtocol === "h2") http2.accept(socket);
      else for (const listener of listeners) listener.call(http1.server, socket);
    });
    const rest = await http1.listen(options);
    return {
      ...rest,
      drain() {
        http2.drain();
        rest.drain();
      },
      async close() {
        http2.close();
        await rest.close();
        await http2.settled();
      },
      destroy() {
        http2.destroy();
        rest.destroy();
      },
    };
  },
};

/** Streams that one connection may have open; those whose function still runs count, closed or not. */
const STREAMS = 100;
/** Streams that a client may cancel at once, and in a second from then on (CVE-2023-44487). Node before 24 has its own numbers. */
const RESETS = { streamResetBurst: 500, streamResetRate: 33 };
/** RFC 9113 §6.8: no stream is refused yet, but no new one should be opened. */
const LAST_STREAM = 2 ** 31 - 1;
/** Milliseconds for that to arrive, and for what was sent before it did. */
const NOTICE = 300;

class NodeHttp2Server {
  readonly #application: Application;
  readonly #limits: Limits;
  readonly #server: Http2Server;
  /** How many functions run for each session. */
  readonly #sessions = new Map<ServerHttp2Session, number>();
  #running = 0;
  #idle: (() => void) | undefined;
  #isDraining = false;

  constructor(application: Application, limits: Limits) {
    this.#application = application;
    this.#limits = limits;
    this.#server = createServer(serverOptions(limits))
      .on("session", (session) => this.#begin(session))
      .on("stream", (stream, fields, flags, ...[raw]: readonly unknown[]) =>
        this.#serve(stream, fields, flags, raw as string[]),
      )
      // The session is destroyed with it; its client has broken the protocol, or left.
      .on("sessionError", () => undefined);
  }

  accept(socket: TLSSocket): void {
    this.#server.emit("connection", socket);
  }

  #begin(session: ServerHttp2Session): void {
    this.#sessions.set(session, 0);
    session.once("close", () => this.#sessions.delete(session));
    session.setTimeout(this.#limits.headersTimeout, () => {
      if (this.#sessions.get(session) === 0) session.close();
    });
    session.once("stream", () => session.setTimeout(this.#limits.keepAliveTimeout));
    if (this.#isDraining) session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM);
  }

  #serve(stream: ServerHttp2Stream, fields: IncomingHttpHeaders, flags: number, raw: string[]): void {
    // What it was closed with is known from "close".
    stream.on("error", () => undefined);
    const session = stream.session as ServerHttp2Session;
    const running = this.#sessions.get(session) ?? 0;
    if (running >= STREAMS) return stream.close(constants.NGHTTP2_REFUSED_STREAM);
    const isEnded = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    const head =
      fields[":method"] === "CONNECT"
        ? new HttpError(501, "CONNECT is not answered here.")
        : readHttp2Head(fields, raw, isEnded, this.#limits);
    if (head instanceof HttpError) return this.#refuse(stream, fields[":method"], head);
    const handled = this.#application.handle(new NodeHttp2Exchange(stream, head, this.#limits));
    if (handled === undefined) return;
    this.#running++;
    this.#sessions.set(session, running + 1);
    const settle = (): void => this.#settle(session);
    handled.then(settle, settle);
  }

  #settle(session: ServerHttp2Session): void {
    const running = this.#sessions.get(session);
    if (running !== undefined) this.#sessions.set(session, running - 1);
    if (--this.#running === 0) this.#idle?.();
  }

  #refuse(stream: ServerHttp2Stream, method = "GET", error: HttpError): void {
    const exchange = new NodeHttp2Exchange(stream, { ...UNREADABLE, method }, this.#limits);
    writeProblem(exchange, error);
    void exchange.end();
  }

  /** Asks every client to open another connection for its next request. */
  drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    for (const session of this.#open()) session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM);
  }

  /** Ends every connection when its streams are done. Those that were on their way when the client was told still count. */
  close(): void {
    this.drain();
    for (const session of this.#open()) {
      const end = (): void => session.close();
      // Not every client answers a ping once it was told to go.
      setTimeout(end, NOTICE);
      session.ping(end);
    }
  }

  #open(): ServerHttp2Session[] {
    return [...this.#sessions.keys()].filter((session) => !session.closed && !session.destroyed);
  }

  async settled(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  destroy(): void {
    for (const session of this.#sessions.keys()) session.destroy();
  }
}

/** A refused head: nothing of it is believed, and a body may follow. */
const UNREADABLE: Omit<Http2Head, "method"> = { path: "/", search: "", lines: [], bodyLength: -1 };

function serverOptions(limits: Limits): ServerOptions {
  // The hard stops of the parser, which answers with a reset; the exact limits, each with its status, come after it.
  const pairs = 2 * limits.headerFields + 16;
  return {
    settings: {
      enablePush: false,
      maxConcurrentStreams: STREAMS,
      // RFC 9113 §6.5.2 counts 32 bytes more for each field.
      maxHeaderListSize: limits.headers + limits.url + 32 * pairs,
    },
    maxHeaderListPairs: pairs,
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: STREAMS,
    ...RESETS,
  };
}
