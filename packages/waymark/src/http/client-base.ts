import type { Exchange } from "./exchange.ts";
import type { Client } from "./trusted-proxies.ts";

/**
 * What the client of an exchange writes before its path: what a proxy takes away, and what the application is mounted at.
 * `client` is what trusted proxies say of it, where that has been read already.
 */
export function clientBase(
  exchange: Exchange,
  client: Client | undefined = exchange.proxies?.clientOf(exchange),
): string {
  return (client?.prefix ?? exchange.root) + exchange.base;
}
