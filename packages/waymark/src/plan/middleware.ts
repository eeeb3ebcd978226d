import type { Middleware } from "../http/handlers.ts";
import type { RouterScope } from "../routing/scope.ts";
import { contextOf } from "./context.ts";
import { compileErrorHandlers, type ErrorHandlers } from "./error-handlers.ts";
import { fail } from "./failure.ts";
import { isReply, startOver, writeValue } from "./reply.ts";
import type { Run } from "./run.ts";

/** A middleware with the error handlers that answer for what it throws: those of its own router and outwards. */
export interface Layer {
  readonly middleware: Middleware;
  readonly errorHandlers: ErrorHandlers;
}

/** The middleware around a route, outermost first: the app's before a router's, and in each the first one used. */
export function compileMiddleware(scope: RouterScope | undefined): readonly Layer[] {
  const layers: Layer[] = [];
  for (let at = scope; at !== undefined; at = at.parent) {
    const errorHandlers = at.middleware.length === 0 ? [] : compileErrorHandlers(at);
    layers.unshift(...at.middleware.map((middleware) => ({ middleware, errorHandlers })));
  }
  return layers;
}

/** Fills the exchange in, and does not throw. */
export type Fill = (run: Run) => void | Promise<void>;

/** Runs the layers from `index` on around `innermost`. Afterwards the reply is filled in; never rejects. */
export async function runLayers(
  run: Run,
  layers: readonly Layer[],
  index: number,
  innermost: Fill,
): Promise<void> {
  const layer = layers[index];
  if (layer === undefined) return await innermost(run);
  let inner: Promise<void> | undefined;
  const next = (): Promise<void> => {
    if (inner !== undefined) throw new Error("middleware called next() twice");
    return (inner = runLayers(run, layers, index + 1, innermost));
  };
  try {
    const value: unknown = await layer.middleware(contextOf(run), next);
    // A middleware that does not wait for next() still gets its reply.
    await inner;
    if (value !== undefined) await replaceReply(run, value);
    else if (inner === undefined && run.exchange.status === 0)
      throw new Error("middleware neither called next() nor set a status nor returned a reply");
  } catch (error) {
    await inner;
    await fail(run, error, layer.errorHandlers);
  }
}

function replaceReply(run: Run, value: unknown): void | Promise<void> {
  const { status } = run.exchange;
  startOver(run);
  // A plain value takes over the status it replaces, unless that forbids a body.
  return writeValue(
    run,
    value,
    isReply(value) || status === 0 || status === 204 || status === 304 ? 200 : status,
  );
}
