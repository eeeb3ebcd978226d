import { describe, expect, it } from "vitest";
import { z } from "zod";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { constant } from "../inputs/constant.ts";
import { path } from "../inputs/path.ts";
import { declaredAt } from "./declared-at.ts";
import { Router, type AnyRouter } from "./router.ts";

const read = endpoint({ input: { itemId: path(z.string()) } }, ({ itemId }) => itemId);
const guard = dependency({}, () => 1);

const written = (router: AnyRouter): string[] =>
  router["~declarations"].map(({ method, path: at }) => `${method} ${at}`);

describe("a statement", () => {
  it("records method, path, endpoint and options", () => {
    const router = new Router();
    router.get("/items/{itemId}", read, { summary: "Read an item" });
    expect(router["~declarations"]).toMatchObject([
      { method: "GET", path: "/items/{itemId}", endpoint: read, options: { summary: "Read an item" } },
    ]);
  });

  it("exists for every method", () => {
    const router = new Router();
    for (const method of ["get", "post", "put", "patch", "delete", "head", "options", "query"] as const)
      router[method]("/x", () => 1);
    expect(written(router)).toEqual(
      ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "QUERY"].map((method) => `${method} /x`),
    );
  });

  it("records one route for each of several paths", () => {
    const router = new Router();
    const options = { tags: ["Items"] };
    router.get(["/a/{itemId}", "/b/{x}"], read, options);
    expect(written(router)).toEqual(["GET /a/{itemId}", "GET /b/{x}"]);
    for (const declaration of router["~declarations"]) expect(declaration.options).toBe(options);
  });

  it("makes a bare function the same endpoint on every route", () => {
    const router = new Router();
    const ping = (): string => "pong";
    router.get("/a", ping);
    router.post("/b", ping);
    const [first, second] = router["~declarations"];
    expect(first!.endpoint.name).toBe("ping");
    expect(first!.endpoint).toBe(second!.endpoint);
  });

  it("works without its router", () => {
    const router = new Router();
    const { get } = router;
    get("/x", () => 1);
    expect(written(router)).toEqual(["GET /x"]);
  });
});

describe("a table", () => {
  it("records its rows in order", () => {
    const router = new Router();
    router.route(read, {
      "GET /items/{itemId}": { summary: "Read an item" },
      "QUERY /x": { bind: { itemId: constant("x") } },
    });
    expect(router["~declarations"]).toMatchObject([
      { method: "GET", path: "/items/{itemId}", endpoint: read, options: { summary: "Read an item" } },
      {
        method: "QUERY",
        path: "/x",
        endpoint: read,
        options: { bind: { itemId: { in: "constant", value: "x" } } },
      },
    ]);
  });

  it("records what is no route as it stands, for start-up to refuse", () => {
    const router = new Router();
    router.route(read, { "GET/x": {}, "get /x": {}, "": {}, "GET  /two spaces": {} } as {});
    expect(router["~declarations"].map(({ method, path: at }) => [method, at])).toEqual([
      ["", "GET/x"],
      ["get", "/x"],
      ["", ""],
      ["GET", " /two spaces"],
    ]);
  });
});

describe("a route as data", () => {
  it("is recorded unchecked", () => {
    const router = new Router();
    router.add({
      method: "fetch",
      path: "nowhere",
      endpoint: read,
      summary: "x",
      bind: { itemId: constant(1) },
    });
    expect(router["~declarations"]).toMatchObject([
      {
        method: "fetch",
        path: "nowhere",
        endpoint: read,
        options: { summary: "x", bind: { itemId: { value: 1 } } },
      },
    ]);
    expect(router["~declarations"][0]!.options).not.toHaveProperty("endpoint");
  });
});

describe("every declaration", () => {
  it("knows where it was made", () => {
    const router = new Router();
    router.get("/a", () => 1);
    router.get(["/b", "/c"], () => 1);
    router.route(() => 1, { "GET /d": {} });
    router.add({ method: "GET", path: "/e", endpoint: () => 1 });
    const [a, b, c, d, e] = router["~declarations"].map(({ declaredBy }) => declaredAt(declaredBy));
    expect(a).toMatch(/router\.test\.ts:\d+$/);
    expect(b).toBe(c);
    expect(new Set([a, b, d, e]).size).toBe(4);
  });
});

describe("a router", () => {
  it("keeps its own options", () => {
    const options = { prefix: "/items", tags: ["Items"], dependencies: [guard], deprecated: true } as const;
    expect(new Router(options)["~options"]).toEqual(options);
    expect(new Router()["~options"]).toEqual({});
  });

  it("includes others, the same one several times, and sees what they add later", () => {
    const [outer, inner] = [new Router(), new Router()];
    outer.include(inner, { prefix: "/v1", tags: ["v1"] });
    outer.include(inner);
    inner.get("/x", () => 1);
    expect(outer["~includes"]).toEqual([
      { router: inner, options: { prefix: "/v1", tags: ["v1"] } },
      { router: inner, options: {} },
    ]);
    expect(written(outer["~includes"][0]!.router)).toEqual(["GET /x"]);
  });

  it("keeps error handlers and middleware in order", () => {
    const router = new Router();
    const [first, second] = [() => 1, () => 2];
    router.onError(HttpError, first);
    router.onError(404, second);
    router.use(first);
    router.use(second);
    expect(router["~errorHandlers"]).toEqual([
      { on: HttpError, handler: first },
      { on: 404, handler: second },
    ]);
    expect(router["~middleware"]).toEqual([first, second]);
  });

  it.each<[call: (router: any) => void, told: string]>([
    [(router) => router.get(read, "/x"), "get takes a path and an endpoint, in this order, not a function"],
    [(router) => router.route("/x", read), "route takes an endpoint and a table, not a function"],
    [(router) => router.route("/x", null), "route takes an endpoint and a table, not null"],
    [(router) => router.include(read), "include takes a router, not a function"],
    [(router) => router.use({}), "use takes a function (context, next), not an object"],
    [(router) => router.onError(() => 1), "onError takes a class of errors or a status, and a handler"],
    [(router) => router.onError("404", () => 1), 'and a handler, not the text "404" and a function'],
  ])("refuses what only a program without types can give it: %s", (call, told) => {
    expect(() => call(new Router())).toThrow(told);
  });
});
