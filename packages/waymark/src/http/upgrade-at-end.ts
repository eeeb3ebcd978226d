import type { Exchange } from "./exchange.ts";
import type { RawSocket, UpgradeOptions } from "./upgrade.ts";

export const SWITCHING_PROTOCOLS = 101;

/**
 * Has the `end` of an exchange make the connection, where its status still is 101 by then: for whoever agrees on one below
 * an application that has yet to let the reply through. Its `end` then lasts as long as the connection, which `over` tells.
 * Rejects where the client has gone, or where another reply was sent.
 */
export function upgradeAtEnd(
  exchange: Exchange,
  options: UpgradeOptions,
  over: () => void | Promise<void>,
): Promise<RawSocket> {
  return new Promise((resolve, reject) => {
    exchange.status = SWITCHING_PROTOCOLS;
    const end = exchange.end.bind(exchange);
    // Of this exchange alone: no other one pays for it.
    exchange.end = () => {
      exchange.end = end;
      if (exchange.status !== SWITCHING_PROTOCOLS) {
        reject(new Error("another reply was sent in the place of the handshake"));
        return end();
      }
      // Why there is none is told where it was asked for.
      return exchange.upgrade!(options).then(resolve, reject).then(over);
    };
  });
}
