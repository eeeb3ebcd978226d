import { describe, expect, test } from "vitest";
import { z } from "zod";
import { dependency, type AnyDependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { constant } from "../inputs/constant.ts";
import { given } from "../inputs/given.ts";
import { header } from "../inputs/header.ts";
import { path } from "../inputs/path.ts";
import { query } from "../inputs/query.ts";
import { request } from "../inputs/request.ts";
import { response } from "../inputs/response.ts";
import { resolveRoutes } from "./resolve.ts";
import {
  currentUser,
  mistakesOf,
  readItem,
  resolveOne,
  routerOf,
  shown,
  tenant,
  text,
  told,
  toldOf,
} from "./resolving.fixture.ts";
import type { DependencyUse } from "./route.ts";
import { Router } from "./router.ts";

describe("dependencies", () => {
  const names = (uses: readonly DependencyUse[]): string[] => uses.map(({ dependency }) => dependency.name);

  test("of app, routers, route and endpoint are guards in that order, each once", () => {
    const make = (name: string): AnyDependency => dependency({ name }, () => {});
    const [ofApp, ofInclude, ofRouter, ofRoute, ofEndpoint] = [
      "app",
      "include",
      "router",
      "route",
      "endpoint",
    ].map(make) as [AnyDependency, AnyDependency, AnyDependency, AnyDependency, AnyDependency];
    const guarded = endpoint({ dependencies: [ofEndpoint, ofApp] as never }, function guarded() {});
    const app = new Router({ dependencies: [ofApp] as never });
    const inner = routerOf(
      { "GET /": [guarded, { dependencies: [ofRoute, ofRouter] }] },
      { dependencies: [ofRouter] as never },
    );
    app.include(inner, { prefix: "/x", dependencies: [ofInclude] });
    expect(names(resolveRoutes(app)[0]!.guards)).toEqual(["app", "include", "router", "route", "endpoint"]);
  });

  test("are one object per route, however many ask", () => {
    const db = dependency({}, function db() {});
    const user = dependency({ input: { db } }, function user() {});
    const admin = dependency({ input: { user, db } }, function admin() {});
    const list = endpoint({ input: { user, db } }, function list() {});
    const route = resolveOne("GET /", list, { dependencies: [admin, user] });
    const ofUser = route.guards[1]!;
    expect(route.sources.get("user")).toEqual({ from: "dependency", use: ofUser });
    expect((route.sources.get("user") as { use: DependencyUse }).use).toBe(ofUser);
    expect((route.guards[0]!.sources.get("user") as { use: DependencyUse }).use).toBe(ofUser);
    const other = resolveOne("GET /", list);
    expect((other.sources.get("user") as { use: DependencyUse }).use).not.toBe(ofUser);
  });

  test("know whether they reach a credential", () => {
    const admin = dependency({ input: { user: currentUser } }, function admin() {});
    const clock = dependency({ input: { req: request() } }, function clock() {});
    const route = resolveOne(
      "GET /",
      endpoint({}, function x() {}),
      { dependencies: [admin, currentUser, clock] },
    );
    expect(route.guards.map(({ credential }) => credential)).toEqual([true, true, false]);
  });

  test("read constants, request, response and wire inputs", () => {
    const all = dependency(
      {
        input: {
          a: constant(1),
          b: request(),
          c: response(),
          xTrace: header(text.optional()),
          q: query(text, { name: "search" }),
        },
      },
      function all() {},
    );
    expect(
      shown(
        resolveOne(
          "GET /",
          endpoint({}, function x() {}),
          { dependencies: [all] },
        ).guards[0]!.sources,
      ),
    ).toEqual(["a: constant 1", "b: request", "c: response", "xTrace: header x-trace", "q: query search"]);
  });

  test("declare errors on every route that reaches them; endpoint and route go first", () => {
    const db = dependency({ errors: { 503: "No database" } }, function db() {});
    const user = dependency(
      { input: { db }, errors: { 401: "Not signed in", 404: "No such user" } },
      function user() {},
    );
    const list = endpoint(
      { input: { user }, errors: { 404: "No such item", 409: "Taken" } },
      function list() {},
    );
    expect({ ...resolveOne("GET /", list, { errors: { 409: "In use" } }).errors }).toEqual({
      401: "Not signed in",
      404: "No such item",
      409: "In use",
      503: "No database",
    });
    expect(Object.getPrototypeOf(resolveOne("GET /", list).errors)).toBeNull();
  });

  test("that depend on themselves are refused by name", () => {
    const a = dependency({ input: {} as Record<string, never> }, function a() {});
    const b = dependency({ input: { a } }, function b() {});
    Object.assign(a.contract.input!, { b });
    const uses = endpoint({ input: { b } }, function uses() {});
    expect(told(routerOf({ "GET /1": [uses], "GET /2": [uses] }))).toEqual([
      "WM301 a dependency depends on itself: b → a → b",
    ]);
  });

  test("name the circle, and not what they use besides", () => {
    const leaf = dependency({}, function leaf() {});
    const root = dependency({ input: { leaf } }, function root() {});
    const other = dependency({ input: { root } }, function other() {});
    Object.assign(root.contract.input!, { other });
    expect(
      toldOf(
        "GET /",
        endpoint({ input: { leaf, root } }, function x() {}),
      ),
    ).toEqual(["WM301 a dependency depends on itself: root → other → root"]);
  });

  test("of the app's life use nothing of a request", () => {
    const config = dependency({ scope: "app" }, function config() {});
    const pool = dependency({ scope: "app", input: { config, size: constant(4) } }, function pool() {});
    const uses = endpoint({ input: { pool } }, function uses() {});
    expect(shown(resolveOne("GET /", uses).sources)).toEqual(["pool: dependency pool"]);
    const bad = dependency(
      { scope: "app", input: { currentUser, id: path(text), q: query(text), req: request() } as never },
      function bad() {},
    );
    expect(
      told(
        routerOf({ "GET /1": [uses, { dependencies: [bad] }], "GET /2": [uses, { dependencies: [bad] }] }),
      ),
    ).toEqual(
      ["currentUser", "id", "q", "req"].map(
        (key) => `WM302 '${key}' lives for one request, and the dependency as long as the app`,
      ),
    );
  });

  test("without a name are called that", () => {
    const nameless = dependency({ scope: "app", input: { url: query(text) } as never }, () => {});
    const [mistake] = mistakesOf(routerOf({ "GET /": [endpoint({ input: { nameless } }, function x() {})] }));
    expect(mistake?.remedy).toBe(
      "The app-scope dependency without a name takes constants and other app-scope dependencies only.",
    );
  });

  test("take no given input", () => {
    const bad = dependency({ input: { version: given<1>() } as never }, function bad() {});
    expect(
      toldOf(
        "GET /",
        endpoint({}, function x() {}),
        { dependencies: [bad] },
      ),
    ).toEqual(["WM303 'version' has no source of its own, and no route can bind what a dependency takes"]);
  });

  test("are made by dependency()", () => {
    expect(
      toldOf(
        "GET /",
        endpoint({}, function x() {}),
        { dependencies: [function admin() {}] },
      ),
    ).toEqual(["WM304 the function admin stands among the dependencies"]);
  });
});

describe("rename", () => {
  const ofTenant = endpoint({ input: { t: tenant, itemId: path(text) } }, function ofTenant() {});

  test("gives what a dependency reads another wire name", () => {
    const route = resolveOne("GET /{org}/{itemId}", ofTenant, { rename: { tenantId: "org" } });
    expect(shown((route.sources.get("t") as { use: DependencyUse }).use.sources)).toEqual([
      "tenantId: path org",
    ]);
    const trace = dependency({ input: { xTrace: header(text), page: query(z.int()) } }, function trace() {});
    const [use] = resolveOne("GET /{itemId}", readItem, {
      dependencies: [trace],
      rename: { "X-Trace": "X-Request-Id", page: "p" },
    }).guards;
    expect(shown(use!.sources)).toEqual(["xTrace: header x-request-id", "page: query p"]);
  });

  test("leaves the endpoint's own inputs alone", () => {
    const both = endpoint({ input: { t: tenant, tenantId: path(text) } }, function both() {});
    expect(shown(resolveOne("GET /{org}/{tenantId}", both, { rename: { tenantId: "org" } }).sources)).toEqual(
      ["t: dependency tenant", "tenantId: path tenantId"],
    );
  });

  test("of a name that no dependency reads is a mistake", () => {
    expect(toldOf("GET /{tenantId}/{itemId}", ofTenant, { rename: { itemId: "x" } })).toEqual([
      "WM208 no dependency of this route reads 'itemId'",
    ]);
    const [mistake] = mistakesOf(
      routerOf({ "GET /{tenantId}/{itemId}": [ofTenant, { rename: { tenantid: "x" } }] }),
    );
    expect(mistake!.remedy).toBe("Did you mean 'tenantId'?");
  });
});

describe("overrides", () => {
  const ada = dependency({}, function ada() {});

  test("stand in wherever the original is asked for", () => {
    const admin = dependency({ input: { user: currentUser } }, function admin() {});
    const list = endpoint({ input: { user: currentUser } }, function list() {});
    const [route] = resolveRoutes(routerOf({ "GET /": [list, { dependencies: [admin, currentUser] }] }), {
      overrides: new Map([[currentUser, ada]]),
    });
    expect(shown(route!.sources)).toEqual(["user: dependency ada"]);
    expect(shown(route!.guards[0]!.sources)).toEqual(["user: dependency ada"]);
    expect(route!.guards[1]!.dependency).toBe(ada);
    expect(route!.guards.map(({ credential }) => credential)).toEqual([false, false]);
  });

  test("leave the path as good as it was, though they read nothing of it", () => {
    const inner = dependency({ input: { tenant } }, function inner() {});
    const router = routerOf({
      "GET /{tenantId}/{sku}": [readItem, { dependencies: [inner] }],
      "GET /o/{org}/{sku}": [readItem, { dependencies: [inner], rename: { tenantId: "org" } }],
    });
    const routes = resolveRoutes(router, { overrides: new Map([[inner, ada]]) });
    expect(routes.map(({ sources }) => shown(sources)[0])).toEqual(["itemId: path sku", "itemId: path sku"]);
  });

  test("that use what they stand in for go in a circle", () => {
    const wrapped = dependency({ input: { user: currentUser } }, function wrapped() {});
    const router = routerOf({ "GET /": [endpoint({}, function x() {}), { dependencies: [currentUser] }] });
    expect(told(router, { overrides: new Map([[currentUser, wrapped]]) })).toEqual([
      "WM301 a dependency depends on itself: wrapped → wrapped",
    ]);
  });
});
