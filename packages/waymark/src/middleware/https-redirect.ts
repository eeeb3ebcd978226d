import type { Middleware } from "../http/handlers.ts";
import { reply } from "../http/reply.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { HostList, withoutPort } from "./host-list.ts";
import { middleware } from "./middleware.ts";
import { checkHost } from "./trusted-hosts.ts";

/** Which hosts are led to https, and how. */
export interface HttpsRedirectOptions {
  /**
   * Hosts that may be redirected to, as `trustedHosts` takes them: a request for any other is 421. The host is the client's
   * word, and a redirect to whatever it says would be one to anywhere.
   */
  readonly hosts: readonly string[];
  /** Port that speaks https. Default 443, which a URL does not name. */
  readonly port?: number;
  /** Default 308: for good, method and body stay. 307 says the same for now. */
  readonly status?: 301 | 302 | 307 | 308;
}

/**
 * Sends requests that came over http to the same host and path over https. Behind a proxy that ends TLS, use `trustedProxies`
 * before it, or everything is redirected for ever.
 *
 * ```ts
 * app.use(httpsRedirect({ hosts: ["example.com", "*.example.com"] }));
 * ```
 */
export function httpsRedirect({ hosts, port = 443, status = 308 }: HttpsRedirectOptions): Middleware {
  const list = new HostList(hosts);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new TypeError(`httpsRedirect: port is a number from 1 to 65535, not ${String(port)}`);
  const suffix = port === 443 ? "" : `:${port}`;
  return middleware({
    name: "https-redirect",
    before({ request }) {
      if (request.scheme === "https") return undefined;
      const host = withoutPort(checkHost(request.host, list));
      const { path, search } = request["~exchange"];
      const target = path === "*" ? "" : request.base + path + (search === "" ? "" : `?${search}`);
      return reply.redirect(`https://${host}${suffix}${target}`, status);
    },
  });
}
makesMiddleware(httpsRedirect, `httpsRedirect({ hosts: ["example.com"] })`);
