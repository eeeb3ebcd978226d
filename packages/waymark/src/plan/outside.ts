import type { Exchange } from "../http/exchange.ts";
import type { RouterScope } from "../routing/scope.ts";
import { compileErrorHandlers } from "./error-handlers.ts";
import { fail } from "./failure.ts";
import { finish } from "./finish.ts";
import { Frame } from "./frame.ts";
import { compileMiddleware, surround } from "./middleware.ts";
import { compileWatch } from "./observe.ts";
import { Run } from "./run.ts";
import type { PlanSettings } from "./settings.ts";

/** Answers an exchange that no route answers. Ends it, never throws and never rejects. */
export type Outside = (exchange: Exchange) => void | Promise<void>;

/**
 * Compiled once for a scope: its middleware runs around, its error handlers answer what `answer` throws (404, 405, 400, …).
 * `answer` fills the exchange in (a redirect, the `Allow` of OPTIONS), or throws.
 */
export function compileOutside(
  scope: RouterScope,
  settings: PlanSettings,
  answer: (exchange: Exchange) => void,
): Outside {
  const errorHandlers = compileErrorHandlers(scope);
  const frame = new Frame(settings, errorHandlers);
  const layers = compileMiddleware(scope);
  const watch = compileWatch(layers, undefined);
  const fill = surround(layers, (run) => {
    try {
      answer(run.exchange);
    } catch (error) {
      return fail(run, error, errorHandlers);
    }
    return undefined;
  });
  if (watch !== undefined) return (exchange) => watch.answer(new Run(exchange, [], frame), fill);
  return (exchange) => {
    const run = new Run(exchange, [], frame);
    const pending = fill(run);
    return pending === undefined ? finish(run) : pending.then(() => finish(run));
  };
}
