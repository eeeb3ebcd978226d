import type { Payload } from "./exchange.ts";
import type { FileOptions } from "./file.ts";
import { checkField } from "./field.ts";
import { iterate } from "./iterate.ts";
import { encodeEvent, type ServerEvent } from "./sse.ts";

/** Header fields of a reply; an array is one line each. */
export type ReplyHeaders = Readonly<Record<string, string | readonly string[]>>;

export interface ReplyOptions {
  /** Default: the route's own success status. */
  readonly status?: number;
  readonly headers?: ReplyHeaders;
}

/** Pieces of a reply that is written as it comes. */
export type Pieces = AsyncIterable<Uint8Array | string> | ReadableStream<Uint8Array | string>;

/** What a reply holds. JSON stays a value, so that a plan can encode it in its own way. */
export type ReplyContent<T = unknown> =
  | { readonly kind: "json"; readonly value: T }
  | { readonly kind: "payload"; readonly contentType: string | null; readonly payload: Payload }
  | { readonly kind: "file"; readonly path: string; readonly options: FileOptions };

/** A reply made by hand; `T` is the value of a JSON one. Made by `reply` and its methods. */
export class Reply<T = unknown> {
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

export interface ReplyFactory {
  /** A status and a value that is sent as JSON; `undefined` sends no body. */
  <T>(status: number, value: T, headers?: ReplyHeaders): Reply<T>;
  (status: number): Reply<undefined>;
  /** Plain UTF-8 text. */
  text(text: string, options?: ReplyOptions): Reply<never>;
  /** An HTML page. Escape what comes from outside. */
  html(html: string, options?: ReplyOptions): Reply<never>;
  /** Bytes that are in memory, sent as they are; they must not change until they have left. Bytes on disk are a `file`. */
  bytes(bytes: Uint8Array, contentType?: string, options?: ReplyOptions): Reply<never>;
  /**
   * Sends the client elsewhere. 307 by default: method and body stay (303 turns a POST into a GET, 308 is for good).
   * What a URL cannot hold is percent-encoded, so no text leaves the field. Where it points is not checked: never pass
   * on a URL that a client gave.
   */
  redirect(url: string | URL, status?: 301 | 302 | 303 | 307 | 308, headers?: ReplyHeaders): Reply<never>;
  /**
   * A file, with its length, ETag and Last-Modified; answers conditional requests and single ranges. One that is missing or
   * no regular file is 404. The path is trusted: never build it from a request without checking where it leads.
   */
  file(path: string, options?: FileOptions): Reply<never>;
  /** Pieces as they come, with back-pressure. The source is told to stop when the client goes away. */
  stream(pieces: Pieces, contentType?: string, options?: ReplyOptions): Reply<never>;
  /** Server-sent events as they come. */
  events(events: AsyncIterable<ServerEvent>, options?: ReplyOptions): Reply<never>;
  /** Values as they come, one JSON text a line (application/jsonl). */
  jsonLines(values: AsyncIterable<unknown>, options?: ReplyOptions): Reply<never>;
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

function json<T>(status: number, value?: T, headers?: ReplyHeaders): Reply<T> {
  return new Reply({ kind: "json", value: value as T }, status, headers);
}

function text(content: string, options?: ReplyOptions): Reply<never> {
  checkText("text", content);
  return payload("text/plain; charset=utf-8", content, options);
}

function html(content: string, options?: ReplyOptions): Reply<never> {
  checkText("html", content);
  return payload("text/html; charset=utf-8", content, options);
}

function bytes(
  content: Uint8Array,
  contentType = "application/octet-stream",
  options?: ReplyOptions,
): Reply<never> {
  checkField("content-type", contentType);
  if (!(content instanceof Uint8Array))
    throw new TypeError(`reply.bytes takes a Uint8Array, not ${typeof content}`);
  return payload(contentType, content, options);
}

function redirect(
  url: string | URL,
  status: 301 | 302 | 303 | 307 | 308 = 307,
  headers?: ReplyHeaders,
): Reply<never> {
  const location = encodeLocation(typeof url === "string" ? url : url.href);
  return payload(null, null, { status, headers: { ...headers, location } });
}

function file(path: string, options: FileOptions = {}): Reply<never> {
  if (options.contentType !== undefined) checkField("content-type", options.contentType);
  return new Reply({ kind: "file", path, options }, options.status, options.headers);
}

function stream(
  pieces: Pieces,
  contentType = "application/octet-stream",
  options?: ReplyOptions,
): Reply<never> {
  // Here and not when it is sent: a type that HTTP cannot carry is then an error that has a reply.
  checkField("content-type", contentType);
  checkSource("stream", pieces);
  return payload(contentType, pieces instanceof ReadableStream ? iterate(pieces) : pieces, options);
}

function events(source: AsyncIterable<ServerEvent>, options?: ReplyOptions): Reply<never> {
  checkSource("events", source);
  // nginx buffers a reply unless told not to (X-Accel-Buffering).
  const headers = { "cache-control": "no-cache", "x-accel-buffering": "no", ...options?.headers };
  return payload("text/event-stream", map(source, encodeEvent), { ...options, headers });
}

function jsonLines(source: AsyncIterable<unknown>, options?: ReplyOptions): Reply<never> {
  checkSource("jsonLines", source);
  return payload(
    "application/jsonl",
    map(source, (value) => `${JSON.stringify(value) ?? "null"}\n`),
    options,
  );
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

function payload(
  contentType: string | null,
  content: Payload,
  options: ReplyOptions | undefined,
): Reply<never> {
  return new Reply<never>(
    { kind: "payload", contentType, payload: content },
    options?.status,
    options?.headers,
  );
}

/** RFC 3986 has no room for these, and browsers read a `\` as "/". */
function encodeLocation(url: string): string {
  return url.replace(/\p{Surrogate}/gu, "\uFFFD").replace(/[^\x21-\x5b\x5d-\x7e]/gu, encodeURIComponent);
}

/** Not a generator: `return` must reach the source even before the first piece, and while a piece is awaited. */
function map<T>(source: AsyncIterable<T>, encode: (value: T) => string): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      return {
        next: async () => {
          const { done, value } = await iterator.next();
          return done === true ? { done, value: undefined } : { done: false, value: encode(value) };
        },
        return: async () => {
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
