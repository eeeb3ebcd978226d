import { clientBase } from "./client-base.ts";
import type { Exchange } from "./exchange.ts";

/**
 * A `Link` to what follows (RFC 5829 §3.2), as the client of this exchange has to write it; `path` is from the application's
 * root. Undefined where that is no URI (RFC 3986 §2): what a client may have sent is not sent back in a header.
 */
export function successorLink(exchange: Exchange, path: string): string | undefined {
  const uri = clientBase(exchange) + path;
  return /^[\w\-.~:/@!$&'()*+,;=%]*$/.test(uri) ? `<${uri}>; rel="successor-version"` : undefined;
}
