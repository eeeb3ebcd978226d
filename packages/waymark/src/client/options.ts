import type { RetryOptions } from "./retry.ts";
import type { WebSocketFactory } from "./socket.ts";

/** Header fields, by name. */
export type HeaderValues = Readonly<Record<string, string>>;
/** A value, or a function that is asked for it at every request. */
export type Supplied<T> = T | (() => T | Promise<T>);

/** `fetch`, or whatever answers like it. */
export type FetchLike = (request: Request) => Response | Promise<Response>;

/** What holds for one call and, given to `createClient`, for all of them. */
export interface SharedOptions {
  /** Sent as `Authorization: Bearer …` (RFC 6750). For another scheme use `headers`. */
  readonly auth?: Supplied<string | undefined>;
  /** Header fields of every request; one that an input names goes before them. */
  readonly headers?: Supplied<HeaderValues>;
  /** Milliseconds for all attempts together, until the reply is read, or for a stream until it begins. 0: none. Default 30,000. */
  readonly timeout?: number;
  /** How often, and when, a request is sent again: see `RetryOptions`. `false` never. A number is how often. Default 2. */
  readonly retry?: number | false | RetryOptions;
  /** Gives up when it aborts. */
  readonly signal?: AbortSignal;
  /** For browsers: whether cookies go along. Default "same-origin". */
  readonly credentials?: Request["credentials"];
}

/** What one call of a client says beyond its arguments. */
export interface CallOptions extends SharedOptions {
  /** Further parameters of the query: what dependencies read. */
  readonly query?: Readonly<Record<string, unknown>>;
  /** Parameters of the path that dependencies read. */
  readonly path?: Readonly<Record<string, unknown>>;
  /**
   * For event streams: comes back when the connection breaks, with `Last-Event-ID`, after the time that the server asked for.
   * A number is how often in a row. Default false.
   */
  readonly reconnect?: boolean | number;
}

/** Whom a client asks, as whom, and how patiently. */
export interface ClientOptions extends SharedOptions {
  /** Where the application is: "https://api.example.com/v1". Default: the page's own origin. */
  readonly baseUrl?: string | URL;
  /** In the place of `globalThis.fetch`. */
  readonly fetch?: FetchLike;
  /** An application of the same process: it is asked without a network. */
  readonly app?: { readonly fetch: FetchLike };
  /** Makes the sockets, where the platform's `WebSocket` is missing (Node 20) or has to send header fields. */
  readonly webSocket?: WebSocketFactory;
}
