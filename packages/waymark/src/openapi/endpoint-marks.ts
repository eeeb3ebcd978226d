import type { AnyEndpoint } from "../endpoint.ts";
import type { Route } from "../routing/route.ts";

/**
 * `x-waymark-endpoint` of every endpoint that is reached by several routes: its name, or where two endpoints share one,
 * the operationId of its first route, canonical and living ones going first as they do for operationIds.
 */
export function endpointMarks(routes: readonly Route[]): ReadonlyMap<AnyEndpoint, string> {
  const routesOf = new Map<AnyEndpoint, Route[]>();
  for (const route of routes) {
    const known = routesOf.get(route.endpoint);
    if (known === undefined) routesOf.set(route.endpoint, [route]);
    else known.push(route);
  }
  const names = new Map<string, number>();
  for (const [{ name }] of routesOf.values() as Iterable<[Route]>)
    names.set(name, (names.get(name) ?? 0) + 1);
  const marks = new Map<AnyEndpoint, string>();
  for (const [endpoint, own] of routesOf) {
    if (own.length < 2) continue;
    const first = own.find((route) => route.canonical) ?? own.find((route) => !route.deprecated) ?? own[0]!;
    marks.set(endpoint, names.get(first.name) === 1 ? first.name : first.operationId);
  }
  return marks;
}
