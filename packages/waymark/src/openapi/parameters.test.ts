import { z } from "zod";
import { describe, expect, it } from "vitest";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { cookie } from "../inputs/cookie.ts";
import { header } from "../inputs/header.ts";
import { path } from "../inputs/path.ts";
import { query } from "../inputs/query.ts";
import type { Inputs } from "../inputs/input.ts";
import { emitDocument, lintEmitted } from "./emit-document.fixture.ts";

function parametersOf<const I extends Inputs>(input: I) {
  const { paths } = emitDocument((router) =>
    router.add({ method: "GET", path: "/", endpoint: endpoint({ input } as object, function read() {}) }),
  );
  return paths["/"]!.get!.parameters;
}

describe("parameters", () => {
  it("are required unless the schema takes undefined", () => {
    const parameters = parametersOf({
      needed: query(z.string()),
      optional: query(z.string().optional()),
      defaulted: query(z.int().default(3)),
      caught: query(z.int().catch(3)),
      nullish: query(z.string().nullish()),
    });
    expect(parameters!.filter(({ required }) => required).map(({ name }) => name)).toEqual(["needed"]);
  });

  it("of a path are always required, even where the endpoint could do without", () => {
    const list = endpoint({ input: { page: path(z.string().optional()) } }, function list() {});
    const { paths } = emitDocument((router) =>
      router.route(list, { "GET /list": {}, "GET /list/{page}": {} }),
    );
    expect(paths["/list"]!.get!.parameters).toBeUndefined();
    expect(paths["/list/{page}"]!.get!.parameters).toMatchObject([{ name: "page", required: true }]);
  });

  it("whose schema decides asynchronously are required unless they have a default", () => {
    const later = z.string().refine(async () => true);
    expect(parametersOf({ a: query(later), b: query(later.default("x")) })).toMatchObject([
      { name: "a", required: true },
      { name: "b", schema: { default: "x" } },
    ]);
  });

  it("carry constraints, defaults, words, examples, style and deprecation", () => {
    expect(
      parametersOf({
        limit: query(z.int().min(1).max(100).default(10).describe("How many")),
        tags: query(z.array(z.string()).optional(), {
          name: "tag",
          style: "form",
          explode: false,
          examples: [["a"], ["b", "c"]],
        }),
        sort: query(z.enum(["name", "price"]), {
          description: "By what",
          examples: ["name"],
          deprecated: true,
        }),
        old: query(z.string().meta({ deprecated: true }).optional()),
      }),
    ).toEqual([
      {
        name: "limit",
        in: "query",
        description: "How many",
        schema: { type: "integer", minimum: 1, maximum: 100, default: 10, description: "How many" },
      },
      {
        name: "tag",
        in: "query",
        style: "form",
        explode: false,
        schema: { type: "array", items: { type: "string" } },
        examples: { example1: { value: ["a"] }, example2: { value: ["b", "c"] } },
      },
      {
        name: "sort",
        in: "query",
        description: "By what",
        required: true,
        deprecated: true,
        schema: { type: "string", enum: ["name", "price"] },
        example: "name",
      },
      { name: "old", in: "query", deprecated: true, schema: { type: "string", deprecated: true } },
    ]);
  });

  it("keep a limit that somebody set, and not the bounds of safe integers", () => {
    const parameters = parametersOf({ any: query(z.int()), low: query(z.int().min(2)) });
    expect(parameters!.map(({ schema }) => schema)).toEqual([
      { type: "integer" },
      { type: "integer", minimum: 2 },
    ]);
  });

  it("name headers in kebab-case, and leave out those that OpenAPI says elsewhere", () => {
    const parameters = parametersOf({
      ifMatch: header(z.string()),
      accept: header(z.string()),
      type: header(z.string(), { name: "Content-Type" }),
      authorization: header(z.string()),
      session: cookie(z.string().optional()),
    });
    expect(parameters!.map(({ in: place, name }) => `${place} ${name}`)).toEqual([
      "header if-match",
      "cookie session",
    ]);
  });

  it("stay out of the document when hidden", () => {
    expect(parametersOf({ debug: query(z.boolean().optional(), { hidden: true }) })).toBeUndefined();
  });

  it("include what dependencies and guards read, each name once", () => {
    const paging = dependency(
      { input: { page: query(z.int().default(1)), trace: header(z.string().optional()) } },
      () => 1,
    );
    const tenant = dependency({ input: { tenant: path(z.string()), paging } }, () => 1);
    const list = endpoint(
      {
        input: {
          q: query(z.string()),
          trace: header(z.string().optional(), { description: "Mine" }),
          paging,
        },
      },
      function list() {},
    );
    const { paths } = emitDocument((router) =>
      router.get("/{tenant}/items", list, { dependencies: [tenant] }),
    );
    expect(paths["/{tenant}/items"]!.get!.parameters).toMatchObject([
      { name: "tenant", in: "path" },
      { name: "q", in: "query" },
      { name: "trace", in: "header", description: "Mine" },
      { name: "page", in: "query" },
    ]);
    expect(paths["/{tenant}/items"]!.get!.parameters).toHaveLength(4);
  });

  it("take the names that a route gives them, those inside dependencies too", () => {
    const tenant = dependency({ input: { tenantId: path(z.string()) } }, () => 1);
    const read = endpoint({ input: { tenant, q: query(z.string()) } }, function read() {});
    const { paths } = emitDocument((router) =>
      router.get("/orgs/{org}", read, { bind: { q: "search" }, rename: { tenantId: "org" } }),
    );
    expect(paths["/orgs/{org}"]!.get!.parameters).toMatchObject([{ name: "org" }, { name: "search" }]);
  });

  it("are one for each property of a group, those of header fields in kebab-case", () => {
    const Page = z.strictObject({
      limit: z.int().max(100).default(10).describe("How many"),
      order: z.enum(["asc", "desc"]).meta({ id: "Order" }),
      tags: z.array(z.string()).optional().meta({ deprecated: true }),
    });
    const Trace = z.object({ requestId: z.uuid().optional(), accept: z.string().optional() });
    const found = parametersOf({ page: query.all(Page), trace: header.all(Trace), set: cookie.all(Page.pick({ limit: true })) }); // prettier-ignore
    expect(found).toMatchObject([
      { name: "limit", in: "query", description: "How many", schema: { default: 10, maximum: 100 } },
      { name: "order", in: "query", required: true, schema: { $ref: "#/components/schemas/Order" } },
      { name: "tags", in: "query", deprecated: true, schema: { type: "array" } },
      { name: "request-id", in: "header" },
      { name: "limit", in: "cookie" },
    ]);
    expect(found).toHaveLength(5);
    expect(parametersOf({ page: query.all(Page, { hidden: true }) })).toBeUndefined();
  });

  it("pass the linter", async () => {
    expect(await lintEmitted()).toEqual([]);
  }, 180_000);
});
