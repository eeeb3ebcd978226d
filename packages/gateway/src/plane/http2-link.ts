import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { connect as connectPlainly } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { HttpError } from "waymark/internal";
import { type Phase, WireError, type WireErrorCode } from "waymark/wire";
import type { Service } from "../snapshot.ts";
import type { LiveTarget } from "../upstream/target-set.ts";
import { tlsOptions } from "../upstream/tls-options.ts";
import { hostOf } from "./http1-link.ts";
import { dateLine } from "./reply-date.ts";
import { lineMap } from "./request-fields.ts";
import type { Incoming, Outgoing, OutgoingPieces, Sent, UpstreamLink } from "./upstream-link.ts";

/** Streams on a connection whose other end has not said how many it takes. */
const STREAMS = 100;

interface Connection {
  readonly session: ClientHttp2Session;
  /** Ends it at once, whatever it is doing. */
  cut(error?: Error): void;
  readonly isSecure: boolean;
  streams: number;
  isOpen: boolean;
  isClosing: boolean;
  /** Whether anybody is there: the answer is awaited. */
  isAsked: boolean;
}

/** Connections to one address that speaks HTTP/2: few, each with many requests at once. */
export class Http2Link implements UpstreamLink {
  readonly #service: Service;
  readonly #target: LiveTarget;
  readonly #connections = new Set<Connection>();
  #isClosed = false;

  constructor(service: Service, target: LiveTarget) {
    this.#service = service;
    this.#target = target;
  }

