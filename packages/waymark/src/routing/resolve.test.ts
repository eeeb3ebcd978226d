import { describe, expect, test } from "vitest";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { body } from "../inputs/body.ts";
import { request } from "../inputs/request.ts";
import { resolveRoutes } from "./resolve.ts";
import { mistakesOf, readItem, routerOf, text, told, toldOf } from "./resolving.fixture.ts";
import { Router } from "./router.ts";

describe("mistakes of a route", () => {
  const plain = endpoint({}, function plain() {});

  test.each([
    ["FETCH /x", {}, "WM101 'FETCH' is not a method"],
    ["get /x", {}, "WM101 'get' is not a method"],
    ["GET x", {}, "WM103 'x' must start with '/'"],
    ["GET /{x", {}, "WM103 '/{x' has a '{' that is never closed"],
    ["GET /x", { sumary: "x" }, "WM401 'sumary' is not an option of a route: did you mean 'summary'?"],
    ["GET /x", { colour: "x" }, "WM401 'colour' is not an option of a route"],
    ["GET /x", { map: () => 1 }, "WM403 map needs output, the schema of what it returns"],
    ["GET /x", { status: 100 }, "WM404 100 is not a status of a reply"],
    ["GET /x", { status: 200.5 }, "WM404 200.5 is not a status of a reply"],
    ["GET /x", { status: 600 }, "WM404 600 is not a status of a reply"],
    [
      "GET /x",
      { status: 204, output: text },
      "WM405 a 204 reply has no content, and this route has an output",
    ],
    [
      "GET /x",
      { status: 304, output: text },
      "WM405 a 304 reply has no content, and this route has an output",
    ],
    ["GET /x", { deprecated: { since: "soon" } }, 'WM406 deprecated.since is "soon", which is not a date'],
    ["GET /x", { errors: { 200: "fine" } }, "WM408 errors declares 200, which is not the status of an error"],
  ])("%s with %o", (route, about, sentence) => {
    expect(toldOf(route, plain, about)).toEqual([sentence]);
  });

  test("a table's key without a method is shown as it is", () => {
    const router = new Router();
    router.route(plain, { "GET/x": {} } as never);
    expect(told(router)).toEqual(["WM102 'GET/x' must look like 'GET /path'"]);
  });

  test("204 without output, and a body on GET, are none", () => {
    expect(toldOf("GET /x", plain, { status: 204 })).toEqual([]);
    expect(
      toldOf(
        "GET /x",
        endpoint({ input: { item: body(text) } }, function search() {}),
      ),
    ).toEqual([]);
  });

  test("two routes of one method and shape are told with both places", () => {
    const router = routerOf({
      "GET /items/{itemId}": [readItem],
      "POST /items/{itemId}": [readItem],
      "GET /items/{id}": [readItem],
    });
    const [mistake, ...others] = mistakesOf(router);
    expect(others).toEqual([]);
    expect(mistake).toMatchObject({
      code: "WM601",
      message: "'GET /items/{id}' is the same route as 'GET /items/{itemId}'",
      route: "GET /items/{id}",
    });
    expect(mistake!.at).toMatch(/resolve\.test\.ts:\d+$/);
    expect(mistake!.remedy).toMatch(/^The other one is at .*resolve\.test\.ts:\d+: take one of them away\.$/);
  });

  test("the operationIds of two routes that are the same are not told of besides", () => {
    const row = { method: "GET", path: "/a", endpoint: plain };
    const router = new Router();
    for (const each of [row, row, row]) router.add(each);
    expect(told(router)).toEqual([
      "WM601 'GET /a' is the same route as 'GET /a'",
      "WM601 'GET /a' is the same route as 'GET /a'",
    ]);
  });

  test("clashing operationIds are told", () => {
    const another = endpoint({ name: "plain" }, () => {});
    expect(told(routerOf({ "GET /a": [plain], "GET /b": [another] }))).toEqual(
      ["WM602 the operationId 'plain' is also that of GET /a"].map((each) => expect.stringContaining(each)),
    );
    expect(told(routerOf({ "GET /a": [plain], "GET /b": [another, { operationId: "other" }] }))).toEqual([]);
  });

  test("two canonical routes of one function are told", () => {
    expect(
      told(routerOf({ "GET /a": [plain, { canonical: true }], "GET /b": [plain, { canonical: true }] })),
    ).toEqual(["WM409 plain has another canonical route: GET /a"]);
  });

  test("a misspelt key of a contract is told once", () => {
    const bad = endpoint({ sumary: "x" } as never, function bad() {});
    const dep = dependency({ scop: "app" } as never, function dep() {});
    expect(told(routerOf({ "GET /a": [bad, { dependencies: [dep] }], "GET /b": [bad] }))).toEqual([
      "WM402 'sumary' is not an option of an endpoint: did you mean 'summary'?",
      "WM402 'scop' is not an option of a dependency: did you mean 'scope'?",
    ]);
  });

  test("an input that is no marker is told", () => {
    expect(
      toldOf(
        "GET /",
        endpoint({ input: { a: text as never } }, function x() {}),
      ),
    ).toEqual(["WM211 the input 'a' is a schema, not a marker"]);
  });

  test("a function in place of a marker was not called, or is a dependency to be", () => {
    for (const slip of [request, () => 1]) {
      const [mistake] = mistakesOf(
        routerOf({ "GET /": [endpoint({ input: { a: slip as never } }, function x() {})] }),
      );
      expect(mistake?.code).toBe("WM211");
      expect(mistake?.remedy).toBe(
        "Call what makes a marker: request(). A function whose result is wanted is a dependency: dependency({ input: { … } }, function).",
      );
    }
  });

  test("a name that an input without a marker was meant to read is not told of as well", () => {
    const bare = endpoint({ input: { a: text as never } }, function x() {});
    const guard = dependency({ input: { a: text as never } }, () => {});
    expect(toldOf("GET /{a}", bare)).toEqual(["WM211 the input 'a' is a schema, not a marker"]);
    expect(
      toldOf(
        "GET /{a}",
        endpoint({ dependencies: [guard] }, function y() {}),
      ),
    ).toEqual(["WM211 the input 'a' is a schema, not a marker"]);
  });

  test("all of them come at once, each with its route and place", () => {
    const router = routerOf({
      "FETCH /a": [plain],
      "GET /b/{x}": [plain],
      "GET /c": [readItem, { sumary: "", bind: { limt: "l" } }],
    });
    const found = mistakesOf(router);
    expect(found.map(({ route, code }) => [route, code])).toEqual([
      ["FETCH /a", "WM101"],
      ["GET /b/{x}", "WM202"],
      ["GET /c", "WM401"],
      ["GET /c", "WM204"],
      ["GET /c", "WM201"],
    ]);
    for (const { at, remedy } of found) {
      expect(at).toMatch(/^packages\/.*resolve\.test\.ts:\d+$/);
      expect(remedy).toMatch(/[.?]$/);
    }
    expect(() => resolveRoutes(router)).toThrow(
      "GET /b/{x}, at packages/waymark/src/routing/resolve.test.ts:",
    );
  });
});
