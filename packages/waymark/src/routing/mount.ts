import { dependency } from "../dependency.ts";
import { endpoint, type AnyEndpoint } from "../endpoint.ts";
import { Delivery } from "../http/delivery.ts";
import { isApp, mountedApp } from "../http/mounted-app.ts";
import { mountedFetch } from "../http/mounted-fetch.ts";
import { mountPlace, type FetchFunction, type Mounted, type MountHandler } from "../http/mounted.ts";
import { request } from "../inputs/request.ts";
import * as mistakes from "../mistakes.ts";
import type { Mistake } from "../start-up-error.ts";
import type { RouteOptions } from "./declaration.ts";
import { kindOf } from "./kind.ts";

/** What lies around something mounted: as the options of a route. */
export interface MountOptions extends Pick<RouteOptions, "dependencies" | "middleware" | "scopes"> {
  /** Whether the handler sees the path without what it is mounted at. Default true. */
  readonly strip?: boolean;
}

/** What `mount` was given, in its one form. Throws a `TypeError` for what cannot be mounted. */
export function mountedOf(handler: MountHandler): Mounted {
  if (typeof handler === "function") {
    if ("handle" in handler && typeof handler.handle === "function")
      throw new TypeError(
        "mount takes a fetch function, and this one is of Express or Connect: mount nodeHandler(app), from waymark/node",
      );
    return mountedFetch(handler.name === "" ? "fetch" : handler.name, handler);
  }
  if (typeof handler === "object" && handler !== null) {
    if ("~mounted" in handler) return handler["~mounted"];
    if (isApp(handler)) return mountedApp(handler);
    if (typeof handler.fetch === "function")
      return mountedFetch("fetch", (incoming) => (handler as { fetch: FetchFunction }).fetch(incoming));
  }
  throw new TypeError(
    `mount takes a path and a handler (a fetch function, an app, nodeHandler(…) or staticFiles(…)), not ${kindOf(handler)}`,
  );
}

/**
 * Tells something mounted when its reply has left. Its clean-up is what waits for the clean-ups inside, so that a stop
 * waits for those too.
 */
const delivery = dependency({ name: "delivery" }, async function* () {
  const made = new Delivery();
  try {
    yield made;
    made.succeed();
  } catch (error) {
    made.fail(error);
  }
  await made.rest;
});

/** The one endpoint of all routes of a mount. */
export function mountEndpoint(mounted: Mounted, strip: boolean): AnyEndpoint {
  const contract = { name: mounted.name, hidden: true };
  return mounted.awaitsDelivery === true
    ? endpoint(
        { ...contract, input: { request: request(), delivery } },
        ({ request: incoming, delivery: made }) => mounted.answer(incoming, placeOf(incoming, strip), made),
      )
    : endpoint({ ...contract, input: { request: request() } }, ({ request: incoming }) =>
        mounted.answer(incoming, placeOf(incoming, strip), undefined),
      );
}

function placeOf({ route, path }: { route: { template: string }; path: string }, strip: boolean) {
  return mountPlace(route.template, path, strip);
}

/** What only a mount's own path can do wrong; the rest is told of every template. */
export function checkMountPath(path: string, report: (mistake: Mistake) => void): void {
  if (path !== "/" && path.endsWith("/")) report(mistakes.mountEndsWithSlash(path));
  if (/\{[^{}]*:path\}$/.test(path)) report(mistakes.mountAtCatchAll(path));
}
