import { z } from "zod";
import { describe, expect, it } from "vitest";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { body } from "../inputs/body.ts";
import { constant } from "../inputs/constant.ts";
import { path } from "../inputs/path.ts";
import { query } from "../inputs/query.ts";
import { emitDocument, lintEmitted } from "./emit-document.fixture.ts";
import { resolveRoutes } from "../routing/resolve.ts";
import { Router } from "../routing/router.ts";
import { StartUpError } from "../start-up-error.ts";
import { buildDocument } from "./build-document.ts";
import { relativeServer } from "./info.ts";

const readItem = endpoint(
  {
    description: "Reads one item.",
    input: {
      itemId: path(z.string(), { description: "Number" }),
      limit: query(z.int().max(100).default(10)),
    },
  },
  function readItem() {},
);
const ofPath = (name: string) => endpoint({ input: { [name]: path(z.string()) } }, function ofPath() {});

describe("buildDocument", () => {
  it("says what the application says about itself", () => {
    const info = {
      title: "Catalogue",
      version: "2.1.0",
      summary: "Everything",
      description: "All we *sell*.",
      termsOfService: "https://waymark.test/terms",
      contact: { name: "Ada", email: "ada@waymark.test" },
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    };
    const outside = {
      servers: [{ url: "https://api.waymark.test", description: "Production" }],
      tags: [{ name: "items", description: "Things" }],
      externalDocs: { url: "https://waymark.test/docs" },
    };
    const document = emitDocument((router) => router.get("/ping", () => "pong"), { ...info, ...outside });
    expect(document).toMatchObject({ openapi: "3.1.1", info, ...outside });
  });

  it.each([
    ["/openapi.json", "."],
    ["/api/openapi.json", ".."],
    ["/api/v1/openapi.json", "../.."],
  ])("leads from %s back to the root by %s", (documentPath, url) => {
    expect(relativeServer(documentPath).url).toBe(url);
    expect(new URL(url, `https://waymark.test/prefix${documentPath}`).pathname).toBe("/prefix/");
  });

  it("documents every route of a function in full, each with its own names", () => {
    const newest = dependency({}, () => "7");
    const { paths } = emitDocument((router) => {
      router.route(readItem, {
        "GET /items/{itemId}": { summary: "Read an item", tags: ["items"], canonical: true },
        "GET /products/{productId}": { description: "Reads a product." },
        "GET /shelf/{sku}": { bind: { itemId: "sku", limit: "per_page" } },
        "GET /items/newest": { bind: { itemId: newest } },
        "GET /v1/items/{itemId}": { bind: { limit: constant(10) }, deprecated: true },
      });
    });
    expect(Object.keys(paths)).toEqual([
      "/items/{itemId}",
      "/products/{productId}",
      "/shelf/{sku}",
      "/items/newest",
      "/v1/items/{itemId}",
    ]);
    const operations = Object.values(paths).map((item) => item.get!);
    expect(operations.map(({ parameters }) => parameters?.map(({ name }) => name))).toEqual([
      ["itemId", "limit"],
      ["productId", "limit"],
      ["sku", "per_page"],
      ["limit"],
      ["itemId"],
    ]);
    expect(operations.map(({ summary }) => summary)).toEqual(["Read an item", ...Array(4).fill("Read Item")]);
    expect(operations.map(({ description }) => description)).toEqual([
      "Reads one item.",
      "Reads a product.",
      ...Array(3).fill("Reads one item."),
    ]);
    expect(operations.map(({ tags }) => tags)).toEqual([
      ["items"],
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(operations.map(({ deprecated }) => deprecated)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      true,
    ]);
    expect(operations[0]!.operationId).toBe("readItem");
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(5);
    expect(operations.map((each) => each["x-waymark-endpoint"])).toEqual(Array(5).fill("readItem"));
  });

  it("ties nothing together where a function has one route", () => {
    const { paths } = emitDocument((router) => {
      router.get("/items/{itemId}", readItem);
      router.get("/secret/{itemId}", readItem, { hidden: true });
    });
    expect(Object.keys(paths)).toEqual(["/items/{itemId}"]);
    expect(paths["/items/{itemId}"]!.get).not.toHaveProperty("x-waymark-endpoint");
  });

  it("tells two functions of one name apart", () => {
    const one = endpoint({}, function list() {});
    const other = endpoint({}, function list() {});
    const { paths } = emitDocument((router) => {
      router.get("/a", one);
      router.get("/b", one);
      router.get("/c", other, { operationId: "listOthers" });
      router.get("/d", other, { operationId: "listMore" });
    });
    const marks = Object.values(paths).map((item) => item.get!["x-waymark-endpoint"]);
    expect(marks).toEqual(["list", "list", "listOthers", "listOthers"]);
  });

  it("shows paths that differ in names alone as one, under the first names", () => {
    const { paths } = emitDocument((router) => {
      router.get(
        "/items/{itemId}/parts/{partId}",
        endpoint({ input: { itemId: path(z.string()), partId: path(z.int()) } }, function readPart() {}),
      );
      router.delete(
        "/items/{id}/parts/{part}",
        endpoint({ input: { part: path(z.int()), id: path(z.string()) } }, function removePart() {}),
      );
    });
    expect(Object.keys(paths)).toEqual(["/items/{itemId}/parts/{partId}"]);
    const { get, delete: remove } = paths["/items/{itemId}/parts/{partId}"]!;
    const shown = (parameters: typeof get) =>
      parameters!.parameters!.map(({ name, schema }) => [name, schema.type]);
    expect(shown(get)).toEqual([
      ["itemId", "string"],
      ["partId", "integer"],
    ]);
    expect(shown(remove)).toEqual([
      ["itemId", "string"],
      ["partId", "integer"],
    ]);
  });

  it("writes a catch-all as {rest}, and leaves it out where another route has its place", () => {
    const { paths } = emitDocument((router) => {
      router.get("/files/{rest:path}", ofPath("rest"));
      router.get(
        "/images/{rest:path}",
        endpoint({ input: { rest: path(z.string()) } }, function under() {}),
      );
      router.get(
        "/images/{name}",
        endpoint({ input: { name: path(z.string()) } }, function image() {}),
      );
      router.put(
        "/images/{rest:path}",
        endpoint({ input: { rest: path(z.string()) } }, function put() {}),
      );
    });
    expect(Object.keys(paths)).toEqual(["/files/{rest}", "/images/{rest}"]);
    expect(paths["/files/{rest}"]!.get!.parameters).toEqual([
      { name: "rest", in: "path", required: true, schema: { type: "string" }, "x-waymark-catch-all": true },
    ]);
    expect(paths["/images/{rest}"]!.get!.operationId).toBe("image");
    expect(paths["/images/{rest}"]!.get!.parameters![0]).not.toHaveProperty("x-waymark-catch-all");
    expect(paths["/images/{rest}"]!.put!.operationId).toBe("put");
  });

  it("writes literals around parameters, and what a URL cannot hold encoded", () => {
    const { paths } = emitDocument((router) => {
      router.get("/{id}.json", ofPath("id"));
      router.post(
        "/jobs/{name}:cancel",
        endpoint({ input: { name: path(z.string()) } }, function cancel() {}),
      );
      router.get(
        "/café",
        endpoint({}, function menu() {}),
      );
    });
    expect(Object.keys(paths)).toEqual(["/{id}.json", "/jobs/{name}:cancel", "/caf%C3%A9"]);
  });

  it("documents a path parameter that only request() sees", () => {
    const { paths } = emitDocument((router) => {
      router.get(
        "/hooks/{id}",
        endpoint({ input: { id: path(z.string(), { hidden: true }) } }, function hook() {}),
      );
    });
    expect(paths["/hooks/{id}"]!.get!.parameters).toHaveLength(1);
  });

  it("keeps QUERY as an extension in 3.1, and as itself in 3.2", () => {
    const declare = (router: Parameters<Parameters<typeof emitDocument>[0]>[0]) =>
      router.query(
        "/search",
        endpoint({ input: { filter: body(Filter) } }, function search() {}),
      );
    const Filter = z.object({ text: z.string() }).meta({ id: "Filter" });
    const old = emitDocument((router) => declare(router));
    expect(Object.keys(old.paths["/search"]!)).toEqual(["x-query"]);
    const current = emitDocument((router) => declare(router), { openapiVersion: "3.2.0" });
    expect(current.openapi).toBe("3.2.0");
    expect(current.paths["/search"]!.query!.operationId).toBe("search");
  });

  it("documents HEAD and OPTIONS where somebody declares them, and nowhere else", () => {
    const { paths } = emitDocument((router) => {
      router.get(
        "/a",
        endpoint({}, function a() {}),
      );
      router.head(
        "/b",
        endpoint({}, function b() {}),
      );
      router.options(
        "/b",
        endpoint({}, function c() {}),
      );
    });
    expect(Object.keys(paths["/a"]!)).toEqual(["get"]);
    expect(Object.keys(paths["/b"]!)).toEqual(["head", "options"]);
    expect(paths["/b"]!.head!.responses["200"]).toEqual({ description: "OK" });
  });

  it("is the same text for the same routes, and holds nothing but JSON", () => {
    const declare = () =>
      emitDocument((router) => {
        router.get("/items/{itemId}", readItem);
        router.get(
          "/since",
          endpoint({ input: { day: query(z.coerce.date().default(new Date(0))) } }, function since() {}),
        );
      });
    const document = declare();
    expect(JSON.stringify(declare())).toBe(JSON.stringify(document));
    expect(JSON.parse(JSON.stringify(document))).toStrictEqual(document);
  });

  it("is a document without routes too", () => {
    expect(emitDocument(() => undefined).paths).toEqual({});
  });

  it("refuses a schema that gives no JSON Schema, naming the route", () => {
    const router = new Router();
    router.get("/good", () => 1);
    router.get("/bad", () => 2);
    const routes = resolveRoutes(router).map((route) => ({ ...route, output: z.bigint() }));
    const build = () => buildDocument(routes, { title: "Test", version: "1" });
    expect(build).toThrow(StartUpError);
    expect(build).toThrow(/GET \/good[^]*bigint[^]*GET \/bad/);
  });

  it("emits nothing that the linter objects to", async () => {
    expect(await lintEmitted()).toEqual([]);
  }, 180_000);
});
