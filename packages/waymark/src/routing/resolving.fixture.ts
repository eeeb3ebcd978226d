import { z } from "zod";
import { dependency, type Dependency } from "../dependency.ts";
import { endpoint, type AnyEndpoint } from "../endpoint.ts";
import { header } from "../inputs/header.ts";
import type { CredentialMarker } from "../inputs/marker.ts";
import { path } from "../inputs/path.ts";
import { query } from "../inputs/query.ts";
import type { Mistake } from "../start-up-error.ts";
import { mistakesOf as mistakesAtStart } from "../start-up-error.fixture.ts";
import type { RouteOptions } from "./declaration.ts";
import { resolveRoutes, type ResolveOptions } from "./resolve.ts";
import type { Route, Source } from "./route.ts";
import { Router, type RouterOptions } from "./router.ts";

export const text: z.ZodString = z.string();
export const token: CredentialMarker = {
  in: "credential",
  schemeName: "bearer",
  scheme: {},
  scopes: [],
  read: () => "x",
  optional: false,
};

/** A router of rows as data, which the compiler does not look at. */
export function routerOf(
  rows: Record<string, [AnyEndpoint, unknown?]>,
  options: RouterOptions<any, any> = {},
): Router<any, any> {
  const router = new Router<any, any>(options);
  for (const [route, [endpoint, about]] of Object.entries(rows)) {
    const [method = "", at = ""] = route.split(" ");
    router.add({ method, path: at, endpoint, ...(about as RouteOptions) });
  }
  return router;
}

export function resolveOne(
  route: string,
  endpoint: AnyEndpoint,
  about?: unknown,
  options?: RouterOptions<any, any>,
): Route {
  return resolveRoutes(routerOf({ [route]: [endpoint, about] }, options))[0]!;
}

/** Sources in one line each: "id: path sku". */
export function shown(sources: ReadonlyMap<string, Source>): string[] {
  return [...sources].map(([key, source]) => {
    const name = "name" in source ? ` ${source.name ?? "(whole)"}` : "";
    const rest =
      source.from === "constant"
        ? ` ${JSON.stringify(source.value)}`
        : source.from === "dependency"
          ? ` ${source.use.dependency.name}`
          : "";
    return `${key}: ${source.from}${name}${rest}`;
  });
}

export function mistakesOf(router: Router<any, any>, options?: ResolveOptions): readonly Mistake[] {
  return mistakesAtStart(() => resolveRoutes(router, options));
}

/** What is wrong with a router: code and sentence of each mistake. */
export function told(router: Router<any, any>, options?: ResolveOptions): string[] {
  return mistakesOf(router, options).map(({ code, message }) => `${code} ${message}`);
}

/** The same for a router of one route. */
export function toldOf(
  route: string,
  endpoint: AnyEndpoint,
  about?: unknown,
  options?: RouterOptions<any, any>,
): string[] {
  return told(routerOf({ [route]: [endpoint, about] }, options));
}

export const readItem: AnyEndpoint = endpoint(
  {
    input: {
      itemId: path(text),
      limit: query(z.int().default(10)),
      lang: header(text.optional(), { name: "Accept-Language" }),
    },
  },
  function readItem() {},
);
export const tenant: Dependency<any, void> = dependency(
  { input: { tenantId: path(text) } },
  function tenant() {},
);
export const currentUser: Dependency<any, void> = dependency(
  { input: { token: token as never } },
  function currentUser() {},
);
