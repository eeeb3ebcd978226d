import type { AnyDependency } from "./dependency.ts";
import type { DocsPage } from "./docs/docs-page.ts";
import { endpoint } from "./endpoint.ts";
import { request } from "./inputs/request.ts";
import { resolveRoutes } from "./routing/resolve.ts";
import type { Route } from "./routing/route.ts";
import { Router } from "./routing/router.ts";
import type { RouterScope } from "./routing/scope.ts";
import type { Overrides } from "./routing/uses.ts";

/**
 * Pages with guards in front of them, as routes: with dependencies, their clean-ups and what they answer. No document shows
 * them. Throws a `StartUpError` for guards that cannot be.
 */
export function guardedPages(
  pages: readonly DocsPage[],
  dependencies: readonly AnyDependency[],
  around: { readonly scope: RouterScope; readonly overrides?: Overrides },
): Route[] {
  const router = new Router();
  for (const page of pages)
    router.add({
      method: page.method,
      path: page.path,
      endpoint: endpoint(
        { name: "documentPage", hidden: true, input: { request: request() } },
        function documentPage({ request: asked }) {
          const exchange = asked["~exchange"];
          page.respond(exchange);
          // A shared cache must not give to others what one was let in for.
          exchange.setField("cache-control", "private, no-cache");
        },
      ),
      // Every route needs one; these are nobody's.
      operationId: page.path,
      dependencies,
    });
  const { overrides } = around;
  return resolveRoutes(router, overrides === undefined ? {} : { overrides }).map((route) => ({
    ...route,
    operationId: "",
    scope: around.scope,
  }));
}
