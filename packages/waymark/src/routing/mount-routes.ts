import type { Mounted } from "../http/mounted.ts";
import type { Draft } from "./resolve-route.ts";
import { HTTP_METHODS, type HttpMethod } from "./route.ts";
import { Template } from "./template.ts";

/**
 * The routes that mounts are: one for each method, at the mount's own path and at everything below. Where a route stands
 * at the mount's own path already, that route stays.
 */
export function mountedRoutes(drafts: readonly Draft[]): Draft[] {
  const taken = new Set<string>();
  for (const { route } of drafts)
    if (route.mount === undefined)
      for (const method of route.method === "GET" ? ["GET", "HEAD"] : [route.method])
        taken.add(keyOf(method, route.template, route.version));
  return drafts.flatMap((draft) => {
    const { mount, template: at, version } = draft.route;
    if (mount === undefined) return [];
    return methodsOf(mount).flatMap((method) =>
      templatesOf(at)
        .filter(
          (template) =>
            template !== at ||
            !(taken.has(keyOf(method, template, version)) || taken.has(keyOf(method, template, undefined))),
        )
        .map((template) => ({ ...draft, route: { ...draft.route, method, template } })),
    );
  });
}

function keyOf(method: string, { shape }: Template, version = ""): string {
  return `${method} ${shape} ${version}`;
}

function methodsOf({ methods }: Mounted): readonly HttpMethod[] {
  return methods === undefined ? HTTP_METHODS : HTTP_METHODS.filter((method) => methods.includes(method));
}

/** Its own path, which the root has not, and everything below. */
function templatesOf(at: Template): readonly Template[] {
  const own = at.text === "/" ? [] : at.segments;
  const text = at.text === "/" ? "" : at.text;
  const below = new Template(`${text}/{rest:path}`, [...own, { kind: "rest", name: "rest" }]);
  return own.length === 0 ? [below] : [at, below];
}
