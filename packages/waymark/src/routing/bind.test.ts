import { describe, expect, test } from "vitest";
import { z } from "zod";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { body } from "../inputs/body.ts";
import { constant } from "../inputs/constant.ts";
import { cookie } from "../inputs/cookie.ts";
import { given } from "../inputs/given.ts";
import { path } from "../inputs/path.ts";
import { query } from "../inputs/query.ts";
import { request } from "../inputs/request.ts";
import { response } from "../inputs/response.ts";
import {
  mistakesOf,
  readItem,
  resolveOne,
  routerOf,
  shown,
  tenant,
  text,
  token,
  toldOf,
} from "./resolving.fixture.ts";

describe("names of the path", () => {
  test("match exactly first", () => {
    expect(shown(resolveOne("GET /items/{itemId}", readItem).sources)).toEqual([
      "itemId: path itemId",
      "limit: query limit",
      "lang: header accept-language",
    ]);
  });

  test("then one leftover name goes to the one leftover input", () => {
    expect(shown(resolveOne("GET /products/{productId}", readItem).sources)[0]).toBe(
      "itemId: path productId",
    );
  });

  test("an input whose marker gives it a name is matched by that name, or takes a leftover", () => {
    const named = endpoint({ input: { id: path(text, { name: "item" }) } }, function named() {});
    expect(shown(resolveOne("GET /{item}", named).sources)).toEqual(["id: path item"]);
    expect(shown(resolveOne("GET /{other}", named).sources)).toEqual(["id: path other"]);
  });

  test("two leftover names, or two leftover inputs, are for the route to say", () => {
    const two = endpoint({ input: { a: path(text), b: path(text) } }, function two() {});
    expect(toldOf("GET /{x}/{y}", readItem)).toEqual(["WM201 '/{x}/{y}' must contain {itemId}"]);
    expect(toldOf("GET /{x}", two)).toEqual([
      "WM201 '/{x}' must contain {a}",
      "WM201 '/{x}' must contain {b}",
    ]);
    expect(shown(resolveOne("GET /{a}/{x}", two).sources)).toEqual(["a: path a", "b: path x"]);
    expect(shown(resolveOne("GET /{x}/{y}", two, { bind: { a: "x" } }).sources)).toEqual([
      "a: path x",
      "b: path y",
    ]);
  });

  test("two inputs that read one name are matched as one", () => {
    const both = endpoint(
      { input: { id: path(text), again: path(text, { name: "id" }) } },
      function both() {},
    );
    expect(shown(resolveOne("GET /{other}", both).sources)).toEqual(["id: path other", "again: path other"]);
  });

  test("a name of a prefix is never leftover: that would hand a tenant to a user", () => {
    expect(toldOf("GET /items", readItem, {}, { prefix: "/tenants/{tenantId}" })).toEqual([
      "WM201 '/tenants/{tenantId}/items' must contain {itemId}",
    ]);
    expect(
      shown(
        resolveOne(
          "GET /items/{sku}",
          readItem,
          { dependencies: [tenant] },
          { prefix: "/tenants/{tenantId}" },
        ).sources,
      )[0],
    ).toBe("itemId: path sku");
    expect(shown(resolveOne("GET /more", readItem, {}, { prefix: "/items/{itemId}" }).sources)[0]).toBe(
      "itemId: path itemId",
    );
  });

  test("an input of a dependency never takes a leftover name", () => {
    const ofTenant = endpoint({ input: { t: tenant } }, function ofTenant() {});
    expect(toldOf("GET /{org}", ofTenant)).toEqual(["WM201 '/{org}' must contain {tenantId}"]);
    expect(
      toldOf(
        "GET /{org}",
        endpoint({}, function none() {}),
        { dependencies: [tenant] },
      ),
    ).toEqual(["WM201 '/{org}' must contain {tenantId}"]);
  });

  test("a name that a dependency reads is not leftover", () => {
    expect(shown(resolveOne("GET /{tenantId}/{sku}", readItem, { dependencies: [tenant] }).sources)[0]).toBe(
      "itemId: path sku",
    );
  });

  test("a name that nothing reads is a mistake", () => {
    const plain = endpoint({}, function plain() {});
    expect(toldOf("GET /x/{a}/{b}", plain)).toEqual([
      "WM202 nothing reads {a} of '/x/{a}/{b}'",
      "WM202 nothing reads {b} of '/x/{a}/{b}'",
    ]);
    expect(toldOf("GET /{itemId}/{b}", readItem)).toEqual(["WM202 nothing reads {b} of '/{itemId}/{b}'"]);
    expect(toldOf("GET /items/{id}", readItem, { bind: { itemId: constant("1") } })).toEqual([
      "WM202 nothing reads {id} of '/items/{id}'",
    ]);
    expect(toldOf("GET /x", plain, {}, { prefix: "/{tenantId}" })).toEqual([
      "WM202 nothing reads {tenantId} of '/{tenantId}/x'",
    ]);
  });

  test("a parameter as other frameworks write it is a mistake, whether anything is read or not", () => {
    const nothing = endpoint({}, function nothing() {});
    for (const target of [readItem, nothing])
      expect(toldOf("GET /items/:itemId", target)).toEqual([
        "WM103 '/items/:itemId' has ':itemId': a parameter is written {itemId}",
      ]);
    expect(toldOf("GET /items:search", nothing)).toEqual([]);
  });

  test("the remedy names an input that may read it, and none that is read from elsewhere of necessity", () => {
    const remedyOf = (input: Record<string, never>) => {
      const target = endpoint({ input }, function target() {});
      return mistakesOf(routerOf({ "GET /users/{owner}": [target] }))[0]?.remedy;
    };
    expect(remedyOf({ request: request(), owner_: query(text) } as never)).toBe(
      'Take it out of the path, or say which input it is with bind: { owner_: path(…, { name: "owner" }) }.',
    );
    expect(remedyOf({ request: request(), filter: query.all(z.object({ tag: text })) } as never)).toBe(
      "Take it out of the path, or give the function an input for it.",
    );
  });

  test("a missing name is told of once, and before those that nothing reads", () => {
    const ofTenant = endpoint({ input: { t: tenant, tenantId: path(text) } }, function ofTenant() {});
    expect(toldOf("GET /{x}/{y}", ofTenant, { dependencies: [tenant] })).toEqual([
      "WM201 '/{x}/{y}' must contain {tenantId}",
    ]);
  });
});

