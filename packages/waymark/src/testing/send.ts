import type { Exchange } from "../http/exchange.ts";
import { isPieces } from "../http/pump.ts";
import { requestInMemory, type RequestInMemory } from "../server/memory.ts";
import type { Faults } from "./faults.ts";
import type { TestedApp } from "./test-client.ts";

/**
 * Asks an application in this process. Waits for what follows the reply (tasks, clean-ups), unless it streams: that is given
 * as it begins. With `faults` it tells those what nothing handled.
 */
export async function sendInProcess(
  app: Pick<TestedApp, "handle" | "limits">,
  where: string,
  request: RequestInMemory,
  faults: Faults | undefined,
): Promise<Response> {
  const asked: { exchange?: Exchange; handled?: void | Promise<void> } = {};
  const handle = (exchange: Exchange): void => {
    asked.exchange = exchange;
    exchange.onFault = faults?.take;
    asked.handled = app.handle(exchange);
  };
  const response = await requestInMemory({ limits: app.limits, handle }, where, request);
  // What a server refuses by itself does not come to the application.
  if (asked.exchange === undefined) return response;
  if (!isPieces(asked.exchange.payload) || response.body === null) await asked.handled;
  // Whoever reads a stream hears of its errors there; what comes later is for the log.
  else asked.exchange.onFault = undefined;
  return response;
}
