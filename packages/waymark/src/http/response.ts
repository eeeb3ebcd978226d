import type { Exchange, Payload } from "./exchange.ts";
import { cancelPieces, isPieces } from "./pump.ts";
import { setCookie, type CookieOptions } from "./set-cookie.ts";

/** The fields of the reply being made. Names are case-insensitive. */
export class ResponseHeaders {
  readonly #exchange: Exchange;
  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }
  /** The field's value (lines joined by ", "), or null. */
  get(name: string): string | null {
    return this.#exchange.getField(name) ?? null;
  }
  has(name: string): boolean {
    return this.#exchange.getField(name) !== undefined;
  }
  /** Replaces the field. Throws a `TypeError` for a name or value that HTTP cannot carry. */
  set(name: string, value: string): void {
    this.#exchange.setField(name, value);
  }
  /** Adds a line to the field. Throws a `TypeError` for a name or value that HTTP cannot carry. */
  append(name: string, value: string): void {
    this.#exchange.appendField(name, value);
  }
  delete(name: string): void {
    this.#exchange.removeField(name);
  }
}

/** The cookies of the reply being made: each becomes a Set-Cookie line. */
export class ResponseCookies {
  readonly #exchange: Exchange;
  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }
  /**
   * Sets a cookie; a second one of the same name, domain and path replaces the first. Defaults: `HttpOnly`,
   * `SameSite=Lax`, `Path=/`, and `Secure` over https. Throws a `TypeError` for what cannot be a cookie.
   */
  set(name: string, value: string, options: CookieOptions = {}): void {
    const exchange = this.#exchange;
    const { scheme } = exchange.proxies?.clientOf(exchange) ?? exchange;
    const line = setCookie(name, value, options, scheme === "https");
    this.#forget(name, options);
    this.#exchange.appendField("set-cookie", line);
  }
  /** Makes the browser forget a cookie; `path` and `domain` must be those it was set with. */
  delete(name: string, options: Omit<CookieOptions, "maxAge" | "expires"> = {}): void {
    this.set(name, "", { ...options, maxAge: 0, expires: new Date(0) });
  }

  /** RFC 6265 §4.1.1: a server should not send two lines for one cookie. */
  #forget(name: string, { domain, path = "/" }: CookieOptions): void {
    const { fields } = this.#exchange;
    if (fields === undefined) return;
    for (let i = fields.length - 2; i >= 0; i -= 2)
      if (fields[i] === "set-cookie" && isSame(fields[i + 1] as string, name, domain, path))
        fields.splice(i, 2);
  }
}

function isSame(line: string, name: string, domain: string | undefined, path: string): boolean {
  if (!line.startsWith(`${name}=`)) return false;
  const attributes = line.split("; ");
  return (
    attributes.find((each) => each.startsWith("Domain=")) ===
      (domain === undefined ? undefined : `Domain=${domain}`) && attributes.includes(`Path=${path}`)
  );
}

/** The head of the reply being made: what `response()` gives to a function or dependency. */
export class ResponseHead {
  readonly #exchange: Exchange;
  #headers: ResponseHeaders | undefined;
  #cookies: ResponseCookies | undefined;
  /** What `after` was given, in order; run by the plan when the reply was handed over. */
  "~tasks": (() => unknown)[] | undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** The reply's status; 0 until somebody sets it, then the route's own applies. */
  get status(): number {
    return this.#exchange.status;
  }
  /** Throws a `RangeError` for what is not a final status (200 to 599). */
  set status(status: number) {
    if (!Number.isInteger(status) || status < 200 || status > 599)
      throw new RangeError(`a reply's status is from 200 to 599, not ${status}`);
    this.#exchange.status = status;
  }
  get headers(): ResponseHeaders {
    return (this.#headers ??= new ResponseHeaders(this.#exchange));
  }
  /**
   * The body of the reply: text (sent as UTF-8), bytes, or pieces that are sent as they come; null is none. Middleware sees
   * it after `next()` and may put another in its place. Content-Length is made from it when it is sent. A stream that is
   * replaced by text, bytes or null is told to stop; one that is put around another has to pass on its `return`.
   */
  get payload(): Payload {
    return this.#exchange.payload;
  }
  set payload(payload: Payload) {
    const { payload: before } = this.#exchange;
    this.#exchange.payload = payload;
    if (isPieces(before) && !isPieces(payload))
      // It may have been read to its end, and what it throws at being stopped is nobody's concern any more.
      cancelPieces(before).catch(() => undefined);
  }
  get cookies(): ResponseCookies {
    return (this.#cookies ??= new ResponseCookies(this.#exchange));
  }
  /** Runs a task once the reply was handed to the client; its failure is logged and changes nothing. */
  after(task: () => unknown): void {
    (this["~tasks"] ??= []).push(task);
  }
}
