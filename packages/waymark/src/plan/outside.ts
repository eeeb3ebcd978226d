import type { Exchange } from "../http/exchange.ts";
import type { RouterScope } from "../routing/scope.ts";
import { compileErrorHandlers } from "./error-handlers.ts";
import { fail } from "./failure.ts";
import { finish } from "./finish.ts";
import { Frame } from "./frame.ts";
import { compileMiddleware, runLayers } from "./middleware.ts";
import { Run } from "./run.ts";
import type { PlanSettings } from "./settings.ts";

/**
 * Answers exchanges that no route answers, within a scope: its middleware runs around, its error handlers answer what
 * `answer` throws (404, 405, 400, …). `answer` fills the exchange in (a redirect, the `Allow` of OPTIONS), or throws.
 */
export type Outside = (exchange: Exchange, answer: (exchange: Exchange) => void) => void | Promise<void>;

/** Compiled once for a scope; what it gives ends the exchange, never throws and never rejects. */
export function compileOutside(scope: RouterScope, settings: PlanSettings): Outside {
  const errorHandlers = compileErrorHandlers(scope);
  const layers = compileMiddleware(scope);
  const frame = new Frame(settings, errorHandlers);
  return (exchange, answer) => {
    const run = new Run(exchange, [], frame);
    const fill = (): void | Promise<void> => {
      try {
        answer(exchange);
      } catch (error) {
        return fail(run, error, errorHandlers);
      }
      return undefined;
    };
    const pending = layers.length === 0 ? fill() : runLayers(run, layers, 0, fill);
    return pending === undefined ? finish(run) : pending.then(() => finish(run));
  };
}
