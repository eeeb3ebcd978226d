import { describe, expect, test } from "vitest";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { path } from "../inputs/path.ts";
import type { IncludeOptions } from "./declaration.ts";
import { resolveRoutes } from "./resolve.ts";
import { readItem, resolveOne, routerOf, text, told, toldOf } from "./resolving.fixture.ts";
import { Router, type RouterOptions } from "./router.ts";

describe("what routers lay around a route", () => {
  const plain = endpoint({ tags: ["own"] }, function plain() {});

  test("prefixes, tags and deprecation come from the outside in", () => {
    const inner = routerOf(
      {
        "GET /a": [plain],
        "GET /b": [plain, { tags: ["route", "outer"], deprecated: { since: "2026-01-01" } }],
      },
      { prefix: "/inner", tags: ["inner"] },
    );
    const app = new Router({ prefix: "/api", tags: ["outer"] });
    app.include(inner, { prefix: "/v1", tags: ["include"], deprecated: true });
    app.get("/own", plain as never);
    expect(
      resolveRoutes(app).map(({ template, tags, deprecated }) => [template.text, tags, deprecated]),
    ).toEqual([
      ["/api/own", ["outer", "own"], false],
      ["/api/v1/inner/a", ["outer", "include", "inner", "own"], true],
      ["/api/v1/inner/b", ["outer", "include", "inner", "route"], { since: "2026-01-01" }],
    ]);
  });

  test("of one status the nearest declares what the error is", () => {
    const guard = dependency({ errors: { 403: "guard", 409: "guard" } }, function guard() {});
    const own = endpoint({ errors: { 409: "endpoint", 410: "endpoint" } }, function own() {});
    const inner = routerOf(
      { "GET /a": [own, { errors: { 410: "route" } }], "GET /b": [plain] },
      { errors: { 401: "router", 402: "router", 403: "router" }, dependencies: [guard] },
    );
    const app = new Router({ errors: { 400: "app", 401: "app", 410: "app" } });
    app.include(inner, { errors: { 400: "include", 402: "include" } });
    app.get("/c", plain as never);
    expect(resolveRoutes(app).map(({ errors }) => ({ ...errors }))).toEqual([
      { 400: "app", 401: "app", 410: "app" },
      { 400: "include", 401: "router", 402: "router", 403: "guard", 409: "endpoint", 410: "route" },
      { 400: "include", 401: "router", 402: "router", 403: "guard", 409: "guard", 410: "app" },
    ]);
  });

  test("routes are hidden by the nearest that says it", () => {
    const hidden = endpoint({ hidden: true }, function hidden() {});
    const inner = (options: RouterOptions): Router<any, any> =>
      routerOf({ "GET /a": [plain], "GET /b": [plain, { hidden: false }], "GET /c": [hidden] }, options);
    const shown = (options: IncludeOptions, ofRouter: RouterOptions): string => {
      const app = new Router();
      app.include(inner(ofRouter), options);
      return resolveRoutes(app)
        .filter((route) => !route.hidden)
        .map(({ template }) => template.text)
        .join(" ");
    };
    expect(shown({}, {})).toBe("/a /b");
    expect(shown({}, { hidden: true })).toBe("/b");
    expect(shown({ hidden: true }, {})).toBe("/b");
    expect(shown({ hidden: true }, { hidden: false })).toBe("/a /b");
  });

  test("what is no error is told of where it is declared", () => {
    const inner = routerOf({ "GET /x": [plain], "GET /y": [plain] }, { errors: { 200: "Done" } });
    const app = new Router();
    app.include(inner, { errors: { 99: "None" } });
    expect(told(app)).toEqual([
      "WM408 errors declares 99, which is not the status of an error",
      "WM408 errors declares 200, which is not the status of an error",
    ]);
  });

  test("one router may be included under several prefixes", () => {
    const inner = routerOf(
      { "GET /items/{itemId}": [readItem, { canonical: true }], "GET /": [plain] },
      { prefix: "/shop" },
    );
    const app = new Router();
    app.include(inner, { prefix: "/v1", deprecated: true });
    app.include(inner, { prefix: "/v2" });
    expect(resolveRoutes(app).map(({ template, operationId }) => [template.text, operationId])).toEqual([
      ["/v1/shop/items/{itemId}", "readItem"],
      ["/v1/shop/", "plain_get_v1_shop_slash"],
      ["/v2/shop/items/{itemId}", "readItem_get_v2_shop_items_by_itemId"],
      ["/v2/shop/", "plain"],
    ]);
  });

  test("an empty path is the prefix itself", () => {
    expect(resolveOne("GET ", plain, {}, { prefix: "/items" }).template.text).toBe("/items");
    expect(toldOf("GET ", plain)).toEqual(["WM103 '' must start with '/'"]);
  });

  test("scopes lead from the router outwards", () => {
    const onError = (): void => {};
    const around = async (_: unknown, next: () => Promise<void>): Promise<void> => next();
    const inner = routerOf({ "GET /": [plain] });
    inner.onError(404, onError);
    const app = new Router();
    app.use(around);
    app.include(inner);
    const { scope } = resolveRoutes(app)[0]!;
    expect(scope.errorHandlers).toEqual([{ on: 404, handler: onError }]);
    expect(scope.parent!.middleware).toEqual([around]);
    expect(scope.parent!.parent).toBeUndefined();
  });

  test("a router that includes itself is refused", () => {
    const a = new Router({ prefix: "/a" });
    const b = new Router({ prefix: "/b" });
    a.include(b);
    b.include(a);
    a.get("/x", plain as never);
    const app = new Router();
    app.include(a);
    expect(told(app)).toEqual(["WM106 a router includes itself, by way of '/a', '/b'"]);
    const self = new Router();
    self.include(self);
    expect(told(self)).toEqual(["WM106 a router includes itself"]);
  });

  test("prefixes begin with '/' and do not end with it", () => {
    expect(toldOf("GET /x", plain, {}, { prefix: "items" })).toEqual(["WM104 'items' must start with '/'"]);
    expect(toldOf("GET /x", plain, {}, { prefix: "/items/" })).toEqual([
      "WM105 '/items/' must not end with '/'",
    ]);
    const app = new Router();
    app.include(routerOf({ "GET /x": [plain], "GET /y": [plain] }), { prefix: "/" });
    expect(told(app)).toEqual(["WM105 '/' must not end with '/'"]);
  });

  test("no name is in a prefix and a path both", () => {
    expect(
      toldOf(
        "GET /{id}",
        endpoint({ input: { id: path(text) } }, function x() {}),
        {},
        { prefix: "/{id}" },
      ),
    ).toEqual(["WM103 '/{id}/{id}' names {id} twice"]);
  });

  test("misspelt options are told of", () => {
    const app = new Router();
    app.include(routerOf({ "GET /x": [plain] }, { prefx: "/a" } as never), { tag: ["x"] } as never);
    expect(told(app)).toEqual([
      "WM402 'tag' is not an option of include: did you mean 'tags'?",
      "WM402 'prefx' is not an option of a router: did you mean 'prefix'?",
    ]);
  });
});
