import type { Method, Route } from "../routing/route.ts";

/** The routes that a document shows under one path. */
export interface PathGroup {
  /** "/items/{itemId}" */
  readonly path: string;
  /** The names of the first route, which the others go by here. */
  readonly names: readonly string[];
  readonly routes: ReadonlyMap<Method, Route>;
}

/**
 * Groups routes by path, in the order of declaration. Paths that differ in names alone are the same to OpenAPI
 * (§4.8.8.2) and may stand in a document only once.
 *
 * `/files/{name}` and `/files/{rest:path}` are the same in that sense too. Where both answer one method, the catch-all is
 * left out: OpenAPI has no way of writing it there.
 */
export function pathGroups(routes: readonly Route[]): PathGroup[] {
  const groups = new Map<string, { path: string; names: readonly string[]; routes: Map<Method, Route> }>();
  for (const route of routes) {
    const { openapiPath, names } = route.template;
    const shape = openapiPath.replace(/\{[^{}]*\}/g, "{}");
    const group = groups.get(shape);
    if (group === undefined)
      groups.set(shape, { path: openapiPath, names, routes: new Map([[route.method, route]]) });
    else if (!group.routes.has(route.method) || isCatchAll(group.routes.get(route.method)!))
      group.routes.set(route.method, route);
  }
  return [...groups.values()];
}

function isCatchAll(route: Route): boolean {
  return route.template.segments.at(-1)?.kind === "rest";
}