describe("an optional path input", () => {
  const opt = endpoint({ input: { lang: path(text.default("en")), id: path(text) } }, function opt() {});

  test("may be left out of the path", () => {
    expect(shown(resolveOne("GET /{id}", opt).sources)).toEqual(["lang: absent", "id: path id"]);
    expect(shown(resolveOne("GET /{lang}/{id}", opt).sources)).toEqual(["lang: path lang", "id: path id"]);
  });

  test("takes a leftover name only when no required one wants it", () => {
    expect(shown(resolveOne("GET /{other}", opt).sources)).toEqual(["lang: absent", "id: path other"]);
    expect(shown(resolveOne("GET /{id}/{other}", opt).sources)).toEqual(["lang: path other", "id: path id"]);
    expect(toldOf("GET /{x}/{y}", opt)).toEqual(["WM201 '/{x}/{y}' must contain {id}"]);
  });

  test("has to be there under a name that the route itself says", () => {
    expect(toldOf("GET /{id}", opt, { bind: { lang: "language" } })).toEqual([
      "WM201 '/{id}' must contain {language}",
    ]);
    expect(
      shown(
        resolveOne("GET /{id}", opt, { bind: { lang: path(text.optional(), { name: "language" }) } }).sources,
      ),
    ).toEqual(["lang: absent", "id: path id"]);
  });

  test("of a dependency is absent, too", () => {
    const region = dependency({ input: { region: path(text.optional()) } }, function region() {});
    const [guard] = resolveOne("GET /items/{itemId}", readItem, { dependencies: [region] }).guards;
    expect(shown(guard!.sources)).toEqual(["region: absent"]);
  });
});

