import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import { Type } from "typebox";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { constant, cookie, dependency, endpoint, header, query } from "../index.ts";
import { App } from "../app.ts";
import type { Issue } from "../http/validation-error.ts";
import { StartUpError } from "../start-up-error.ts";
import { typebox } from "../schema/typebox.ts";
import { apiKey } from "../security/index.ts";
import type { Schema } from "./input.ts";

const Page = z.object({
  limit: z.int().min(1).max(100).default(10),
  tags: z.array(z.string()).default([]),
  cursor: z.string().optional(),
});

/** What a route answers with, which gives its one input back. */
function echoing(input: Record<string, any>, options: object = {}): App {
  const app = new App({ logger: { error() {}, warn() {} } });
  app.add({ method: "GET", path: "/", endpoint: endpoint({ input }, (values) => values), ...options });
  return app;
}
async function answer(app: App, target: string, headers: Record<string, string> = {}): Promise<unknown> {
  return (await app.request(`GET ${target}`, { headers })).json();
}
async function issues(app: App, target: string, headers: Record<string, string> = {}): Promise<unknown[][]> {
  const { status, errors } = (await answer(app, target, headers)) as Refused;
  expect(status).toBe(422);
  return errors.map((each) => [each.in, each.name, each.path, each.code]);
}
interface Refused {
  readonly status: number;
  readonly errors: readonly Issue[];
}

describe("a group of the query", () => {
  const app = echoing({ page: query.all(Page) });

  it("reads each property under its own name, and fills in defaults", async () => {
    expect(await answer(app, "/?limit=5&tags=a&tags=b&other=x")).toEqual({
      page: { limit: 5, tags: ["a", "b"] },
    });
    expect(await answer(app, "/")).toEqual({ page: { limit: 10, tags: [] } });
  });

  it("tells of every mistake by the name on the wire", async () => {
    expect(await issues(app, "/?limit=0&cursor=a&cursor=b")).toEqual([
      ["query", "cursor", [], "repeated"],
      ["query", "limit", [], "too_small"],
    ]);
    expect(await issues(app, "/?limit=many")).toEqual([["query", "limit", [], "invalid_type"]]);
  });

  it("reads under other names where they are given", async () => {
    const renamed = echoing({ page: query.all(Page, { names: { limit: "per_page" } }) });
    expect(await answer(renamed, "/?per_page=5&limit=7")).toEqual({ page: { limit: 5, tags: [] } });
    expect(await issues(renamed, "/?per_page=0")).toEqual([["query", "per_page", [], "too_small"]]);
  });

  it("is judged as a whole: what several properties say together has no name", async () => {
    const Range = z
      .object({ from: z.int(), to: z.int() })
      .refine(({ from, to }) => from <= to, "from is after to");
    const ranged = echoing({ range: query.all(Range) });
    expect(await answer(ranged, "/?from=1&to=2")).toEqual({ range: { from: 1, to: 2 } });
    expect(await issues(ranged, "/?from=3&to=2")).toEqual([["query", "", [], "custom"]]);
    expect(await issues(ranged, "/?from=x")).toEqual([
      ["query", "from", [], "invalid_type"],
      ["query", "to", [], "invalid_type"],
    ]);
  });

  it("waits for a schema that answers later, also about what was read of the rest", async () => {
    const Taken = z.object({
      n: z.int(),
      name: z.string().refine(async (name) => name !== "ada", "is taken"),
    });
    const slow = echoing({ group: query.all(Taken) });
    expect(await answer(slow, "/?n=1&name=bob")).toEqual({ group: { n: 1, name: "bob" } });
    expect(await issues(slow, "/?n=1&name=ada")).toEqual([["query", "name", [], "custom"]]);
    expect(await issues(slow, "/?n=x&name=ada")).toEqual([
      ["query", "n", [], "invalid_type"],
      ["query", "name", [], "custom"],
    ]);
  });

  it("may be absent as a whole", async () => {
    const optional = echoing({ page: query.all(z.object({ limit: z.int() }).optional()) });
    expect(await answer(optional, "/?other=1")).toEqual({});
    expect(await answer(optional, "/?limit=1")).toEqual({ page: { limit: 1 } });
  });

  it("takes comma lists and spread objects by its style", async () => {
    const Listed = z.object({ ids: z.array(z.int()), name: z.string() });
    const listed = echoing({ q: query.all(Listed, { explode: false }) });
    expect(await answer(listed, "/?ids=1,2&name=a,b")).toEqual({ q: { ids: [1, 2], name: "a,b" } });
    const Deep = z.strictObject({
      price: z.object({ min: z.number().optional() }),
      tags: z.array(z.string()),
    });
    const deep = echoing({ q: query.all(Deep, { style: "deepObject" }) });
    expect(await answer(deep, "/?price[min]=1.5&tags=a")).toEqual({
      q: { price: { min: 1.5 }, tags: ["a"] },
    });
    expect(await issues(deep, "/?price[min]=x&tags=a&other=1")).toEqual([
      ["query", "price", ["min"], "invalid_type"],
      ["query", "other", [], "unrecognized_keys"],
    ]);
  });

  it("knows the properties of a union's objects", async () => {
    const By = z.discriminatedUnion("by", [
      z.object({ by: z.literal("id"), id: z.int() }),
      z.object({ by: z.literal("name"), name: z.string() }),
    ]);
    const union = echoing({ q: query.all(By) });
    expect(await answer(union, "/?by=id&id=7")).toEqual({ q: { by: "id", id: 7 } });
    expect(await answer(union, "/?by=name&name=7")).toEqual({ q: { by: "name", name: "7" } });
  });
});

