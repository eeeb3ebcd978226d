import type { RouteInfo } from "../http/route-info.ts";
import type { Route } from "../routing/route.ts";

/** What `request().route` shows: made once a route, frozen because every request shares it. */
export function routeInfo(route: Route): RouteInfo {
  const { method, template, name, operationId, metadata, tags, scopes, version } = route;
  const info = { method, template: template.text, name, operationId, metadata, tags, scopes };
  return Object.freeze(version === undefined ? info : { ...info, version });
}