describe("bind", () => {
  test("a string is another wire name in the same place", () => {
    const route = resolveOne("GET /shelf/{sku}", readItem, {
      bind: { itemId: "sku", limit: "per_page", lang: "X-Lang" },
    });
    expect(shown(route.sources)).toEqual([
      "itemId: path sku",
      "limit: query per_page",
      "lang: header x-lang",
    ]);
  });

  test("a name said by the route has to be in the path", () => {
    expect(toldOf("GET /shelf/{sku}", readItem, { bind: { itemId: "who" } })).toEqual([
      "WM201 '/shelf/{sku}' must contain {who}",
    ]);
    expect(toldOf("GET /shelf/{sku}", readItem, { bind: { itemId: path(text, { name: "who" }) } })).toEqual([
      "WM201 '/shelf/{sku}' must contain {who}",
    ]);
  });

  test("a marker or a dependency is another source", () => {
    const newest = dependency({}, function newest() {});
    const route = resolveOne("GET /newest", readItem, {
      bind: { itemId: newest, limit: constant(5), lang: query(text.optional()) },
    });
    expect(shown(route.sources)).toEqual([
      "itemId: dependency newest",
      "limit: constant 5",
      "lang: query lang",
    ]);
    expect(
      shown(
        resolveOne("GET /{x}", readItem, { bind: { limit: path(z.int()), itemId: cookie(text) } }).sources,
      ),
    ).toEqual(["itemId: cookie itemId", "limit: path x", "lang: header accept-language"]);
  });

  test("names read by what is bound count as read", () => {
    const route = resolveOne("GET /tenants/{tenantId}/default", readItem, { bind: { itemId: tenant } });
    expect(shown(route.sources)[0]).toBe("itemId: dependency tenant");
    expect(toldOf("GET /default", readItem, { bind: { itemId: tenant } })).toEqual([
      "WM201 '/default' must contain {tenantId}",
    ]);
  });

  test("undefined binds nothing", () => {
    expect(shown(resolveOne("GET /{itemId}", readItem, { bind: { itemId: undefined } }).sources)[0]).toBe(
      "itemId: path itemId",
    );
  });

  test("binds own keys alone: an input may be called like a member of every object", () => {
    const odd = endpoint(
      { input: { constructor: query(text), toString: query(text) } as {} },
      function odd() {},
    );
    expect(shown(resolveOne("GET /", odd, { bind: {} }).sources)).toEqual([
      "constructor: query constructor",
      "toString: query toString",
    ]);
  });

  test("a misspelt input is told with the one that was meant", () => {
    expect(toldOf("GET /{itemId}", readItem, { bind: { limt: "x" } })).toEqual([
      "WM204 the function has no input 'limt': did you mean 'limit'?",
    ]);
    expect(toldOf("GET /{itemId}", readItem, { bind: { toString: "x" } })).toEqual([
      "WM204 the function has no input 'toString'",
    ]);
  });

  test("a plain value is no source", () => {
    expect(toldOf("GET /{itemId}", readItem, { bind: { limit: 10 } })).toEqual([
      "WM207 'limit' is bound to the number 10, which is no source",
    ]);
    expect(toldOf("GET /{itemId}", readItem, { bind: { limit: () => 10 } })[0]).toContain(
      "is bound to the function limit, which is no source",
    );
    expect(toldOf("GET /{itemId}", readItem, { bind: { limit: null } })[0]).toContain("is bound to null");
  });

  test("a string is for what has a name on the wire", () => {
    const all = endpoint(
      { input: { a: constant(1), b: request(), c: response(), d: tenant, e: given<1>(), f: token as never } },
      function all() {},
    );
    expect(
      toldOf("GET /{tenantId}", all, { bind: { a: "x", b: "x", c: "x", d: "x", e: "x", f: "x" } }).slice(
        0,
        6,
      ),
    ).toEqual(
      ["a", "b", "c", "d", "e", "f"].map(
        (key) => `WM205 '${key}' has no name on the wire: bind a source to it`,
      ),
    );
  });

  test("a given input has to be bound", () => {
    const profile = endpoint({ input: { version: given<1 | 2>() } }, function profile() {});
    expect(toldOf("GET /", profile)).toEqual(["WM203 'version' has no source of its own: bind it"]);
    expect(toldOf("GET /", profile, { bind: { version: given() } })).toEqual([
      "WM203 'version' has no source of its own: bind it",
    ]);
    expect(shown(resolveOne("GET /", profile, { bind: { version: constant(2) } }).sources)).toEqual([
      "version: constant 2",
    ]);
  });

  test("names that HTTP cannot carry are refused", () => {
    expect(toldOf("GET /{itemId}", readItem, { bind: { lang: "x lang" } })).toEqual([
      "WM209 'x lang' cannot be the name of a header",
    ]);
    expect(
      toldOf(
        "GET /",
        endpoint({ input: { c: cookie(text, { name: "a=b" }) } }, function cookies() {}),
      ),
    ).toEqual(["WM209 'a=b' cannot be the name of a cookie"]);
    expect(toldOf("GET /{itemId}", readItem, { bind: { limit: "" } })).toEqual([
      "WM209 '' cannot be the name of a query",
    ]);
  });
});

