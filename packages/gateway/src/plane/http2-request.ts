import {
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { type Phase, WireError, type WireErrorCode } from "waymark/wire";
import { ConnectTimeout, type Http2Connection } from "./http2-connection.ts";
import { Http2Fault } from "./http2-socket.ts";
import { dateLine } from "./reply-date.ts";
import { lineMap } from "./request-fields.ts";
import type { Incoming, Outgoing, OutgoingPieces, Sent } from "./upstream-link.ts";

function errorOf(
  code: WireErrorCode,
  message: string,
  phase: Phase,
  bytesSent: boolean,
  cause?: unknown,
  isReusedConnection = false,
): WireError {
  return new WireError(code, message, {
    phase,
    bytesSent,
    responseBegun: phase === "body",
    isReusedConnection,
    cause,
  });
}

/** One request on a stream. */
export class Http2Request implements Sent {
  readonly stream: ClientHttp2Stream;
  readonly #connection: Http2Connection;
  readonly #outgoing: Outgoing;
  readonly #incoming: Incoming;
  readonly #suspect: () => void;
  /** Nothing else was under way on a connection that was kept: the other end may have been closing it. */
  readonly #wasIdle: boolean;
  #hasHead = false;
  #isOver = false;
  /** The reply ended by itself, and not by the end of its stream. */
  #hasEnded = false;
  /** Of the body, to come; -1 where only its end tells. */
  #left = -1;
  #lastPiece: Buffer | undefined = undefined;
  #timer: NodeJS.Timeout | undefined;
  #pieces: AsyncIterator<Uint8Array> | undefined;

  /** @param suspect is called where no answer came in time. */
  constructor(
    connection: Http2Connection,
    outgoing: Outgoing,
    incoming: Incoming,
    host: string,
    suspect: () => void,
  ) {
    this.#suspect = suspect;
    this.#wasIdle = connection.hasAnswered && connection.streams === 0;
    this.#connection = connection;
    this.#outgoing = outgoing;
    this.#incoming = incoming;
    const { body } = outgoing;
    const stream = connection.session.request(headersOf(outgoing, host, connection.isSecure), {
      endStream: body === undefined,
    });
    this.stream = stream;
    this.#listenForEnd();
    stream
      .on("response", (headers, flags) => this.#onResponse(headers, flags))
      .on("headers", (headers) => incoming.informed(Number(headers[":status"]), linesOf(headers)))
      .on("end", () => this.#onEnd())
      .on("error", (error) => this.#onGone(error))
      .on("close", () => this.#onGone(undefined));
    if (body instanceof Uint8Array) stream.end(body);
    else if (body !== undefined) void this.#write(body);
    if (body === undefined || body instanceof Uint8Array)
      this.#await("FIRST_BYTE_TIMEOUT", outgoing.timeouts.firstByte);
  }

  /**
   * RST_STREAM without an error ends a stream as END_STREAM does for whoever reads it. But only the latter ends it before it is
   * closed.
   */
  #listenForEnd(): void {
    const { stream } = this;
    const push = stream.push.bind(stream);
    stream.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
      if (chunk === null && !stream.closed) this.#hasEnded = true;
      return push(chunk, encoding);
    };
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
      this.#await("FIRST_BYTE_TIMEOUT", this.#outgoing.timeouts.firstByte);
    } catch (error) {
      this.#fail(errorOf("BODY_FAILED", "The source of the request's body failed", "write", true, error));
    }
  }

  #await(code: WireErrorCode, milliseconds: number): void {
    clearTimeout(this.#timer);
    if (this.#isOver || milliseconds === 0) return;
    this.#timer = setTimeout(() => {
      // Who takes no more of a body may never again: what was sent is taken off a window that all requests share.
      if (!this.stream.writableFinished) this.#connection.retire();
      this.#suspect();
      this.#fail(errorOf(code, "The upstream is too slow", this.#hasHead ? "body" : "head", true));
    }, milliseconds);
  }

  #onResponse(headers: IncomingHttpHeaders, flags: number): void {
    if (this.#isOver) return;
    const status = Number(headers[":status"]);
    this.#hasHead = true;
    this.#connection.hasAnswered = true;
    if (!(status >= 200 && status <= 599))
      return this.#fail(errorOf("MALFORMED", "The status is not a number from 200 to 599", "head", true));
    const length = headers["content-length"] === undefined ? -1 : Number(headers["content-length"]);
    const lines = linesOf(headers);
    const dated = headers.date === undefined ? lines + dateLine() : lines;
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0) {
      this.#finish();
      return this.#incoming.whole(status, dated, length, "");
    }
    this.#await("BODY_TIMEOUT", this.#outgoing.timeouts.idle);
    this.#left = length;
    this.#incoming.begin(status, dated, length);
    // Not before: what came with the head is told of sooner than the head.
    if (!this.#isOver) this.stream.on("data", (chunk: Buffer) => this.#onData(chunk));
  }

  #onData(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#timer?.refresh();
    // With its last byte a reply that has a length is whole for the client: not before the upstream says so as well.
    if (this.#left >= 0 && (this.#left -= chunk.length) <= 0) return void (this.#lastPiece = chunk);
    if (!this.#incoming.data(chunk)) this.pause();
  }

  #onEnd(): void {
    if (this.#isOver || !this.#hasHead || !this.#hasEnded) return;
    if (this.#lastPiece !== undefined) this.#incoming.data(this.#lastPiece);
    // What reads it may have had enough.
    if (this.#isOver) return;
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
    const phase = this.#hasHead ? "body" : "head";
    if (error instanceof Http2Fault) return this.#fail(errorOf("MALFORMED", error.message, phase, true));
    const { lastStream = Infinity, session } = this.#connection;
    const { id = Infinity, rstCode } = this.stream;
    const isLeft = id > lastStream;
    // RFC 9113 §8.7: a stream that was refused was not looked at.
    const isUnsent = isLeft || rstCode === constants.NGHTTP2_REFUSED_STREAM;
    const isStale = isLeft ? this.#connection.hasAnswered : this.#wasIdle && session.destroyed;
    this.#fail(
      errorOf("RESET", "The stream ended before the response was complete", phase, !isUnsent, error, isStale),
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
    const { stream } = this;
    // A reply may come before the request is complete (RFC 9113 §8.1): the rest of it is not sent, and the stream is over.
    if (this.#hasHead && !stream.writableFinished && !stream.destroyed)
      stream.close(constants.NGHTTP2_CANCEL);
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
    if (!this.#hasHead) this.#suspect();
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
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-authentication-info",
  "te",
  "trailer",
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
