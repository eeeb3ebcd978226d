import type { ObservedRoute } from "../http/observer.ts";
import type { IncomingRequest } from "../http/request.ts";
import { visibleLine } from "../http/visible-text.ts";

/** The path as it was sent; the template where a part of the path is secret. */
export function urlPath({ base, path }: IncomingRequest, route: ObservedRoute | undefined): string {
  return visibleLine(route?.secretNames.path === true ? route.template : base + path);
}