describe("names that a group does not know", () => {
  const Strict = z.strictObject({ limit: z.int().default(10) });

  it("are refused one by one by an object without further keys", async () => {
    const app = echoing({ page: query.all(Strict) });
    expect(await answer(app, "/?limit=3")).toEqual({ page: { limit: 3 } });
    expect(await issues(app, "/?a=1&limit=1000000000000000000000&b=2&b=3&__proto__=x")).toEqual([
      ["query", "limit", [], "invalid_type"],
      ["query", "a", [], "unrecognized_keys"],
      ["query", "b", [], "unrecognized_keys"],
      ["query", "__proto__", [], "unrecognized_keys"],
    ]);
    expect(await issues(app, "/?limit=1.5&a=1")).toContainEqual(["query", "a", [], "unrecognized_keys"]);
  });

  it("are told beside what the library says of the rest", async () => {
    const app = echoing({ page: query.all(z.strictObject({ limit: z.int().max(5) })) });
    expect(await issues(app, "/?limit=7&a=1")).toEqual([
      ["query", "a", [], "unrecognized_keys"],
      ["query", "limit", [], "too_big"],
    ]);
  });

  it("are not those that anything else on the route reads", async () => {
    const deep = dependency(
      {
        input: {
          filter: query(z.object({ color: z.string().optional() }).default({}), { style: "deepObject" }),
        },
      },
      function deep({ filter }) {
        return filter;
      },
    );
    const guard = dependency(
      { input: { more: query.all(z.strictObject({ trace: z.string().optional() })), deep } },
      () => {},
    );
    const app = echoing(
      { page: query.all(Strict), q: query(z.string().optional()), key: apiKey({ in: "query", name: "key" }) },
      { dependencies: [guard] },
    );
    expect(await answer(app, "/?limit=3&q=x&key=k&trace=t&filter[color]=red")).toEqual({
      page: { limit: 3 },
      q: "x",
      key: "k",
    });
    expect(await issues(app, "/?limit=3&q=x&key=k&trac=t")).toEqual([
      ["query", "trac", [], "unrecognized_keys"],
    ]);
  });

  it("are those that a bind has renamed away", async () => {
    const app = echoing(
      { page: query.all(Strict), q: query(z.string().optional()) },
      { bind: { q: "search" } },
    );
    expect(await answer(app, "/?search=x")).toEqual({ page: { limit: 10 }, q: "x" });
    expect(await issues(app, "/?q=x")).toEqual([["query", "q", [], "unrecognized_keys"]]);
  });

  it("are left alone where the group allows them", async () => {
    const app = echoing({ page: query.all(Strict, { allow: ["utm_source"] }) });
    expect(await answer(app, "/?utm_source=x")).toEqual({ page: { limit: 10 } });
  });

  it("are the object's where it takes further keys, and nobody else's", async () => {
    const app = echoing({
      all: query.all(z.looseObject({ limit: z.int() })),
      key: apiKey({ in: "query", name: "key" }),
    });
    expect(await answer(app, "/?limit=1&a=1&b=1&b=2&key=k")).toEqual({
      all: { limit: 1, a: "1", b: ["1", "2"] },
      key: "k",
    });
    const counted = echoing({ counts: query.all(z.object({ a: z.string() }).catchall(z.int())) });
    expect(await answer(counted, "/?a=1&b=2")).toEqual({ counts: { a: "1", b: 2 } });
    expect(await issues(counted, "/?a=1&b=x")).toEqual([["query", "b", [], "invalid_type"]]);
    const record = echoing({ counts: query.all(z.record(z.string(), z.int())) });
    expect(await answer(record, "/?x=1&y=2")).toEqual({ counts: { x: 1, y: 2 } });
  });

  it("cannot give a property its value under another name, nor a prototype", async () => {
    const app = echoing({
      all: query.all(z.looseObject({ size: z.int().default(1) }), { names: { size: "s" } }),
    });
    expect(await answer(app, "/?size=5")).toEqual({ all: { size: 1 } });
    const text = await (await app.request("GET /?__proto__=x&constructor=y")).text();
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(text).toContain('"constructor":"y"');
  });
});

