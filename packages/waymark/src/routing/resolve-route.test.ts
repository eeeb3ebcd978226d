import { describe, expect, test } from "vitest";
import { z } from "zod";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { body } from "../inputs/body.ts";
import { header } from "../inputs/header.ts";
import { query } from "../inputs/query.ts";
import { resolveRoutes } from "./resolve.ts";
import { Router } from "./router.ts";
import { mistakesOf, resolveOne, routerOf, text, toldOf } from "./resolving.fixture.ts";

describe("what a route says goes before what its endpoint says", () => {
  const about = endpoint(
    {
      summary: "S",
      description: "D",
      status: 201,
      hidden: true,
      trusted: true,
      metadata: { a: 1, b: 1 },
      output: z.object({ x: text }),
      errors: {},
    },
    function about() {
      return { x: "" };
    },
  );

  test("nothing said on the route", () => {
    const route = resolveOne("POST /", about);
    expect(route).toMatchObject({
      summary: "S",
      description: "D",
      status: 201,
      hidden: true,
      trusted: true,
      metadata: { a: 1, b: 1 },
      canonical: false,
      map: undefined,
      name: "about",
    });
    expect(route.output).toBe(about.contract.output);
  });

  test("everything said on the route", () => {
    const output = z.object({ y: text });
    const map = (): unknown => ({ y: "" });
    const route = resolveOne("POST /", about, {
      summary: "s",
      description: "d",
      status: 202,
      hidden: false,
      trusted: false,
      metadata: { b: 2 },
      output,
      map,
      canonical: true,
    });
    expect(route).toMatchObject({
      summary: "s",
      description: "d",
      status: 202,
      hidden: false,
      trusted: false,
      metadata: { a: 1, b: 2 },
      canonical: true,
    });
    expect(route.output).toBe(output);
    expect(route.map).toBe(map);
  });

  test("trusted is the application's word where nobody says", () => {
    const router = routerOf({
      "GET /a": [endpoint({}, function x() {})],
      "GET /b": [endpoint({ trusted: false }, function y() {})],
    });
    expect(resolveRoutes(router, { trusted: true }).map(({ trusted }) => trusted)).toEqual([true, false]);
  });

  test("a function without a name is called by method and template", () => {
    expect(
      resolveOne(
        "GET /ping",
        endpoint({}, () => {}),
      ),
    ).toMatchObject({ name: "get_ping", operationId: "get_ping" });
  });
});

describe("schemas", () => {
  test("that no place can use are told with route and input, once", () => {
    const bad = endpoint(
      { input: { when: query(z.union([text, z.array(text)])), f: body(z.custom<() => void>()) } },
      function bad() {},
    );
    const found = mistakesOf(routerOf({ "GET /a": [bad], "GET /b": [bad] }));
    expect(found.map(({ code, message, route }) => [code, route, message.split(":")[0]])).toEqual([
      ["WM501", "GET /a", "the input 'when'"],
      ["WM501", "GET /a", "the input 'f'"],
    ]);
  });

  test("of dependencies, outputs and errors are looked at, too", () => {
    const odd = z.custom<() => void>();
    const dep = dependency({ input: { q: query(odd) } }, function dep() {});
    const bad = endpoint(
      { output: odd, errors: { 409: { description: "x", schema: odd } } },
      (() => undefined) as never,
    );
    expect(toldOf("GET /a", bad, { dependencies: [dep] }).map((each) => each.split(":")[0])).toEqual([
      "WM501 the input 'q' of the dependency dep",
      "WM501 the output",
      "WM501 the error 409",
    ]);
  });

  test("of one name in one place are the same", () => {
    const paging = dependency({ input: { limit: query(z.int().default(10)) } }, function paging() {});
    const same = endpoint({ input: { paging, limit: query(z.int().default(10)) } }, function same() {});
    expect(toldOf("GET /", same)).toEqual([]);
    const differs = endpoint({ input: { paging, limit: query(text) } }, function differs() {});
    expect(toldOf("GET /", differs)).toEqual([
      "WM502 the query 'limit' is read with different schemas, by 'limit' and 'limit' of the dependency paging",
    ]);
    expect(toldOf("GET /", differs, { bind: { limit: "count" } })).toEqual([]);
    expect(toldOf("GET /", differs, { rename: { limit: "max" } })).toEqual([]);
    const elsewhere = endpoint(
      { input: { limit: query(text), other: header(z.int(), { name: "limit" }) } },
      function elsewhere() {},
    );
    expect(toldOf("GET /", elsewhere)).toEqual([]);
  });
});

describe("what stands where a function belongs", () => {
  const told = (given: unknown): string[] => {
    const router = new Router();
    router.add({ method: "GET", path: "/x", endpoint: given as () => unknown });
    return mistakesOf(router).map(({ code, message }) => `${code} ${message}`);
  };
  const argued = "WM213 the function takes arguments, and nothing says where they come from";

  test("is a function, and one without arguments unless it is an endpoint's", () => {
    expect(told(() => 1)).toEqual([]);
    expect(told(endpoint({}, (_values) => 1))).toEqual([]);
    expect(told((request: { url: string }) => request.url)).toEqual([argued]);
    expect(told(({ id }: { id: string }) => id)).toEqual([argued]);
  });

  test("and is shown where it is none", () => {
    expect(told(undefined)).toEqual(["WM212 undefined stands where the function belongs"]);
    expect(told(Promise.resolve(() => 1))).toEqual(["WM212 a promise stands where the function belongs"]);
    expect(told((endpoint as (run: unknown) => unknown)(() => 1))).toEqual([
      "WM212 undefined stands where the function belongs",
    ]);
    expect(told((endpoint as (...given: unknown[]) => unknown)("GET /x", () => 1))).toEqual([
      'WM411 the text "GET /x" stands where the options of an endpoint belong',
    ]);
  });
});
