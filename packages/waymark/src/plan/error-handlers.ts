import type { ErrorHandler } from "../http/handlers.ts";
import { HttpError } from "../http/http-error.ts";
import type { RouterScope } from "../routing/scope.ts";

type ErrorClass = new (...args: any[]) => Error;

/** The error handlers of one router, as declared: several of one class or status are asked in that order. */
interface Level {
  readonly byClass: ReadonlyMap<ErrorClass, readonly ErrorHandler[]>;
  readonly byStatus: ReadonlyMap<number, readonly ErrorHandler[]>;
}

/** Error handlers that apply, inner to outer; routers without any are left out. */
export type ErrorHandlers = readonly Level[];

export function compileErrorHandlers(scope: RouterScope | undefined): ErrorHandlers {
  const levels: Level[] = [];
  for (let at = scope; at !== undefined; at = at.parent) {
    if (at.errorHandlers.length === 0) continue;
    const byClass = new Map<ErrorClass, ErrorHandler[]>();
    const byStatus = new Map<number, ErrorHandler[]>();
    for (const { on, handler } of at.errorHandlers) {
      if (typeof on === "number") add(byStatus, on, handler);
      else add(byClass, on, handler);
    }
    levels.push({ byClass, byStatus });
  }
  return levels;
}

function add<K>(handlers: Map<K, ErrorHandler[]>, on: K, handler: ErrorHandler): void {
  const list = handlers.get(on);
  if (list === undefined) handlers.set(on, [handler]);
  else list.push(handler);
}

/**
 * The handlers to ask about an error, in order: router by router outwards, and in each the nearest class first. A status
 * stands just before `HttpError`, so that a subclass is nearer than its status; errors that are no `HttpError` have
 * status 500, just before `Error`.
 */
export function handlersFor(levels: ErrorHandlers, error: unknown): ErrorHandler[] {
  return levels.flatMap((level) => handlersOfLevel(level, error));
}

function handlersOfLevel({ byClass, byStatus }: Level, error: unknown): ErrorHandler[] {
  const isHttp = error instanceof HttpError;
  const ofStatus = byStatus.get(isHttp ? error.status : 500) ?? [];
  if (!(error instanceof Error)) return [...ofStatus];
  const found: ErrorHandler[] = [];
  for (const type of classesOf(error)) {
    if (type === (isHttp ? HttpError : Error)) found.push(...ofStatus);
    found.push(...(byClass.get(type) ?? []));
  }
  return found;
}

function* classesOf(error: Error): Generator<ErrorClass> {
  for (let at: unknown = Object.getPrototypeOf(error); at !== null; at = Object.getPrototypeOf(at))
    yield (at as { constructor: ErrorClass }).constructor;
}
