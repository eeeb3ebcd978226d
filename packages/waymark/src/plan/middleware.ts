import type { HandlerContext, Middleware, MiddlewareParts } from "../http/handlers.ts";
import type { RouterScope } from "../routing/scope.ts";
import { contextOf } from "./context.ts";
import { withDeadline } from "./deadline.ts";
import { compileErrorHandlers, type ErrorHandlers } from "./error-handlers.ts";
import { fail } from "./failure.ts";
import type { Fill } from "./fill.ts";
import { isPromise, toPromise } from "./is-promise.ts";
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
  return nearestOfName(layers);
}

/** Of those with one name the innermost stays, in the place of the outermost. */
function nearestOfName(layers: readonly Layer[]): readonly Layer[] {
  const places = new Map<string, number>();
  const kept: Layer[] = [];
  for (const layer of layers) {
    const name = layer.middleware["~middleware"]?.name;
    const place = name === undefined ? undefined : places.get(name);
    if (place !== undefined) kept[place] = { ...kept[place]!, middleware: layer.middleware };
    else {
      if (name !== undefined) places.set(name, kept.length);
      kept.push(layer);
    }
  }
  return kept;
}

/** Lays middleware around what fills the exchange in; like that, the result never throws and never rejects. */
export function surround(layers: readonly Layer[], innermost: Fill): Fill {
  return layers.reduceRight<Fill>((inner, layer) => wrap(layer, inner), innermost);
}

function wrap({ middleware, errorHandlers }: Layer, inner: Fill): Fill {
  const parts = middleware["~middleware"];
  if (parts === undefined) return around(middleware, errorHandlers, inner);
  const { deadline } = parts;
  const rest = deadline === undefined ? inner : withDeadline(deadline, errorHandlers, inner);
  return inParts(parts, errorHandlers, rest);
}

/** No promise where neither the parts nor what is inside make one. */
function inParts({ before, after }: MiddlewareParts, handlers: ErrorHandlers, inner: Fill): Fill {
  const through = after === undefined ? inner : withAfter(after, handlers, inner);
  if (before === undefined) return through;
  const entered = (run: Run, value: unknown): void | Promise<void> =>
    value === undefined ? through(run) : replace(run, value, handlers);
  return (run) => {
    let value: unknown;
    let pending: Promise<unknown> | undefined;
    try {
      value = before(contextOf(run));
      // To look for a `then` runs code of the application where it is a getter.
      pending = isPromise(value) ? toPromise(value) : undefined;
    } catch (error) {
      return fail(run, error, handlers);
    }
    if (pending === undefined) return entered(run, value);
    return pending.then(
      (settled: unknown) => entered(run, settled),
      (error: unknown) => fail(run, error, handlers),
    );
  };
}

function withAfter(after: (context: HandlerContext) => unknown, handlers: ErrorHandlers, inner: Fill): Fill {
  const left = (run: Run, value: unknown): void | Promise<void> =>
    value === undefined ? undefined : replace(run, value, handlers);
  const leave = (run: Run): void | Promise<void> => {
    let value: unknown;
    let pending: Promise<unknown> | undefined;
    try {
      value = after(contextOf(run));
      pending = isPromise(value) ? toPromise(value) : undefined;
    } catch (error) {
      return fail(run, error, handlers);
    }
    if (pending === undefined) return left(run, value);
    return pending.then(
      (settled: unknown) => left(run, settled),
      (error: unknown) => fail(run, error, handlers),
    );
  };
  return (run) => {
    const pending = inner(run);
    return pending === undefined ? leave(run) : pending.then(() => leave(run));
  };
}

/** What `next()` gives where everything inside was synchronous: one for all. */
const DONE = Promise.resolve();

/** A function that decides by itself when the rest runs. */
function around(middleware: Middleware, handlers: ErrorHandlers, inner: Fill): Fill {
  return (run) => {
    let isCalled = false;
    let isOver = false;
    let pending: void | Promise<void> = undefined;
    const next = (): Promise<void> => {
      if (isOver) throw new Error("middleware called next() after it had answered");
      if (isCalled) throw new Error("middleware called next() twice");
      isCalled = true;
      pending = inner(run);
      return pending ?? DONE;
    };
    const conclude = (value: unknown): void | Promise<void> => {
      isOver = true;
      if (value !== undefined) return replace(run, value, handlers);
      if (isCalled || run.exchange.status !== 0) return undefined;
      return fail(run, new Error(NOTHING_DONE), handlers);
    };
    // A middleware that does not wait for next() still gets its reply.
    const returned = (value: unknown): void | Promise<void> =>
      pending === undefined ? conclude(value) : pending.then(() => conclude(value));
    const failed = (error: unknown): void | Promise<void> => {
      isOver = true;
      return pending === undefined
        ? fail(run, error, handlers)
        : pending.then(() => fail(run, error, handlers));
    };
    let value: unknown;
    let answering: Promise<unknown> | undefined;
    try {
      value = middleware(contextOf(run), next);
      // `return next()`: there is nothing to wait for that is not known already.
      if (isCalled && value === (pending ?? DONE)) value = undefined;
      answering = isPromise(value) ? toPromise(value) : undefined;
    } catch (error) {
      return failed(error);
    }
    return answering === undefined ? returned(value) : answering.then(returned, failed);
  };
}

const NOTHING_DONE = "middleware neither called next() nor set a status nor returned a reply";

const MAKER =
  "middleware returned a function, which is no reply: what makes middleware is called where it is given, as in use(make())";

/** Puts another reply in the place of what there is. */
function replace(run: Run, value: unknown, handlers: ErrorHandlers): void | Promise<void> {
  const { status } = run.exchange;
  let pending: void | Promise<void>;
  try {
    if (typeof value === "function") throw new TypeError(MAKER);
    startOver(run);
    // A plain value takes over the status it replaces, unless that forbids a body.
    const kept = isReply(value) || status === 0 || status === 204 || status === 304 ? 200 : status;
    pending = writeValue(run, value, kept);
  } catch (error) {
    return fail(run, error, handlers);
  }
  return pending?.then(undefined, (error: unknown) => fail(run, error, handlers));
}
