import { checkField } from "./field.ts";
import { bytesOf, type Octets } from "./octets.ts";
import { PushedPieces, type ReplySink } from "./pushed-pieces.ts";
import type { RawConnection, RawSocket, UpgradeOptions } from "./upgrade.ts";
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
  /**
   * SHA-256 of the certificate that the client holds the key of, hexadecimal in lower case; undefined where it was asked for
   * none (`requestCert` of the server's `tls`) or showed none. Who vouches for it is not looked at.
   */
  get clientFingerprint(): string | undefined {
    return undefined;
  }
  /** Whether somebody vouches for it: its chain ends at one of `ca` of the server's `tls`, or without those at one that Node knows. */
  get isClientVerified(): boolean {
    return false;
  }
  /** What a mount took away in front of `path`, as it was sent; "" where the application is not mounted in another. */
  get base(): string {
    return "";
  }

  /** The value of a header field, by its lower-case name; lines of a repeated field are joined by ", " ("; " for cookie). */
  abstract header(name: string): string | undefined;
  /** Every header field line in order: lower-case names, values as sent. */
  abstract headers(): [name: string, value: string][];

  /**
   * Every header field line in order, as it was sent and one character a byte ("latin1"): `name: value` and a line end
   * (CRLF) each. They are checked: nothing in them ends a line early. For who passes a request on.
   */
  rawFields(): string {
    let lines = "";
    for (const [name, value] of this.headers()) lines += `${name}: ${value}\r\n`;
    return lines;
  }

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

  /**
   * The whole body where it has come already and nobody asked for it yet; else undefined, and `bytes` or `stream` gives it.
   * Its size was held against no limit.
   */
  arrived(): Uint8Array | undefined {
    return undefined;
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
    this.onAbort?.();
  }
  /** Called once by `abort`: what `signal` says, for who would make a signal for every request. */
  onAbort: (() => void) | undefined = undefined;

  // -- what middleware has decided -----------------------------------------------------------------------------------
  /** Bytes that the body may have here; 0 is what the application allows. */
  bodyLimit = 0;
  /** How logs and the client name this request; undefined where nobody gives names. */
  id: string | undefined = undefined;
  /** The proxies whose word about the client counts; undefined believes none. */
  proxies: TrustedProxies | undefined = undefined;
  /** What clients write before every path, as the application was told: "/shop"; "" where nothing. `path` is without it. */
  root = "";
  /**
   * Hears of an error that nothing handled, before the log does; true: the log need not. For who asks in process and wants
   * the error itself, which no reply holds.
   */
  onFault: ((error: unknown, message: string) => boolean) | undefined = undefined;

  // -- the reply -----------------------------------------------------------------------------------------------------
  /** 0 until somebody sets it; the plan then fills in the route's own status. */
  status = 0;
  /** The reply's Content-Type; null sends none. Kept apart from `fields` so that a driver can cache whole heads. */
  contentType: string | null = null;
  /** The reply's body. */
  payload: Payload = null;
  /** Further reply fields: name, value, name, value, …; lower-case names. Undefined while there are none. */
  fields: string[] | undefined;

  /**
   * Reply field lines that are ready to be sent, in front of `fields`: checked, `name: value` and a line end (CRLF) each, one
   * character a byte ("latin1"), with a Date, and none that frames the body or belongs to one connection.
   */
  lines = "";

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
   * Hands over status and fields in the place of `end`, and takes the body as it comes: each piece is sent at once. For a
   * reply that has a body. A client that goes away shows by `onAbort`; nothing more is called then.
   *
   * @param length of the body, held to exactly; undefined where only its end tells.
   * @param onDrain called each time that the client takes pieces again, after one that it did not.
   */
  open(length: number | undefined, onDrain: () => void): ReplySink {
    const pieces = new PushedPieces(onDrain);
    this.payload = pieces;
    if (length !== undefined) this.setField("content-length", String(length));
    const sent = this.end();
    // Who pushes knows of a failure already.
    if (sent !== undefined) sent.catch(() => undefined);
    return pieces;
  }

  /**
   * `end` with a body that is here as bytes, which do not change any more, or has one character a byte ("latin1"). Only for a
   * reply that has a body; the method may be any.
   */
  endWith(octets: Octets): void | Promise<void> {
    this.payload = bytesOf(octets);
    return this.end();
  }

  /** Sends an interim reply (RFC 9110 §15.2) where that can be; `lines` as above, without a Date. */
  inform?(status: number, lines: string): void;

  /** Makes fields of `lines`: for drivers that send fields one by one. */
  protected splitLines(): void {
    const { lines } = this;
    this.lines = "";
    for (let at = 0; at < lines.length;) {
      const end = lines.indexOf("\r\n", at);
      const colon = lines.indexOf(":", at);
      this.appendField(lines.slice(at, colon), trimmed(lines.slice(colon + 1, end)));
      at = end + 2;
    }
  }

  /**
   * Completes the handshake of RFC 6455 in the place of `end`: sends 101 with the fields that were set. Only exchanges
   * whose client asks for a WebSocket, on a server that can give one, have it. Rejects when the client has gone.
   */
  upgrade?(options: UpgradeOptions): Promise<RawSocket>;

  /**
   * Takes the connection over in the place of `end` and `upgrade`: for a tunnel. Nothing was sent on it for this request.
   * Only exchanges that have `upgrade` can have it.
   */
  takeConnection?(): RawConnection;
}

/** RFC 9110 §5.5: blanks around a value are not of it. */
function trimmed(value: string): string {
  return value.replace(/^[ \t]+|[ \t]+$/g, "");
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
