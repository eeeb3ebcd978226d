import type { ErrorDeclarations } from "../endpoint.ts";
import type { Middleware, RouteOutline } from "../http/handlers.ts";
import { callThatMakes } from "../http/middleware-makers.ts";
import * as mistakes from "../mistakes.ts";
import type { Mistake } from "../start-up-error.ts";
import { kindOf } from "./kind.ts";
import type { DependencyUse, Source } from "./route.ts";
import { outwards, type RouterScope } from "./scope.ts";

/** Middleware given as an option; what is none is told and left out. */
export function middlewareOf(
  { middleware = [] }: { readonly middleware?: readonly unknown[] },
  report: (mistake: Mistake) => void,
): readonly Middleware[] {
  if (!Array.isArray(middleware)) {
    report(mistakes.notMiddleware(kindOf(middleware)));
    return [];
  }
  return middleware.filter((each): each is Middleware => {
    const fault = middlewareFault(each);
    if (fault !== undefined) report(fault);
    return fault === undefined;
  });
}

/** What is wrong with something that stands where middleware does. */
export function middlewareFault(given: unknown): Mistake | undefined {
  if (typeof given !== "function") return mistakes.notMiddleware(kindOf(given));
  const call = callThatMakes(given);
  return call === undefined ? undefined : mistakes.uncalledMiddleware(given.name, call);
}

/** What lies around one route: what it says itself, within the scope where it is placed. */
export function routeScope(parent: RouterScope, middleware: readonly Middleware[]): RouterScope {
  return middleware.length === 0 ? parent : { parent, errorHandlers: [], middleware };
}

/** The errors that the middleware around a route answers by itself; what is nearer to the route has the last word. */
export function middlewareErrors(scope: RouterScope, route: RouteOutline): ErrorDeclarations {
  const layers = outwards(scope)
    .toReversed()
    .flatMap(({ middleware }) => middleware);
  return Object.assign({}, ...layers.map((each) => each["~middleware"]?.errors?.(route)));
}

/** Whether a body is read by the route itself or by a dependency. */
export function readsBody(sources: ReadonlyMap<string, Source>, uses: readonly DependencyUse[]): boolean {
  const all = [sources, ...uses.map((use) => use.sources)].flatMap((each) => [...each.values()]);
  return all.some(
    (source) => OF_THE_BODY.has(source.from) || (source.from === "group" && source.marker.place === "form"),
  );
}
const OF_THE_BODY: ReadonlySet<Source["from"]> = new Set(["body", "raw", "form", "file", "parts"]);
