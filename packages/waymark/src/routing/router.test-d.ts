import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import type { HttpError } from "../http/http-error.ts";
import { path } from "../inputs/path.ts";
import { bearer } from "../security/bearer.ts";
import { Router, type AnyRouter, type RouterOptions } from "./router.ts";

const tenant = dependency({ input: { tenantId: path(z.string()) } }, ({ tenantId }) => tenantId);
const region = dependency({ input: { region: path(z.string()) } }, ({ region }) => region);
const signedIn = dependency({ input: { token: bearer() } }, ({ token }) => token);
type ErrorsOf<X> = X extends Router<any, any, infer E> ? E : never;
const readPlain = endpoint({ input: { itemId: path(z.string()) } }, ({ itemId }) => itemId);
const readItem = endpoint(
  { input: { itemId: path(z.string()), owner: tenant } },
  ({ itemId, owner }) => itemId + owner,
);

describe("a router", () => {
  it("has its prefix in its type", () => {
    const tenants = new Router({
      prefix: "/tenants/{tenantId}",
      tags: ["Tenants"],
      deprecated: { since: "2026-06-01" },
    });
    expectTypeOf(tenants).toEqualTypeOf<Router<"/tenants/{tenantId}", never>>();
    tenants.get("/items/{itemId}", readItem);
    tenants.get("/items/{x}", readItem);
    tenants.get("/items/{itemId}", readPlain, { dependencies: [tenant] });
    tenants.get("", () => 1, { dependencies: [tenant] });
    tenants.get("/", () => 1, { dependencies: [tenant] });
  });

  it("has the names that its guards read in its type", () => {
    const guarded = new Router({
      prefix: "/{region}/tenants/{tenantId}",
      dependencies: [region, signedIn, tenant],
    });
    expectTypeOf(guarded).toEqualTypeOf<Router<"/{region}/tenants/{tenantId}", "region" | "tenantId">>();
    guarded.get("/ping", () => "pong");
    guarded.get("/items/{x}", readPlain);
    guarded.route(readPlain, { "GET /a/{itemId}": {}, "GET /b/{x}": {} });
    const open = new Router({ dependencies: [signedIn] });
    expectTypeOf(open).toEqualTypeOf<Router<"", never>>();
  });

  it("has the errors of its routes in its type", () => {
    const guarded = new Router({
      errors: { 401: "Not signed in", 409: { description: "Sold", schema: z.object({ left: z.int() }) } },
    });
    expectTypeOf<keyof ErrorsOf<typeof guarded>>().toEqualTypeOf<401 | 409>();
    // @ts-expect-error - 'shema' is not an option of an error
    void new Router({ errors: { 409: { description: "Sold", shema: z.object({}) } } });
    // @ts-expect-error - '40x' is not a status
    void new Router({ errors: { "40x": "None" } });
    const app = new App({ errors: { 429: "Too many" }, hidden: true });
    expectTypeOf<keyof ErrorsOf<typeof app>>().toEqualTypeOf<429>();
    app.include(guarded, { hidden: false, errors: { 403: "Not yours" } });
    // @ts-expect-error - hidden is a boolean
    app.include(guarded, { hidden: "yes" });
    const any: Router = guarded;
    any.get("/ping", () => "pong");
  });

  it("never changes its type when a route is added, whichever the method", () => {
    const app = new Router();
    for (const method of [
      app.get,
      app.post,
      app.put,
      app.patch,
      app.delete,
      app.head,
      app.options,
      app.query,
    ])
      expectTypeOf(method("/items/{itemId}", readPlain)).toEqualTypeOf<void>();
    expectTypeOf(app).toEqualTypeOf<Router>();
  });

  it("includes any router", () => {
    const app = new Router();
    app.include(new Router({ prefix: "/tenants/{tenantId}", dependencies: [tenant] }));
    app.include(app, { prefix: "/v2", tags: ["v2"], dependencies: [signedIn], deprecated: true });
    expectTypeOf<Router<"/x/{y}", "y">>().toExtend<AnyRouter>();
    // @ts-expect-error an endpoint is no router
    app.include(readPlain);
  });

  it("tells an error handler what it gets", () => {
    class OutOfStock extends Error {
      readonly left = 1;
    }
    const app = new Router();
    app.onError(OutOfStock, (error, { request }) => {
      expectTypeOf(error).toEqualTypeOf<OutOfStock>();
      return request.path;
    });
    app.onError(404, (error) => expectTypeOf(error).toEqualTypeOf<HttpError>());
    app.onError(500, (error) => expectTypeOf(error).toEqualTypeOf<Error>());
    // @ts-expect-error an instance is no class
    app.onError(new OutOfStock(), () => 1);
  });

  it("can be extended with options of its own", () => {
    interface Options<G extends string> extends Pick<RouterOptions<"", G>, "dependencies"> {
      readonly title: string;
    }
    class Application<G extends string = never> extends Router<"", G> {
      constructor({ dependencies = [] }: Options<G>) {
        super({ dependencies });
      }
    }
    const app = new Application({ title: "Catalogue", dependencies: [tenant] });
    expectTypeOf(app).toEqualTypeOf<Application<"tenantId">>();
    app.get("/{tenantId}/ping", () => "pong");
    // @ts-expect-error '/ping' must contain {tenantId}
    app.get("/ping", () => "pong");
  });
});
