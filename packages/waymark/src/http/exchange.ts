import { checkField } from "./field.ts";
import type { RawSocket, UpgradeOptions } from "./upgrade.ts";
import type { TrustedProxies } from "./trusted-proxies.ts";

/** What a reply carries: a string is UTF-8 text, an async iterable is sent piece by piece with back-pressure. */
export type Payload = string | Uint8Array | AsyncIterable<Uint8Array | string> | null;

/**
 * One request and its reply, neutral of the runtime: the drivers extend it, the plans read and fill it.
 *
 * The reading half is lazy: header fields and the body cost nothing until somebody asks. The writing half is plain
 * fields that `end` sends once. Nothing here knows sockets, and no web `Request` or `Response` is built unless asked for.
 */
export abstract class Exchange {
  // -- the request ---------------------------------------------------------------------------------------------------
  abstract readonly method: string;
  /** The path of the request target as it was sent: not decoded, beginning with "/" (or "*" of `OPTIONS *`). */
  abstract readonly path: string;
  /** The query of the request target as it was sent, without "?"; "" when there is none. */
  abstract readonly search: string;
  /** "http" or "https": what this hop speaks. */
  abstract readonly scheme: "http" | "https";
  /** Address of the peer that is connected, not of a client behind a proxy; undefined where there is no socket. */
  abstract readonly remoteAddress: string | undefined;
  /** What a mount took away in front of `path`, as it was sent; "" where the application is not mounted in another. */
  get base(): string {
    return "";
  }

  /** The value of a header field, by its lower-case name; lines of a repeated field are joined by ", " ("; " for cookie). */
  abstract header(name: string): string | undefined;
  /** Every header field line in order: lower-case names, values as sent. */
  abstract headers(): [name: string, value: string][];

  /** Whether the request has a body (a content-length above 0, or a transfer coding). */
  abstract readonly hasBody: boolean;
  /**
   * The whole body. Returned without a promise when it is already there.
   * Throws or rejects with `HttpError` 413 above `limit` bytes, 400 when the client went away mid-body. Call it once.
   */
  protected abstract readBody(limit: number): Uint8Array | Promise<Uint8Array>;
  /** The body in pieces, with back-pressure; the same errors as `readBody`, thrown while iterating. Call it once. */
  protected abstract readStream(limit: number): AsyncIterable<Uint8Array>;

  #bytes: Uint8Array | Promise<Uint8Array> | undefined;
  /** The whole body, read once however often it is asked for. */
  bytes(limit: number): Uint8Array | Promise<Uint8Array> {
    return (this.#bytes ??= this.readBody(limit));
  }
  /** The body in pieces; what `bytes` has read already comes as one piece. */
  stream(limit: number): AsyncIterable<Uint8Array> {
    return this.#bytes === undefined ? this.readStream(limit) : once(this.#bytes);
  }

  // -- the end of interest -------------------------------------------------------------------------------------------
  #controller: AbortController | undefined;
  #aborted = false;
  #reason: unknown;
  /** Aborts when the client goes away before the reply is complete, or when a dependency fails. Made when first read. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }
  get aborted(): boolean {
    return this.#aborted;
  }
  /** Called by the driver when the client has gone, and by the plan at the first failure. The first reason stays. */
  abort(reason?: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }

  // -- what middleware has decided -----------------------------------------------------------------------------------
  /** Bytes that the body may have here; 0 is what the application allows. */
  bodyLimit = 0;
  /** How logs and the client name this request; undefined where nobody gives names. */
  id: string | undefined = undefined;
  /** The proxies whose word about the client counts; undefined believes none. */
  proxies: TrustedProxies | undefined = undefined;
  /** What clients write before every path, as the application was told: "/shop"; "" where nothing. `path` is without it. */
  root = "";

  // -- the reply -----------------------------------------------------------------------------------------------------
  /** 0 until somebody sets it; the plan then fills in the route's own status. */
  status = 0;
  /** The reply's Content-Type; null sends none. Kept apart from `fields` so that a driver can cache whole heads. */
  contentType: string | null = null;
  /** The reply's body. */
  payload: Payload = null;
  /** Further reply fields: name, value, name, value, …; lower-case names. Undefined while there are none. */
  fields: string[] | undefined;

  /** Sets a reply field, replacing it. Throws a `TypeError` for a name or value that HTTP cannot carry. */
  setField(name: string, value: string): void {
    this.removeField(name);
    this.appendField(name, value);
  }
  /** Adds a line to a reply field. Throws a `TypeError` for a name or value that HTTP cannot carry. */
  appendField(name: string, value: string): void {
    const lower = checkField(name, value);
    if (lower === "content-type") this.contentType = value;
    else (this.fields ??= []).push(lower, value);
  }
  /** A reply field's value (lines joined by ", "), by any case of its name. */
  getField(name: string): string | undefined {
    const lower = name.toLowerCase();
    if (lower === "content-type") return this.contentType ?? undefined;
    let value: string | undefined;
    const { fields } = this;
    if (fields !== undefined)
      for (let i = 0; i < fields.length; i += 2)
        if (fields[i] === lower) value = value === undefined ? fields[i + 1] : `${value}, ${fields[i + 1]}`;
    return value;
  }
  removeField(name: string): void {
    const lower = name.toLowerCase();
    if (lower === "content-type") this.contentType = null;
    const { fields } = this;
    if (fields !== undefined)
      for (let i = fields.length - 2; i >= 0; i -= 2) if (fields[i] === lower) fields.splice(i, 2);
  }

  /**
   * Hands the reply to the client: status, fields, payload; no body for HEAD, 204 and 304, and a payload that streams is
   * then returned (`iterator.return`) before its first piece. Returns a promise only where the payload streams: it
   * resolves when the stream ended or the client went away (the iterator is returned), and rejects, after cutting the
   * connection, with what the stream threw.
   */
  abstract end(): void | Promise<void>;

  /**
   * Completes the handshake of RFC 6455 in the place of `end`: sends 101 with the fields that were set. Only exchanges
   * whose client asks for a WebSocket, on a server that can give one, have it. Rejects when the client has gone.
   */
  upgrade?(options: UpgradeOptions): Promise<RawSocket>;
}

async function* once(bytes: Uint8Array | Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield await bytes;
}

/** What a driver serves. */
export interface Application {
  /** Answers the exchange, its `end` included. Never throws and never rejects. */
  handle(exchange: Exchange): void | Promise<void>;
  /**
   * Answers an exchange that has `upgrade`, its end included. Undefined where no route is for WebSockets: such a request is
   * then one like any other. Never throws and never rejects.
   */
  readonly upgrade?: ((exchange: Exchange) => void | Promise<void>) | undefined;
}
