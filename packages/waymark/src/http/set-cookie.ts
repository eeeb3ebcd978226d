/** Attributes of a cookie (RFC 6265bis §4.1). What is left out is safe: `HttpOnly`, `SameSite=Lax`, `Path=/`, `Secure` over https. */
export interface CookieOptions {
  /**
   * Seconds until it expires; 0 or less removes it. Without it and `expires` it lasts as long as the browser session.
   * Browsers shorten what is longer than 400 days (RFC 6265bis §5.5).
   */
  readonly maxAge?: number;
  readonly expires?: Date;
  /** Default "/". */
  readonly path?: string;
  /** Default: this host alone, without its subdomains. */
  readonly domain?: string;
  /**
   * Sent over https only. Default: true when the request came over https, and where `sameSite: "none"`, `partitioned` or
   * the prefix of its name needs it.
   */
  readonly secure?: boolean;
  /** Hidden from scripts. Default true. */
  readonly httpOnly?: boolean;
  /** Which cross-site requests carry it. Default "lax". */
  readonly sameSite?: "strict" | "lax" | "none";
  /** One jar for each top-level site (CHIPS). */
  readonly partitioned?: boolean;
  readonly priority?: "low" | "medium" | "high";
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** A path without what would end the attribute or the field. */
const PATH = /^\/[\x21-\x3a\x3c-\x7e]*$/;
const DOMAIN = /^\.?[A-Za-z0-9](?:[A-Za-z0-9\-.]*[A-Za-z0-9])?$/;
const SAME_SITE = { strict: "Strict", lax: "Lax", none: "None" } as const;
const PRIORITY = { low: "Low", medium: "Medium", high: "High" } as const;
/** Browsers drop a cookie whose name and value are longer together (RFC 6265bis §5.7). */
const LONGEST = 4096;
/** And they ignore an attribute that is longer (§5.6). */
const LONGEST_ATTRIBUTE = 1024;
/** Names that browsers accept from https alone (§4.1.3). */
const SECURE_PREFIX = /^__(?:host-http|host|http|secure)-/i;

/**
 * The value of a Set-Cookie field. The cookie's value is percent-encoded, so it may be any text; everything else must
 * be what the grammar allows. Throws a `TypeError` that names the attribute, for none may be repaired in silence.
 */
export function setCookie(name: string, value: string, options: CookieOptions, https: boolean): string {
  if (!TOKEN.test(name)) throw new TypeError(`${JSON.stringify(name)} is not a cookie name`);
  const secure = options.secure ?? (https || needsSecure(name, options));
  const path = options.path ?? "/";
  checkPrefix(name, secure, path, options);
  if (options.sameSite === "none" && !secure)
    throw new TypeError(`cookie ${name}: sameSite "none" needs secure`);
  if (options.partitioned === true && !secure)
    throw new TypeError(`cookie ${name}: partitioned needs secure`);

  const pair = `${name}=${encodeValue(value)}`;
  if (pair.length > LONGEST)
    throw new TypeError(`cookie ${name} is longer than ${LONGEST} bytes: browsers would drop it`);
  let line = pair + lifetime(name, options);
  if (options.domain !== undefined) {
    if (!DOMAIN.test(options.domain) || options.domain.length > LONGEST_ATTRIBUTE)
      throw new TypeError(`cookie ${name}: ${JSON.stringify(options.domain)} is not a domain`);
    line += `; Domain=${options.domain}`;
  }
  if (!PATH.test(path) || path.length > LONGEST_ATTRIBUTE)
    throw new TypeError(`cookie ${name}: ${JSON.stringify(path)} is not a path`);
  line += `; Path=${path}`;
  if (secure) line += "; Secure";
  if (options.httpOnly !== false) line += "; HttpOnly";
  line += `; SameSite=${oneOf(SAME_SITE, options.sameSite ?? "lax", name, "sameSite")}`;
  if (options.priority !== undefined)
    line += `; Priority=${oneOf(PRIORITY, options.priority, name, "priority")}`;
  return options.partitioned === true ? `${line}; Partitioned` : line;
}

function needsSecure(name: string, { sameSite, partitioned }: CookieOptions): boolean {
  return sameSite === "none" || partitioned === true || SECURE_PREFIX.test(name);
}

/** `encodeURIComponent` leaves only characters that a cookie value may have; it throws for half of a surrogate pair. */
function encodeValue(value: string): string {
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, "\uFFFD"));
}

function lifetime(name: string, { maxAge, expires }: CookieOptions): string {
  let attributes = "";
  if (maxAge !== undefined) {
    if (!Number.isFinite(maxAge))
      throw new TypeError(`cookie ${name}: maxAge is a number of seconds, not ${maxAge}`);
    // Digits alone: what is longer would be written with an exponent.
    attributes += `; Max-Age=${Math.min(Math.max(Math.trunc(maxAge), 0), Number.MAX_SAFE_INTEGER)}`;
  }
  if (expires !== undefined) {
    const year = expires.getUTCFullYear();
    if (Number.isNaN(year)) throw new TypeError(`cookie ${name}: expires is an invalid date`);
    if (year < 1601 || year > 9999)
      throw new TypeError(`cookie ${name}: expires is from 1601 to 9999, not in the year ${year}`);
    attributes += `; Expires=${expires.toUTCString()}`;
  }
  return attributes;
}

/** Browsers refuse a cookie that breaks the promise of its prefix (RFC 6265bis §4.1.3): say so here instead. */
function checkPrefix(name: string, secure: boolean, path: string, options: CookieOptions): void {
  const prefix = SECURE_PREFIX.exec(name)?.[0].toLowerCase();
  if (prefix === undefined) return;
  if (prefix.startsWith("__host-") && (!secure || path !== "/" || options.domain !== undefined))
    throw new TypeError(`cookie ${name}: the prefix __Host- needs secure, path "/" and no domain`);
  if (!secure) throw new TypeError(`cookie ${name}: the prefix ${name.slice(0, prefix.length)} needs secure`);
  if (prefix.endsWith("http-") && options.httpOnly === false)
    throw new TypeError(`cookie ${name}: the prefix ${name.slice(0, prefix.length)} needs httpOnly`);
}

function oneOf<T extends Readonly<Record<string, string>>>(
  words: T,
  key: keyof T & string,
  name: string,
  attribute: string,
): string {
  const word = Object.hasOwn(words, key) ? words[key] : undefined;
  if (word === undefined)
    throw new TypeError(`cookie ${name}: ${attribute} is one of ${Object.keys(words).join(", ")}`);
  return word;
}
