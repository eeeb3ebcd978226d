import type { Middleware } from "../http/handlers.ts";
import { HttpError } from "../http/http-error.ts";
import type { IncomingRequest } from "../http/request.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { checkedOrigin } from "./cors-origins.ts";
import { middleware } from "./middleware.ts";

/** Which pages may make a browser write. */
export interface CsrfOptions {
  /** Other origins whose pages may write here: "https://app.example.com". */
  readonly origins?: readonly string[];
  /** Templates of routes that anybody's pages may write to, as they are declared: "/webhooks/{name}". */
  readonly exempt?: readonly string[];
  /**
   * What becomes of a request that does not say where it comes from. Every browser of today says so on requests that write, so
   * "allow", the default, lets in programs, which carry nobody's cookies. "refuse" keeps out old browsers too.
   */
  readonly unknown?: "allow" | "refuse";
}

/** RFC 9110 §9.2.1, and QUERY: they change nothing. */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "QUERY"]);

/**
 * Refuses requests that pages of other origins make a browser send, with its cookies: 403. It goes by what browsers say
 * and pages cannot change - Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/), else Origin (RFC 6454), else Referer - so
 * there are no tokens to carry around, and neither content type nor body matter. Methods that change nothing pass, but for
 * the handshake of a WebSocket. Other subdomains are other origins.
 *
 * Behind a proxy that ends TLS, use `trustedProxies` before it, so that the application knows its own origin.
 *
 * ```ts
 * app.use(csrf({ origins: ["https://app.example.com"], exempt: ["/webhooks/{name}"] }));
 * ```
 */
export function csrf({ origins = [], exempt = [], unknown = "allow" }: CsrfOptions = {}): Middleware {
  const friends = new Set(origins.map(checkedOrigin));
  if (friends.has("null"))
    throw new TypeError('csrf: any page can make itself the origin "null": it cannot be trusted');
  const open = new Set(exempt);
  const isUnknownFine = unknown === "allow";
  return middleware({
    name: "csrf",
    before({ request }) {
      if (SAFE.has(request.method) && !asksForSocket(request)) return;
      if (open.has(request.route.template)) return;
      const verdict = isOwn(request, friends) ?? isUnknownFine;
      if (!verdict) throw new HttpError(403, REFUSED);
    },
    errors: ({ method }) => (SAFE.has(method) ? NONE : { 403: REFUSED }),
  });
}
makesMiddleware(csrf, "csrf()");

const REFUSED = "Requests from pages of other origins are not accepted here.";
const NONE = {};

function asksForSocket(request: IncomingRequest): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}

/** Whether a request comes from a page that may send it, or from no page at all; undefined where it does not say. */
function isOwn(request: IncomingRequest, friends: ReadonlySet<string>): boolean | undefined {
  const { headers } = request;
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  // "none" is what somebody typed or bookmarked. A page with a strict Referrer-Policy says "null" to its own origin.
  if (site === "same-origin" || site === "none") return true;
  if (site !== null) return origin !== null && friends.has(origin);
  const from = origin ?? originOf(headers.get("referer"));
  if (from === undefined) return undefined;
  return from === ownOrigin(request) || friends.has(from);
}

/** As a browser writes it: in lower case, and without a port that the scheme implies. */
function ownOrigin({ scheme, host }: IncomingRequest): string | undefined {
  return host === undefined ? undefined : new URL(`${scheme}://${host}`).origin;
}

function originOf(referer: string | null): string | undefined {
  if (referer === null) return undefined;
  // What cannot be read comes from somewhere that is not here.
  return URL.canParse(referer) ? new URL(referer).origin : "null";
}
