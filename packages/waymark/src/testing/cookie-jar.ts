import { setCookie, type CookieOptions } from "../http/set-cookie.ts";
import { parseCookieDate, parseSetCookie, type SetCookie } from "./parse-set-cookie.ts";

/** A cookie as a client keeps it (RFC 6265bis §5.7). */
export interface StoredCookie {
  readonly name: string;
  /** As it was sent: percent-encoded where the server wrote it so. */
  readonly value: string;
  readonly domain: string;
  /** Sent to this host alone, not to hosts below it. */
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: "strict" | "lax" | "none" | undefined;
  /** Milliseconds since the epoch; undefined for as long as the client lives. */
  readonly expires: number | undefined;
}

/**
 * The cookies that a client keeps between its requests, as RFC 6265bis §5 has it: by host, path and scheme, until they
 * expire. `SameSite` is remembered and holds nothing back, since a test has no site that it comes from.
 */
export class CookieJar implements Iterable<StoredCookie> {
  readonly #base: URL;
  /** In the order of their making. */
  readonly #cookies = new Map<string, StoredCookie>();

  /** @param base what cookies that are set by hand belong to. */
  constructor(base: URL) {
    this.#base = base;
  }

  /** The value that goes to a URL, decoded; undefined where there is none. Default: the root of the application. */
  get(name: string, url: string | URL = this.#base): string | undefined {
    const value = this.#fitting(new URL(url, this.#base)).find((cookie) => cookie.name === name)?.value;
    return value === undefined ? undefined : decoded(value);
  }

  /** Puts a cookie in, as if the application had set it. Throws a `TypeError` for what no cookie can be. */
  set(name: string, value: string, options: CookieOptions = {}): void {
    const secure = this.#base.protocol === "https:";
    this.take(setCookie(name, value, { secure, ...options }, secure), this.#base);
  }

  /** Takes every cookie of a name out. */
  delete(name: string): void {
    for (const [key, cookie] of this.#cookies) if (cookie.name === name) this.#cookies.delete(key);
  }

  clear(): void {
    this.#cookies.clear();
  }

  /** The cookies that are there and have not expired. */
  *[Symbol.iterator](): Generator<StoredCookie, void> {
    this.#expire();
    yield* this.#cookies.values();
  }

  /** Takes what a Set-Cookie field of a reply says; one that clients would refuse changes nothing. */
  take(field: string, url: URL): void {
    const said = parseSetCookie(field);
    const cookie = said === undefined ? undefined : cookieOf(said, url);
    if (cookie === undefined) return;
    const key = `${cookie.name};${cookie.domain};${cookie.hostOnly};${cookie.path}`;
    // A page that is not secure must not take the place of a cookie that is (§5.7, step 16).
    if (!isSecure(url) && !cookie.secure && this.#hidesSecure(cookie)) return;
    if (isOver(cookie)) this.#cookies.delete(key);
    else this.#cookies.set(key, cookie);
  }

  /** The value of the Cookie field for a URL; undefined where no cookie goes there. */
  header(url: URL): string | undefined {
    const cookies = this.#fitting(url);
    if (cookies.length === 0) return undefined;
    return cookies.map(({ name, value }) => (name === "" ? value : `${name}=${value}`)).join("; ");
  }

  /** Longer paths first, then the older ones (§5.8.3). */
  #fitting(url: URL): StoredCookie[] {
    this.#expire();
    return [...this.#cookies.values()]
      .filter((cookie) => fits(cookie, url))
      .toSorted((one, other) => other.path.length - one.path.length);
  }

  #expire(): void {
    for (const [key, cookie] of this.#cookies) if (isOver(cookie)) this.#cookies.delete(key);
  }

  #hidesSecure({ name, domain, path }: StoredCookie): boolean {
    return [...this.#cookies.values()].some(
      (other) =>
        other.secure &&
        other.name === name &&
        (isWithin(domain, other.domain) || isWithin(other.domain, domain)) &&
        isBelow(path, other.path),
    );
  }
}

function cookieOf({ name, value, attributes }: SetCookie, url: URL): StoredCookie | undefined {
  const host = url.hostname;
  const asked = (attributes.get("domain") ?? "").replace(/^\./, "").toLowerCase();
  const hostOnly = asked === "" || asked === host;
  if (asked !== "" && !isWithin(host, asked)) return undefined;
  // Not a list of public suffixes, but what nobody's own domain is.
  if (!hostOnly && !asked.includes(".")) return undefined;
  const path = attributes.get("path") ?? "";
  const sameSite = attributes.get("samesite")?.toLowerCase();
  const cookie: StoredCookie = {
    name,
    value,
    domain: asked === "" ? host : asked,
    hostOnly: asked === "",
    path: path.startsWith("/") ? path : defaultPath(url),
    secure: attributes.has("secure"),
    httpOnly: attributes.has("httponly"),
    sameSite: sameSite === "strict" || sameSite === "lax" || sameSite === "none" ? sameSite : undefined,
    expires: expiryOf(attributes),
  };
  return (cookie.secure && !isSecure(url)) || !keepsItsPrefix(cookie, attributes) ? undefined : cookie;
}

function expiryOf(attributes: SetCookie["attributes"]): number | undefined {
  const age = attributes.get("max-age");
  if (age !== undefined) return Number(age) <= 0 ? 0 : Date.now() + Number(age) * 1000;
  const date = attributes.get("expires");
  return date === undefined ? undefined : parseCookieDate(date);
}

/** RFC 6265bis §4.1.3 and §5.7: the name promises what the attributes have to keep. */
function keepsItsPrefix(
  { name, value, secure, hostOnly, path }: StoredCookie,
  attributes: SetCookie["attributes"],
): boolean {
  // It goes out without a "=", so that a server would read a name into it.
  if (name === "") return !/^__(?:secure|host)-/i.test(value);
  const lower = name.toLowerCase();
  if (lower.startsWith("__secure-")) return secure;
  if (lower.startsWith("__host-"))
    return secure && hostOnly && path === "/" && attributes.get("path") === "/";
  return true;
}

/** §5.1.4: the path up to its last "/". */
function defaultPath({ pathname }: URL): string {
  const last = pathname.lastIndexOf("/");
  return last <= 0 ? "/" : pathname.slice(0, last);
}

function fits(cookie: StoredCookie, url: URL): boolean {
  const { hostname } = url;
  const isHost = cookie.hostOnly ? hostname === cookie.domain : isWithin(hostname, cookie.domain);
  return isHost && isBelow(url.pathname, cookie.path) && (!cookie.secure || isSecure(url));
}

/** §5.1.3: the same host or one below it; an address has nothing below it. */
function isWithin(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$|:/.test(host));
}

/** §5.1.4. */
function isBelow(path: string, of: string): boolean {
  return path === of || (path.startsWith(of) && (of.endsWith("/") || path[of.length] === "/"));
}

function isOver({ expires }: StoredCookie): boolean {
  return expires !== undefined && expires <= Date.now();
}

function isSecure({ protocol }: URL): boolean {
  return protocol === "https:" || protocol === "wss:";
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