  send(outgoing: Outgoing, incoming: Incoming): Sent {
    if (outgoing.isUpgrade)
      throw new HttpError(
        501,
        `The service '${this.#service.name}' speaks HTTP/2: no WebSocket can be had there.`,
      );
    const connection = this.#free();
    if (connection === undefined) return refused(incoming);
    connection.streams++;
    connection.session.ref();
    const { connect: patience } = this.#service.upstream.timeouts;
    const request = new Http2Request(connection, outgoing, incoming, hostOf(this.#target), patience);
    request.stream.once("close", () => {
      if (--connection.streams > 0) return;
      if (this.#isClosed || connection.isClosing) connection.session.close();
      else connection.session.unref();
    });
    return request;
  }

  /** A connection with room for one more; a new one where none has, and there may be as many. */
  #free(): Connection | undefined {
    for (const connection of this.#connections) {
      const { session, streams, isClosing } = connection;
      const most = session.remoteSettings?.maxConcurrentStreams ?? STREAMS;
      if (!isClosing && !session.closed && !session.destroyed && streams < most) return connection;
    }
    if (this.#isClosed || this.#connections.size >= this.#service.upstream.pool.connections) return undefined;
    return this.#connect();
  }

  #connect(): Connection {
    const { timeouts, tls, pool } = this.#service.upstream;
    const { host, port, secure, serverName } = this.#target;
    const shown = host.includes(":") ? `[${host}]` : host;
    const socket = secure
      ? connectSecurely({ host, port, ...tlsOptions(tls, serverName ?? host), ALPNProtocols: ["h2"] })
      : connectPlainly({ host, port });
    const session = connect(`${secure ? "https" : "http"}://${shown}:${port}`, {
      createConnection: () => socket,
      settings: { enablePush: false },
    });
    // A session that is destroyed while it connects leaves its socket behind, for minutes.
    const cut = (error?: Error): void => {
      session.destroy(error);
      socket.destroy();
    };
    const connection: Connection = {
      session,
      cut,
      isSecure: secure,
      streams: 0,
      isOpen: false,
      isClosing: false,
      isAsked: false,
    };
    this.#connections.add(connection);
    const slow = setTimeout(() => cut(new ConnectTimeout()), timeouts.connect);
    session.once("connect", () => {
      clearTimeout(slow);
      connection.isOpen = true;
      session.setTimeout(pool.idleTimeout, () => {
        if (connection.streams === 0) session.close();
      });
    });
    session.on("goaway", () => (connection.isClosing = true));
    // Each of its requests hears of it by itself.
    session.on("error", () => undefined);
    session.once("close", () => {
      clearTimeout(slow);
      this.#connections.delete(connection);
    });
    return connection;
  }

  close(): void {
    this.#isClosed = true;
    for (const { session, streams } of this.#connections) if (streams === 0) session.close();
  }
  destroy(): void {
    this.#isClosed = true;
    for (const connection of this.#connections) connection.cut();
  }
}

class ConnectTimeout extends Error {}

/**
 * Whether anybody is there any more, after a request without an answer: what the network loses without a word is sent again
 * ever more seldom, for a quarter of an hour, and every request on this connection would wait for that. Who does not answer
 * a PING (RFC 9113 §6.7) is given up.
 */
function suspect(connection: Connection, patience: number): void {
  const { session, isAsked, isOpen } = connection;
  if (isAsked || !isOpen || session.destroyed) return;
  connection.isAsked = true;
  const late = setTimeout(() => connection.cut(), patience);
  const isSent = session.ping(() => {
    clearTimeout(late);
    connection.isAsked = false;
  });
  if (isSent) return;
  clearTimeout(late);
  connection.cut();
}

function refused(incoming: Incoming): Sent {
  let isOver = false;
  process.nextTick(() => {
    if (!isOver) incoming.failed(errorOf("QUEUE_FULL", "No connection has room", "connect", false));
  });
  return { isSent: true, pause() {}, resume() {}, abort: () => void (isOver = true) };
}

function errorOf(
  code: WireErrorCode,
  message: string,
  phase: Phase,
  bytesSent: boolean,
  cause?: unknown,
): WireError {
  return new WireError(code, message, {
    phase,
    bytesSent,
    responseBegun: phase === "body",
    isReusedConnection: false,
    cause,
  });
}

/** One request on a stream. */
class Http2Request implements Sent {
  isSent: boolean;
  readonly stream: ClientHttp2Stream;
  readonly #connection: Connection;
  readonly #outgoing: Outgoing;
  readonly #incoming: Incoming;
  readonly #patience: number;
  #hasHead = false;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;
  #pieces: AsyncIterator<Uint8Array> | undefined;

  /** @param patience milliseconds that a connection has to say that it is alive. */
  constructor(
    connection: Connection,
    outgoing: Outgoing,
    incoming: Incoming,
    host: string,
    patience: number,
  ) {
    this.#patience = patience;
    this.#connection = connection;
    this.#outgoing = outgoing;
    this.#incoming = incoming;
    const { body } = outgoing;
    this.isSent = body === undefined || body instanceof Uint8Array;
    const stream = connection.session.request(
      headersOf(outgoing, host, connection.session.encrypted === true),
      {
        endStream: body === undefined,
      },
    );
    this.stream = stream;
    stream
      .on("response", (headers, flags) => this.#onResponse(headers, flags))
      .on("headers", (headers) => incoming.informed(Number(headers[":status"]), linesOf(headers)))
      .on("data", (chunk: Buffer) => this.#onData(chunk))
      .on("end", () => this.#onEnd())
      .on("error", (error) => this.#onGone(error))
      .on("close", () => this.#onGone(undefined));
    if (body instanceof Uint8Array) stream.end(body);
    else if (body !== undefined) void this.#write(body);
    if (body === undefined || body instanceof Uint8Array)
      this.#await("FIRST_BYTE_TIMEOUT", outgoing.timeouts.firstByte);
  }

  async #write({ pieces }: OutgoingPieces): Promise<void> {
    const { stream } = this;
    const iterator = (this.#pieces = pieces[Symbol.asyncIterator]());
    try {
      for (;;) {
        const { done, value } = await iterator.next();
        if (this.#isOver || stream.destroyed) return;
        if (done === true) break;
        if (stream.write(value)) continue;
        this.#await("WRITE_TIMEOUT", this.#outgoing.timeouts.idle);
        await new Promise((resolve) => stream.once("drain", resolve).once("close", resolve));
        clearTimeout(this.#timer);
      }
      stream.end();
      this.isSent = true;
      this.#await("FIRST_BYTE_TIMEOUT", this.#outgoing.timeouts.firstByte);
    } catch (error) {
      this.#fail(errorOf("BODY_FAILED", "The source of the request's body failed", "write", true, error));
    }
  }

  #await(code: WireErrorCode, milliseconds: number): void {
    clearTimeout(this.#timer);
    if (this.#isOver || milliseconds === 0) return;
    this.#timer = setTimeout(
      () => this.#fail(errorOf(code, "The upstream is too slow", this.#hasHead ? "body" : "head", true)),
      milliseconds,
    );
  }

  #onResponse(headers: IncomingHttpHeaders, flags: number): void {
    if (this.#isOver) return;
    this.#hasHead = true;
    const status = Number(headers[":status"]);
    const length = headers["content-length"] === undefined ? -1 : Number(headers["content-length"]);
    const lines = linesOf(headers);
    const dated = headers.date === undefined ? lines + dateLine() : lines;
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0) {
      this.#finish();
      return this.#incoming.whole(status, dated, length, "");
    }
    this.#await("BODY_TIMEOUT", this.#outgoing.timeouts.idle);
    this.#incoming.begin(status, dated, length);
  }

  #onData(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#timer?.refresh();
    if (!this.#incoming.data(chunk)) this.pause();
  }

  #onEnd(): void {
    if (this.#isOver || !this.#hasHead) return;
    const { rstCode } = this.stream;
    if (rstCode !== undefined && rstCode !== constants.NGHTTP2_NO_ERROR) return;
    this.#finish();
    this.#incoming.done();
  }

  #onGone(error: Error | undefined): void {
    if (this.#isOver) return;
    const { isOpen, isSecure } = this.#connection;
    if (!isOpen) {
      // Of the connection's own error a stream hears as the cause of its end.
      const cause = error?.cause instanceof Error ? error.cause : error;
      const [code, message] = connectFailure(cause, isSecure);
      return this.#fail(errorOf(code, message, "connect", false, cause));
    }
    // RFC 9113 §8.7: a stream that was refused was not looked at.
    const isRefused = this.stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
    this.#fail(
      errorOf(
        "RESET",
        "The stream ended before the response was complete",
        this.#hasHead ? "body" : "head",
        !isRefused,
        error,
      ),
    );
  }

  #fail(error: WireError): void {
    if (this.#isOver) return;
    this.abort();
    this.#incoming.failed(error);
  }

  #finish(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    void Promise.resolve(this.#pieces?.return?.()).catch(() => undefined);
  }

  pause(): void {
    clearTimeout(this.#timer);
    this.stream.pause();
  }
  resume(): void {
    if (this.#isOver) return;
    this.#await("BODY_TIMEOUT", this.#outgoing.timeouts.idle);
    this.stream.resume();
  }
  abort(): void {
    if (this.#isOver) return;
    if (!this.#hasHead) suspect(this.#connection, this.#patience);
    this.#finish();
    this.stream.close(constants.NGHTTP2_CANCEL);
  }
}

function connectFailure(error: Error | undefined, isSecure: boolean): [WireErrorCode, string] {
  if (error instanceof ConnectTimeout) return ["CONNECT_TIMEOUT", "The connection took too long to be made"];
  const { code = "", syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (syscall === undefined && isSecure && code !== "") return ["TLS_FAILED", "The handshake failed"];
  return ["CONNECT_FAILED", "No connection could be made"];
}

function headersOf(outgoing: Outgoing, host: string, isSecure: boolean): OutgoingHttpHeaders {
  const { method, target, body, lines } = outgoing;
  const headers: Record<string, string> = Object.assign(Object.create(null), {
    ":method": method,
    ":path": target,
    ":scheme": isSecure ? "https" : "http",
    ":authority": outgoing.host ?? host,
  });
  // Node takes one value alone of some fields, and a list is the same as several lines (RFC 9110 §5.3).
  for (const [name, value] of lineMap(lines)) headers[name] = value;
  const length = body instanceof Uint8Array ? body.length : body?.length;
  if (length !== undefined) headers["content-length"] = String(length);
  return headers;
}

/** Fields of one connection have no place in HTTP/2 (RFC 9113 §8.2.2); an upstream that sends one is not believed. */
const DROPPED = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "content-length",
]);

function linesOf(headers: IncomingHttpHeaders): string {
  let lines = "";
  for (const name in headers) {
    if (name.startsWith(":") || DROPPED.has(name)) continue;
    const value = headers[name];
    if (value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value])
      if (!/[\r\n\0]/.test(each)) lines += `${name}: ${each}\r\n`;
  }
  return lines;
}
