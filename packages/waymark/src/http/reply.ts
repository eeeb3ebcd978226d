import type { Payload } from "./exchange.ts";
import type { FileOptions } from "./file.ts";
import { checkField } from "./field.ts";
import { checkHeartbeat, EventStream } from "./event-stream.ts";
import { ItemStream } from "./item-stream.ts";
import { iterate } from "./iterate.ts";
import { encodeEvent, type ServerEvent } from "./sse.ts";

/** Header fields of a reply; an array is one line each. */
export type ReplyHeaders = Readonly<Record<string, string | readonly string[]>>;

export interface ReplyOptions {
  /** Default: the route's own success status. */
  readonly status?: number;
  readonly headers?: ReplyHeaders;
}

export interface EventReplyOptions extends ReplyOptions {
  /** Milliseconds without an event after which a comment keeps the connection open; `false` for never. Default 15,000. */
  readonly heartbeat?: number | false;
}

/** Pieces of a reply that is written as it comes. */
export type Pieces = AsyncIterable<Uint8Array | string> | ReadableStream<Uint8Array | string>;

/** What a reply holds. JSON stays a value, so that a plan can encode it in its own way. */
export type ReplyContent<T = unknown> =
  | { readonly kind: "json"; readonly value: T }
  | { readonly kind: "payload"; readonly contentType: string | null; readonly payload: Payload }
  | { readonly kind: "file"; readonly path: string; readonly options: FileOptions };

/** What every reply of server-sent events says: nginx buffers one unless told not to (X-Accel-Buffering). */
export const EVENT_HEADERS: ReplyHeaders = { "cache-control": "no-cache", "x-accel-buffering": "no" };

/**
 * A reply made by hand; `T` is the value of a JSON one and `S` its status. Made by `reply` and its methods. `P` says which
 * value goes with which status, where there are several: apart from T, so that T is one union, which gives literal types
 * their context.
 */
export class Reply<T = unknown, S extends number = number, P = { readonly [K in S]: T }> {
  declare readonly "~status"?: S;
  declare readonly "~pair"?: P;
  /** undefined: the route's own success status. */
  readonly status: number | undefined;
  readonly headers: ReplyHeaders | undefined;
  readonly content: ReplyContent<T>;

  constructor(content: ReplyContent<T>, status: number | undefined, headers: ReplyHeaders | undefined) {
    if (status !== undefined && (!Number.isInteger(status) || status < 200 || status > 599))
      throw new RangeError(`a reply's status is from 200 to 599, not ${status}`);
    this.content = content;
    this.status = status;
    this.headers = headers;
  }
}

/** A reply that goes with every `output`. */
export type FreeReply = Reply<any, never, never>;

/** Redirects and errors: what no `output` has to declare. */
export type OtherStatus =
  | (300 | 301 | 302 | 303 | 304 | 307 | 308)
  | (
      | 400
      | 401
      | 402
      | 403
      | 404
      | 405
      | 406
      | 407
      | 408
      | 409
      | 410
      | 411
      | 412
      | 413
      | 414
      | 415
      | 416
      | 417
      | 418
    )
  | (421 | 422 | 423 | 424 | 425 | 426 | 428 | 429 | 431 | 451 | 499)
  | (500 | 501 | 502 | 503 | 504 | 505 | 506 | 507 | 508 | 511);

export interface ReplyFactory {
  /** The JSON of a redirect or an error, which goes with every `output`: nothing checks it. */
  (status: OtherStatus, value?: unknown, headers?: ReplyHeaders): FreeReply;
  /** A status and a value that is sent as JSON; `undefined` sends no body. */
  <T, const S extends number>(status: S, value: T, headers?: ReplyHeaders): Reply<T, S>;
  <const S extends number>(status: S): Reply<undefined, S>;
  /** Plain UTF-8 text. */
  text(text: string, options?: ReplyOptions): FreeReply;
  /** An HTML page. Escape what comes from outside. */
  html(html: string, options?: ReplyOptions): FreeReply;
  /** Bytes that are in memory, sent as they are; they must not change until they have left. Bytes on disk are a `file`. */
  bytes(bytes: Uint8Array, contentType?: string, options?: ReplyOptions): FreeReply;
  /**
   * Sends the client elsewhere. 307 by default: method and body stay (303 turns a POST into a GET, 308 is for good).
   * What a URL cannot hold is percent-encoded, so no text leaves the field. Where it points is not checked: never pass
   * on a URL that a client gave.
   */
  redirect(url: string | URL, status?: 301 | 302 | 303 | 307 | 308, headers?: ReplyHeaders): FreeReply;
  /**
   * A file, with its length, ETag and Last-Modified; answers conditional requests and single ranges. One that is missing or
   * no regular file is 404. The path is trusted: never build it from a request without checking where it leads.
   */
  file(path: string, options?: FileOptions): FreeReply;
  /** Pieces as they come, with back-pressure. The source is told to stop when the client goes away. */
  stream(pieces: Pieces, contentType?: string, options?: ReplyOptions): FreeReply;
  /**
   * Server-sent events as they come, with a comment where nothing comes for a while. The source is told to stop when the
   * client goes away, and when the server stops. `output: events(Item)` validates and documents them.
   */
  events(
    events: AsyncIterable<ServerEvent> | ReadableStream<ServerEvent>,
    options?: EventReplyOptions,
  ): FreeReply;
  /** Values as they come, one JSON text a line (application/jsonl). `output: jsonLines(Item)` validates and documents them. */
  jsonLines(values: AsyncIterable<unknown> | ReadableStream<unknown>, options?: ReplyOptions): FreeReply;
}

