import { checkField } from "../http/field.ts";
import type { Middleware } from "../http/handlers.ts";
import type { IncomingRequest } from "../http/request.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { middleware } from "./middleware.ts";

/** Each is the value of its field; false leaves the field out. */
export interface SecurityHeadersOptions {
  /** X-Content-Type-Options. Default "nosniff": a type is what it says. */
  readonly contentTypeOptions?: string | false;
  /** Referrer-Policy. Default "no-referrer". */
  readonly referrerPolicy?: string | false;
  /** X-Frame-Options. Default "DENY": no page may frame a reply. `frame-ancestors` of a policy stands before it. */
  readonly frameOptions?: string | false;
  /** Strict-Transport-Security (RFC 6797), over https alone. Default a year, without subdomains. */
  readonly strictTransportSecurity?: string | false;
  /** Cross-Origin-Opener-Policy. Default "same-origin". */
  readonly crossOriginOpenerPolicy?: string | false;
  /** Cross-Origin-Resource-Policy. Default "same-origin"; CORS requests are not its matter. */
  readonly crossOriginResourcePolicy?: string | false;
  /** Permissions-Policy, such as "camera=(), geolocation=()". Not sent by default. */
  readonly permissionsPolicy?: string | false;
  /**
   * Content-Security-Policy. Every `{nonce}` in it becomes the nonce of the request, which `cspNonce(request)` gives to whoever
   * makes the page. Not sent by default: a policy is about the pages that there are.
   */
  readonly contentSecurityPolicy?: string | false;
}

const DEFAULTS: readonly [keyof SecurityHeadersOptions, field: string, value: string | undefined][] = [
  ["contentTypeOptions", "x-content-type-options", "nosniff"],
  ["referrerPolicy", "referrer-policy", "no-referrer"],
  ["frameOptions", "x-frame-options", "DENY"],
  ["strictTransportSecurity", "strict-transport-security", "max-age=31536000"],
  ["crossOriginOpenerPolicy", "cross-origin-opener-policy", "same-origin"],
  ["crossOriginResourcePolicy", "cross-origin-resource-policy", "same-origin"],
  ["permissionsPolicy", "permissions-policy", undefined],
  ["contentSecurityPolicy", "content-security-policy", undefined],
];

/**
 * Adds the fields by which a reply tells browsers to be careful with it. What a reply already says of one stays: the docs
 * pages have a policy of their own. On a route it takes the place of what the app says.
 *
 * ```ts
 * app.use(securityHeaders({ contentSecurityPolicy: "default-src 'self'; script-src 'nonce-{nonce}'", frameOptions: "SAMEORIGIN" }));
 * ```
 */
export function securityHeaders(options: SecurityHeadersOptions = {}): Middleware {
  const known = new Set<string>(DEFAULTS.map(([option]) => option));
  for (const key of Object.keys(options))
    if (!known.has(key)) throw new TypeError(`'${key}' is not an option of securityHeaders`);
  const fields = DEFAULTS.flatMap(([option, field, usual]) => {
    const value = options[option] ?? usual;
    if (value === undefined || value === false) return [];
    checkField(field, value);
    return [{ field, value, hasNonce: field === CSP && value.includes(NONCE), isForHttps: field === HSTS }];
  });
  return middleware({
    name: "security-headers",
    after({ request, response: { headers } }) {
      for (const { field, value, hasNonce, isForHttps } of fields) {
        if (headers.has(field) || (isForHttps && request.scheme !== "https")) continue;
        headers.set(field, hasNonce ? value.replaceAll(NONCE, cspNonce(request)) : value);
      }
    },
  });
}
makesMiddleware(securityHeaders, "securityHeaders()");

const CSP = "content-security-policy";
const HSTS = "strict-transport-security";
const NONCE = "{nonce}";

const nonces = new WeakMap<IncomingRequest, string>();

/**
 * The nonce of a request for the scripts and styles of its page (https://www.w3.org/TR/CSP3/#framework-directive-source-list):
 * 128 random bits, the same for whoever asks, and what `{nonce}` in the policy of `securityHeaders` becomes.
 */
export function cspNonce(request: IncomingRequest): string {
  let nonce = nonces.get(request);
  if (nonce === undefined) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    nonces.set(request, (nonce = btoa(String.fromCodePoint(...bytes))));
  }
  return nonce;
}
