import type { Exchange } from "../http/exchange.ts";
import { isSocket } from "../realtime/socket.ts";
import type { Route } from "../routing/route.ts";
import { ClientGone } from "./client-gone.ts";
import { deprecationFields } from "./deprecation.ts";
import { compileErrorHandlers, type ErrorHandlers } from "./error-handlers.ts";
import { fail } from "./failure.ts";
import { finish } from "./finish.ts";
import { Frame } from "./frame.ts";
import { closeEarly } from "./generators.ts";
import { inputsObject } from "./inputs-object.ts";
import { isPromise, toPromise } from "./is-promise.ts";
import type { Fill } from "./fill.ts";
import { compileMiddleware, surround } from "./middleware.ts";
import { compileWatch, watchPhases, type Watch } from "./observe.ts";
import { layOut } from "./phases.ts";
import { compileReplies } from "./replies.ts";
import { compileResult } from "./result.ts";
import { runPhase } from "./run-phase.ts";
import { Run } from "./run.ts";
import type { PlanSettings } from "./settings.ts";
import { compileSocketPlan } from "./socket-plan.ts";
import { compileValues } from "./values.ts";
import { watchErrors } from "./watch-errors.ts";

/**
 * Answers an exchange by one route: from reading its inputs to `end` and what comes after it (tasks, clean-ups), for which
 * a returned promise stands. `params` are the values of the template's names, in its order, decoded. Never throws and
 * never rejects; returns no promise where nothing is asynchronous.
 */
export type Plan = (exchange: Exchange, params: readonly string[]) => void | Promise<void>;

/** Compiles a route, once. Throws a `StartUpError` where a schema cannot do what its place asks of it. */
export function compilePlan(route: Route, settings: PlanSettings): Plan {
  if (isSocket(route.endpoint)) return compileSocketPlan(route, route.endpoint, settings);
  const errorHandlers = compileErrorHandlers(route.scope);
  const frame = new Frame(settings, errorHandlers, route);
  const announce = deprecationFields(route);
  const layers = compileMiddleware(route.scope);
  const watch = compileWatch(layers, route);
  const isBare = layers.length === 0;
  const fill = surround(
    layers,
    compileFill(route, settings, errorHandlers, isBare ? finish : nothingMore, watch),
  );

  if (watch !== undefined)
    return (exchange, params) => {
      const run = new Run(exchange, params, frame);
      if (announce !== undefined) announce(run);
      return watch.answer(run, fill);
    };
  return (exchange, params) => {
    const run = new Run(exchange, params, frame);
    if (announce !== undefined) announce(run);
    const pending = fill(run);
    if (isBare) return pending;
    return pending === undefined ? finish(run) : pending.then(() => finish(run));
  };
}

function nothingMore(): void {}

/**
 * From the request to the reply filled in, whatever happens, and then on with `after`. Wherever a promise is met, the rest
 * is one continuation of it: a chain of promises a step would cost more than the steps.
 */
function compileFill(
  route: Route,
  settings: PlanSettings,
  errorHandlers: ErrorHandlers,
  after: Fill,
  watch: Watch | undefined,
): Fill {
  const layout = layOut(route);
  const { endpoint: inputs } = layout;
  const phases = watchPhases(layout.phases, watch);
  const giveValues = compileValues(layout, settings);
  const { replies } = route;
  const writeResult = watchErrors(
    replies === undefined ? compileResult(route, settings) : compileReplies(route, replies, settings),
    settings,
  );
  const call = watch?.step({ kind: "endpoint", name: route.name }, route.endpoint) ?? route.endpoint;

  const failed = (run: Run, error: unknown): void | Promise<void> => {
    const pending = fail(run, error, errorHandlers);
    return pending === undefined ? after(run) : pending.then(() => after(run));
  };
  const whenDone = (run: Run, pending: void | Promise<void>): void | Promise<void> => {
    if (pending === undefined) return after(run);
    return pending.then(
      () => after(run),
      (error: unknown) => failed(run, error),
    );
  };
  const conclude = (run: Run, result: unknown): void | Promise<void> => {
    let pending: void | Promise<void>;
    try {
      pending = writeResult(run, result);
      if (run.open !== undefined)
        pending = pending === undefined ? closeEarly(run) : pending.then(() => closeEarly(run));
    } catch (error) {
      return failed(run, error);
    }
    return whenDone(run, pending);
  };
  const proceed = (run: Run, from: number): void | Promise<void> => {
    let result: unknown;
    let isLater: boolean;
    try {
      if (from === 0) giveValues(run);
      for (let i = from; i < phases.length; i++) {
        const pending = runPhase(run, phases[i]!);
        if (pending !== undefined)
          return pending.then(
            () => proceed(run, i + 1),
            (error: unknown) => failed(run, error),
          );
      }
      if (run.exchange.aborted) throw new ClientGone();
      run.inFunction = true;
      result = call(inputsObject(inputs, run.values));
      isLater = isPromise(result);
    } catch (error) {
      return failed(run, error);
    }
    if (!isLater) return conclude(run, result);
    return toPromise(result as PromiseLike<unknown>).then(
      (settled) => conclude(run, settled),
      (error: unknown) => failed(run, error),
    );
  };
  return (run) => proceed(run, 0);
}
