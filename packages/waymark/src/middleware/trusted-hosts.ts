import type { Middleware } from "../http/handlers.ts";
import { HttpError } from "../http/http-error.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { HostList } from "./host-list.ts";
import { middleware } from "./middleware.ts";

/**
 * Answers only requests for these hosts: links and redirects that are built from the host then never name another, and a
 * page that lets its own name point here (DNS rebinding) gets nothing. A host that is not among them is 421 (RFC 9110 §15.5.20),
 * one that is missing or malformed 400.
 *
 * `example.com` is that host with any port, `example.com:8080` with this one, `*.example.com` everything below it but not
 * itself. Throws a `TypeError` for anything else.
 *
 * ```ts
 * app.use(trustedHosts(["example.com", "*.example.com", "localhost"]));
 * ```
 */
export function trustedHosts(hosts: readonly string[]): Middleware {
  const list = new HostList(hosts);
  return middleware({
    name: "trusted-hosts",
    before({ request }) {
      checkHost(request.host, list);
    },
  });
}
makesMiddleware(trustedHosts, `trustedHosts(["example.com"])`);

/** Gives the host back. Throws `HttpError` 400 and 421, which say nothing of what was sent. */
export function checkHost(host: string | undefined, list: HostList): string {
  if (host === undefined) throw new HttpError(400, "The request does not say which host it is for.");
  if (!list.includes(host)) throw new HttpError(421, "This server does not answer for that host.");
  return host;
}