describe("a group of cookies", () => {
  const Settings = z.strictObject({ theme: z.enum(["light", "dark"]), size: z.int().default(12) });
  const app = echoing({ settings: cookie.all(Settings, { allow: ["sid"] }) });

  it("reads each as a cookie", async () => {
    expect(await answer(app, "/", { cookie: "theme=dark; size=14; sid=1" })).toEqual({
      settings: { theme: "dark", size: 14 },
    });
    expect(await issues(app, "/", { cookie: "theme=blue; ad=1" })).toEqual([
      ["cookie", "ad", [], "unrecognized_keys"],
      ["cookie", "theme", [], "invalid_value"],
    ]);
  });
});

describe("a group of header fields", () => {
  const Trace = z.object({ requestId: z.string(), maxForwards: z.int().optional() });

  it("reads each by its name in kebab-case", async () => {
    const app = echoing({ trace: header.all(Trace) });
    expect(await answer(app, "/", { "Request-Id": "r", "max-forwards": "3", "x-other": "y" })).toEqual({
      trace: { requestId: "r", maxForwards: 3 },
    });
    expect(await issues(app, "/", { "max-forwards": "x" })).toEqual([
      ["header", "max-forwards", [], "invalid_type"],
      ["header", "request-id", [], "invalid_type"],
    ]);
  });

  it("gets every other field where it takes further keys, but for credentials", async () => {
    const app = echoing({
      all: header.all(z.looseObject({ requestId: z.string() }), { names: { requestId: "X-Request-Id" } }),
      key: apiKey({ in: "header", name: "X-Key" }),
    });
    const headers = { "x-request-id": "r", "X-Other": "y", "X-Key": "k" };
    const { all } = (await answer(app, "/", headers)) as { readonly all: object };
    expect(all).toEqual({ requestId: "r", "x-other": "y", host: "localhost" });
  });

  it("cannot refuse fields, which every client and proxy adds", async () => {
    const app = echoing({ trace: header.all(z.strictObject({ a: z.string() })) });
    await expect(app.request("GET /")).rejects.toThrow(
      /a request always has header fields that nobody declared[^]*WM501/,
    );
  });
});