describe("bodies", () => {
  const one = endpoint({ input: { item: body(z.object({ a: text })) } }, function one() {});
  const two = endpoint(
    { input: { item: body(z.object({ a: text })), note: body(text, { name: "remark" }) } },
    function two() {},
  );

  test("one is the whole body, several are keyed by name", () => {
    expect(shown(resolveOne("POST /", one).sources)).toEqual(["item: body (whole)"]);
    expect(shown(resolveOne("POST /", two).sources)).toEqual(["item: body item", "note: body remark"]);
    expect(shown(resolveOne("POST /", two, { bind: { item: "product" } }).sources)).toEqual([
      "item: body product",
      "note: body remark",
    ]);
  });

  test("the endpoint decides, not what a bind leaves", () => {
    expect(shown(resolveOne("POST /", two, { bind: { note: constant("x") } }).sources)).toEqual([
      "item: body item",
      'note: constant "x"',
    ]);
    expect(shown(resolveOne("POST /", one, { bind: { item: body(z.object({})) } }).sources)).toEqual([
      "item: body (whole)",
    ]);
  });

  test("the whole body has no name to bind", () => {
    expect(toldOf("POST /", one, { bind: { item: "product" } })).toEqual([
      "WM206 'item' is the whole body, which has no name on the wire: bind a source to it",
    ]);
  });

  test("those of a dependency are its own matter", () => {
    const signed = dependency({ input: { raw: body(z.object({ a: text })) } }, function signed() {});
    const route = resolveOne("POST /", two, { dependencies: [signed] });
    expect(shown(route.guards[0]!.sources)).toEqual(["raw: body (whole)"]);
    const pair = dependency({ input: { x: body(text), y: body(text) } }, function pair() {});
    expect(
      shown(resolveOne("POST /", one, { dependencies: [pair], rename: { x: "left" } }).guards[0]!.sources),
    ).toEqual(["x: body left", "y: body y"]);
  });
});

test("an input cannot be called __proto__, which would be the prototype of what the function is given", () => {
  const told = ["WM214 '__proto__' cannot be the name of an input"];
  const input = { ["__proto__"]: query(text) };
  expect(
    toldOf(
      "GET /",
      endpoint({ input }, function odd() {}),
    ),
  ).toEqual(told);
  const guard = dependency({ input }, function guard() {});
  expect(
    toldOf(
      "GET /",
      endpoint({ dependencies: [guard] }, function guarded() {}),
    ),
  ).toEqual(told);
});