/** Makes replies that a plain return value cannot say. */
export const reply: ReplyFactory = Object.assign(json, {
  text,
  html,
  bytes,
  redirect,
  file,
  stream,
  events,
  jsonLines,
});

function json(status: number, value?: unknown, headers?: ReplyHeaders): FreeReply {
  return new Reply<any, never, never>({ kind: "json", value }, status, headers);
}

function text(content: string, options?: ReplyOptions): FreeReply {
  checkText("text", content);
  return payload("text/plain; charset=utf-8", content, options);
}

function html(content: string, options?: ReplyOptions): FreeReply {
  checkText("html", content);
  return payload("text/html; charset=utf-8", content, options);
}

function bytes(
  content: Uint8Array,
  contentType = "application/octet-stream",
  options?: ReplyOptions,
): FreeReply {
  checkField("content-type", contentType);
  if (!(content instanceof Uint8Array))
    throw new TypeError(`reply.bytes takes a Uint8Array, not ${typeof content}`);
  return payload(contentType, content, options);
}

function redirect(
  url: string | URL,
  status: 301 | 302 | 303 | 307 | 308 = 307,
  headers?: ReplyHeaders,
): FreeReply {
  const location = encodeLocation(typeof url === "string" ? url : url.href);
  return payload(null, null, { status, headers: { ...headers, location } });
}

function file(path: string, options: FileOptions = {}): FreeReply {
  if (options.contentType !== undefined) checkField("content-type", options.contentType);
  return new Reply({ kind: "file", path, options }, options.status, options.headers);
}

function stream(pieces: Pieces, contentType = "application/octet-stream", options?: ReplyOptions): FreeReply {
  // Here and not when it is sent: a type that HTTP cannot carry is then an error that has a reply.
  checkField("content-type", contentType);
  checkSource("stream", pieces);
  return payload(contentType, pieces instanceof ReadableStream ? iterate(pieces) : pieces, options);
}

function events(
  source: AsyncIterable<ServerEvent> | ReadableStream<ServerEvent>,
  options: EventReplyOptions = {},
): FreeReply {
  checkSource("events", source);
  checkHeartbeat(options.heartbeat);
  const stream = new EventStream(source, (each) => encodeEvent(each), options.heartbeat);
  const headers = { ...EVENT_HEADERS, ...options.headers };
  return payload("text/event-stream", stream, { ...options, headers });
}

function jsonLines(
  source: AsyncIterable<unknown> | ReadableStream<unknown>,
  options?: ReplyOptions,
): FreeReply {
  checkSource("jsonLines", source);
  return payload("application/jsonl", new ItemStream(source, encodeLine), options);
}

function encodeLine(value: unknown): string {
  return `${JSON.stringify(value) ?? "null"}\n`;
}

// The compiler does not see every value: what is no text and no stream would fail half-way through being sent.
function checkText(method: string, content: unknown): void {
  if (typeof content !== "string")
    throw new TypeError(`reply.${method} takes a string, not ${typeof content}`);
}
function checkSource(method: string, source: unknown): void {
  if (source instanceof ReadableStream) return;
  if (typeof source !== "object" || source === null || !(Symbol.asyncIterator in source))
    throw new TypeError(
      `reply.${method} takes an async iterable, such as what an async generator function returns`,
    );
}

function payload(contentType: string | null, content: Payload, options: ReplyOptions | undefined): FreeReply {
  return new Reply<any, never, never>(
    { kind: "payload", contentType, payload: content },
    options?.status,
    options?.headers,
  );
}

/** RFC 3986 has no room for these, and browsers read a `\` as "/". */
function encodeLocation(url: string): string {
  return url.replace(/\p{Surrogate}/gu, "\uFFFD").replace(/[^\x21-\x5b\x5d-\x7e]/gu, encodeURIComponent);
}