describe("a group", () => {
  it.each<[string, Schema, Schema]>([
    [
      "Valibot",
      toStandardJsonSchema(v.object({ limit: v.optional(v.pipe(v.number(), v.integer()), 10) })),
      toStandardJsonSchema(v.strictObject({ limit: v.optional(v.pipe(v.number(), v.integer()), 10) })),
    ],
    [
      "ArkType",
      type({ limit: "number.integer = 10" }),
      type({ limit: "number.integer = 10", "+": "reject" }),
    ],
    [
      "TypeBox",
      typebox(Type.Object({ limit: Type.Integer({ default: 10 }) })),
      typebox(Type.Object({ limit: Type.Integer({ default: 10 }) }, { additionalProperties: false })),
    ],
  ])("works with %s", async (_, open, closed) => {
    expect(await answer(echoing({ page: query.all(open) }), "/?limit=5&x=1")).toEqual({ page: { limit: 5 } });
    expect(await answer(echoing({ page: query.all(closed) }), "/")).toEqual({ page: { limit: 10 } });
    expect(await issues(echoing({ page: query.all(closed) }), "/?limit=x&a=1")).toEqual([
      ["query", "limit", [], "invalid_type"],
      ["query", "a", [], "unrecognized_keys"],
    ]);
  });

  it("is bound like any input, and renamed inside of a dependency", async () => {
    const search = endpoint({ input: { page: query.all(Page) } }, ({ page }) => page);
    const paging = dependency({ input: { page: query.all(Page) } }, ({ page }) => page);
    const viaDependency = endpoint({ input: { page: paging } }, ({ page }) => page);
    const app = new App();
    app.get("/constant", search, { bind: { page: constant({ limit: 1, tags: ["x"] }) } });
    app.get("/other", search, { bind: { page: query.all(Page, { names: { limit: "n" } }) } });
    app.get("/dependency", search, { bind: { page: paging } });
    app.get("/renamed", viaDependency, { rename: { limit: "n" } });
    expect(await answer(app, "/constant?limit=5")).toEqual({ limit: 1, tags: ["x"] });
    expect(await answer(app, "/other?n=5")).toEqual({ limit: 5, tags: [] });
    expect(await answer(app, "/dependency?limit=6")).toEqual({ limit: 6, tags: [] });
    expect(await answer(app, "/renamed?n=7")).toEqual({ limit: 7, tags: [] });
  });

  it("is read once where two read the same one, and beside a single input of the same name", async () => {
    let judged = 0;
    const Counted = z.object({ limit: z.int() }).refine(() => ++judged > 0);
    const group = query.all(Counted);
    const user = dependency({ input: { group } }, ({ group }) => group.limit);
    const app = echoing({ group, user, limit: query(z.int()) });
    expect(await answer(app, "/?limit=4")).toEqual({ group: { limit: 4 }, user: 4, limit: 4 });
    expect(judged).toBe(1);
  });

  it.each<[string, object, object, string]>([
    ["a schema that is no object", { g: query.all(z.array(z.string())) }, {}, "WM501 the input 'g': a group of inputs is one object: give the schema of an object, with a property for each of them"], // prettier-ignore
    ["an object without a style", { g: query.all(z.object({ o: z.object({}) })) }, {}, 'WM501 the input \'o\' of \'g\': "o" is an object and needs a style'], // prettier-ignore
    ["a string that renames it", { g: query.all(Page) }, { bind: { g: "page" } }, "WM215 'g' has no name on the wire: bind a source to it"], // prettier-ignore
    ["names of no property", { g: query.all(Page, { names: { limt: "n" } as object }) }, {}, "WM216 names of a group says 'limt', which is no property of its schema"], // prettier-ignore
    ["one name for two", { g: query.all(Page, { names: { limit: "cursor" } }) }, {}, "WM217 the properties 'limit' and 'cursor' of a group are both the query 'cursor'"], // prettier-ignore
    ["a name that no header has", { g: header.all(Page, { names: { limit: "a b" } }) }, {}, "WM209 'a b' cannot be the name of a header"], // prettier-ignore
    ["a single input that says otherwise", { g: query.all(Page), limit: query(z.string()) }, {}, "WM502 the query 'limit' is read with different schemas, by 'limit' of 'g' and 'limit'"], // prettier-ignore
  ])("is a mistake with %s", async (_, input, options, sentence) => {
    const app = echoing(input as Record<string, any>, options);
    const error: unknown = await app.start().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StartUpError);
    const { code, message } = (error as StartUpError).mistakes[0]!;
    expect(`${code} ${message}`).toContain(sentence);
  });

  it("is a parameter for each property in the document", () => {
    const Described = z
      .strictObject({
        limit: z.int().max(100).default(10).describe("How many"),
        color: z.enum(["red", "blue"]).meta({ id: "Color" }),
        old: z.string().optional().meta({ deprecated: true }),
        tags: z.array(z.string()).optional(),
      })
      .meta({ id: "Search" });
    const app = echoing({ q: query.all(Described, { names: { tags: "tag" }, explode: false }) });
    const document = app.openapi();
    expect(document.paths["/"]!.get!.parameters).toEqual([
      {
        name: "limit",
        in: "query",
        description: "How many",
        schema: { type: "integer", maximum: 100, default: 10, description: "How many" },
      },
      { name: "color", in: "query", required: true, schema: { $ref: "#/components/schemas/Color" } },
      { name: "old", in: "query", deprecated: true, schema: { type: "string", deprecated: true } },
      { name: "tag", in: "query", explode: false, schema: { type: "array", items: { type: "string" } } },
    ]);
    expect(Object.keys(document.components!.schemas!)).not.toContain("Search");
  });
});
