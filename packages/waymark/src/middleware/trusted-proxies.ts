import type { Middleware } from "../http/handlers.ts";
import { type ForwardedOptions, TrustedProxies } from "../http/trusted-proxies.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { middleware } from "./middleware.ts";

/**
 * Believes these proxies when they say for whom they ask: `request.clientAddress`, `request.scheme` and `request.url` are then
 * the client's, and with them everything that goes by them (HTTPS redirects, `Secure` cookies, CSRF, rate limits). Use it
 * first, on the app. What a peer that is not among them claims is not read.
 *
 * `ranges` are addresses, blocks (`10.0.0.0/8`), or "loopback", "private" (RFC 1918, RFC 4193) and "link-local". Throws a
 * `TypeError` for anything else.
 *
 * ```ts
 * app.use(trustedProxies(["loopback", "10.0.0.0/8"]));
 * ```
 */
export function trustedProxies(ranges: readonly string[], options: ForwardedOptions = {}): Middleware {
  const proxies = new TrustedProxies(ranges, options);
  return middleware({
    name: "trusted-proxies",
    before({ request }) {
      request["~exchange"].proxies = proxies;
    },
  });
}
makesMiddleware(trustedProxies, `trustedProxies(["10.0.0.0/8"])`);
