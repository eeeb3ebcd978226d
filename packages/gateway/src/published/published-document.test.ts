import { lintDocuments } from "../../../waymark/src/openapi/lint-document.fixture.ts";
import { describe, expect, test } from "vitest";
import { operationOf, snapshotOf } from "../observe/finished.fixture.ts";
import type { Operation, Snapshot } from "../snapshot.ts";
import { publishedPages } from "./pages.ts";
import { publishedDocument } from "./published-document.ts";
import { jwtScheme } from "../policies/authn/jwt-scheme.fixture.ts";

const ID = {
  in: "path",
  name: "id",
  required: true,
  style: "simple",
  explode: false,
  allowReserved: false,
  schema: { type: "string" },
  mediaType: null,
} as const;
const LIMIT = { ...ID, in: "query", name: "limit", required: false, style: "form", explode: true } as const;
const read = operationOf("orders:readOrder", {
  summary: "Read an order",
  description: "One **order**.",
  parameters: [{ ...ID, description: "Its number" }, LIMIT],
  responses: {
    "200": { content: { "application/json": { schema: { $ref: "#/schemas/orders.Order" } } } },
    default: { description: "A mistake", content: {} },
  },
  security: [{ key: [] }, {}],
});

function made(operations: readonly Operation[], given: Partial<Snapshot> = {}): any {
  const snapshot = snapshotOf(operations);
  return publishedDocument({
    ...snapshot,
    services: Object.fromEntries(
      Object.entries(snapshot.services).map(([name, service]) => [
        name,
        { ...service, securitySchemes: { key: { kind: "apiKey", in: "header", name: "X-Key" } } },
      ]),
    ),
    schemas: {
      "orders.Order": {
        type: "object",
        properties: {
          id: { type: "string" },
          next: { $ref: "#/schemas/orders.Order/properties/id" },
          lines: { type: "array", items: { $ref: "#/schemas/orders.Line" } },
        },
      },
      "orders.Line": { type: "object", properties: { parent: { $ref: "#/schemas/orders.Order" } } },
      "orders.Secret": { type: "object" },
    },
    ...given,
  });
}

describe("the published document", () => {
  test("has what is served, and the schemas that it needs", async () => {
    const document = made([read]);
    expect(document.paths["/orders/{id}"].get).toEqual({
      operationId: "orders.readOrder",
      summary: "Read an order",
      description: "One **order**.",
      tags: ["orders"],
      parameters: [
        {
          name: "id",
          in: "path",
          description: "Its number",
          required: true,
          style: "simple",
          explode: false,
          schema: { type: "string" },
        },
        { name: "limit", in: "query", style: "form", explode: true, schema: { type: "string" } },
      ],
      responses: {
        "200": {
          description: "OK",
          content: { "application/json": { schema: { $ref: "#/components/schemas/orders.Order" } } },
        },
        default: { description: "A mistake" },
      },
      security: [{ "orders.key": [] }, {}],
    });
    expect(Object.keys(document.components.schemas)).toEqual(["orders.Line", "orders.Order"]);
    expect(document.components.schemas["orders.Order"].properties.next).toEqual({
      $ref: "#/components/schemas/orders.Order/properties/id",
    });
    expect(document.components.securitySchemes).toEqual({
      "orders.key": { type: "apiKey", in: "header", name: "X-Key" },
    });
    expect(document.tags).toEqual([{ name: "orders", description: "The orders 1.2.0" }]);
    expect((await lintDocuments([document])).filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("leaves out what is internal or retired, and what only that refers to", () => {
    const document = made([
      operationOf("orders:list", { template: "/orders" }),
      { ...read, internal: true },
      operationOf("orders:old", { template: "/old", retired: true }),
    ]);
    expect(Object.keys(document.paths)).toEqual(["/orders"]);
    expect(document.components).toEqual({});
  });

  test("shows an alias by its own names, and without what is constant", () => {
    const document = made([
      read,
      {
        ...read,
        id: "orders:readOrder@/bills/{number}",
        template: "/bills/{number}",
        // as `compile` makes them: by the alias's names, without the constant
        parameters: [{ ...ID, name: "number" }],
        bind: [
          { to: { in: "path", name: "id" }, from: { in: "path", name: "number" } },
          { to: { in: "query", name: "limit" }, from: { constant: "10" } },
        ],
        deprecation: {
          since: 0,
          sunset: "Thu, 31 Dec 2026 00:00:00 GMT",
          successor: null,
          documentation: null,
        },
      },
    ]);
    const { get } = document.paths["/bills/{number}"];
    expect(get.parameters).toEqual([
      {
        name: "number",
        in: "path",
        required: true,
        style: "simple",
        explode: false,
        schema: { type: "string" },
      },
    ]);
    expect([get.deprecated, get["x-sunset"]]).toEqual([true, "2026-12-31"]);
    expect(get.operationId).not.toBe(document.paths["/orders/{id}"].get.operationId);
  });

  test("has an id for each alias, in the document of its service as well", () => {
    const aliases = ["/bills/{id}", "/old/{id}"].map((template) => ({
      ...read,
      id: `orders:readOrder@${template}`,
      template,
    }));
    const { paths }: any = publishedDocument(snapshotOf([read, ...aliases]), { service: "orders" });
    expect(Object.values<any>(paths).map(({ get }) => get.operationId)).toEqual([
      "readOrder",
      "readOrder_2",
      "readOrder_3",
    ]);
  });

  describe("of versions that share a path", () => {
    const choice = (value: string, isDefault = false, by: "header" | "query" = "header") =>
      ({ by, name: by === "header" ? "api-version" : "v", value, isDefault }) as const;
    const version = (value: string, name: string, isDefault = false, template = "/orders/{id}"): Operation =>
      operationOf(`orders${value}:${name}`, {
        choice: choice(value, isDefault),
        summary: `${name} ${value}`,
        template,
        parameters: template.includes("{id}") ? [ID] : [],
      });
    const summaries = (document: any): unknown =>
      Object.fromEntries(
        Object.entries(document.paths).map(([path, item]: [string, any]) => [path, item.get.summary]),
      );
    const asked = (document: any, path: string): unknown => document.paths[path].get.parameters.at(-1);

    test("shows the default, and names them all", () => {
      const document = made([version("10", "read"), version("9", "read", true)]);
      expect(summaries(document)).toEqual({ "/orders/{id}": "read 9" });
      expect(asked(document, "/orders/{id}")).toEqual({
        name: "api-version",
        in: "header",
        description: expect.stringMatching(/in its own document/),
        schema: { type: "string", enum: ["9", "10"], default: "9" },
      });
    });

    test("shows the newest where there is no default, and what only one of them has", async () => {
      const document = made([
        version("9", "read"),
        version("10", "read"),
        version("9", "old", false, "/old"),
        version("10", "new", false, "/new"),
      ]);
      expect(summaries(document)).toEqual({ "/orders/{id}": "read 10", "/old": "old 9", "/new": "new 10" });
      expect(asked(document, "/orders/{id}")).toMatchObject({
        required: true,
        schema: { enum: ["9", "10"] },
      });
      expect(asked(document, "/old")).toMatchObject({ required: true, schema: { const: "9" } });
      expect((await lintDocuments([document])).filter(({ severity }) => severity === "error")).toEqual([]);
    });

    test("has a document for each, without what others alone have", () => {
      const snapshot = snapshotOf([
        version("1", "read", true),
        version("2", "read"),
        version("1", "old", true, "/old"),
        version("2", "new", false, "/new"),
        operationOf("items:list", { template: "/items", summary: "no version" }),
        operationOf("q7:query", { choice: choice("7", false, "query"), template: "/q", summary: "another" }),
      ]);
      const others = { "/items": "no version", "/q": "another" };
      const one = publishedDocument(snapshot, { version: "1" });
      expect(summaries(one)).toEqual({ "/orders/{id}": "read 1", "/old": "old 1", ...others });
      expect(asked(one, "/orders/{id}")).toEqual({
        name: "api-version",
        in: "header",
        description: "The version that is asked for.",
        schema: { type: "string", const: "1" },
      });
      const two: any = publishedDocument(snapshot, { version: "2" });
      expect(two.info.version).toBe("2");
      expect(summaries(two)).toEqual({ "/orders/{id}": "read 2", "/new": "new 2", ...others });
      expect(asked(two, "/orders/{id}")).toMatchObject({ required: true, schema: { const: "2" } });
      const docs = { document: "/openapi.json", ui: "/docs" };
      const pages = publishedPages({ ...snapshot, gateway: { ...snapshot.gateway, docs } });
      expect([...pages.keys()].filter((path) => path.startsWith("/openapi"))).toEqual([
        "/openapi/orders1.json",
        "/openapi/orders2.json",
        "/openapi/items.json",
        "/openapi/q7.json",
        "/openapi.json",
        "/openapi/version/1.json",
        "/openapi/version/2.json",
        "/openapi/version/7.json",
      ]);
    });

    test("has a document of each service alone", () => {
      const own: any = publishedDocument(snapshotOf([version("1", "read"), version("2", "read")]), {
        service: "orders1",
      });
      expect(own.info.title).toBe("The orders1");
      expect(own.paths["/orders/{id}"].get).toMatchObject({ summary: "read 1", operationId: "read" });
      expect(asked(own, "/orders/{id}")).toMatchObject({ required: true, schema: { const: "1" } });
    });

    test("calls the parameters of a path by one name", async () => {
      const document = made([
        { ...version("1", "read"), parameters: [ID] },
        { ...version("2", "read", true, "/orders/{number}"), parameters: [{ ...ID, name: "number" }] },
        { ...version("1", "remove"), method: "DELETE", parameters: [ID] },
      ]);
      const [[path, item]] = Object.entries<any>(document.paths) as [[string, any]];
      expect(Object.keys(document.paths)).toEqual(["/orders/{number}"]);
      expect(path).toBe("/orders/{number}");
      expect(item.delete.parameters[0].name).toBe("number");
      expect((await lintDocuments([document])).filter(({ severity }) => severity === "error")).toEqual([]);
    });
  });

  test("writes a catch-all by its name alone", () => {
    expect(Object.keys(made([operationOf("files:read", { template: "/files/{rest:path}" })]).paths)).toEqual([
      "/files/{rest}",
    ]);
  });

  test("shows what a service asks for that checks credentials itself", async () => {
    const passes = { security: [], passedSecurity: [{ login: ["read"] }, {}] };
    const snapshot = snapshotOf([{ ...read, responses: {}, ...passes }]);
    const login = { type: "http", scheme: "bearer", description: "Try ada-token." };
    const services = Object.fromEntries(
      Object.entries(snapshot.services).map(([name, service]) => [
        name,
        { ...service, passedSchemes: { login, unused: login } },
      ]),
    );
    for (const service of [undefined, "orders"]) {
      const document: any = publishedDocument(
        { ...snapshot, services },
        service === undefined ? {} : { service },
      );
      expect(document.paths["/orders/{id}"].get.security).toEqual([{ "orders.login": ["read"] }, {}]);
      expect(document.components.securitySchemes).toEqual({ "orders.login": login });
      expect((await lintDocuments([document])).filter(({ severity }) => severity === "error")).toEqual([]);
    }
  });

  test("lists WebSockets as documents of Waymark do, and has no operation for them", () => {
    const join = operationOf("talk:join", {
      method: "WEBSOCKET",
      template: "/rooms/{id}",
      parameters: [ID],
      summary: "Join a room",
      security: [{ key: [] }],
    });
    const document = made([join, operationOf("talk:search", { method: "QUERY", template: "/rooms" })]);
    expect(document["x-waymark-sockets"]).toEqual([
      {
        path: "/rooms/{id}",
        operationId: "talk.join",
        summary: "Join a room",
        tags: ["talk"],
        parameters: [expect.objectContaining({ name: "id", in: "path" })],
        security: [{ "talk.key": [] }],
      },
    ]);
    expect(document.components.securitySchemes).toHaveProperty(["talk.key"]);
    expect(Object.entries(document.paths).map(([path, item]) => [path, Object.keys(item as object)])).toEqual(
      [["/rooms", ["x-query"]]],
    );
    expect(made([read])).not.toHaveProperty("x-waymark-sockets");
  });

  test("does not say where the keys of tokens are", () => {
    const snapshot = snapshotOf([operationOf("orders:read", { security: [{ token: ["read"] }] })]);
    const { orders } = snapshot.services;
    const token = jwtScheme({
      issuer: "https://login.example",
      keys: { discovery: "http://10.0.0.3/.well-known/openid-configuration" },
    });
    const document = publishedDocument({
      ...snapshot,
      services: { orders: { ...orders!, securitySchemes: { token } } },
    });
    expect(JSON.stringify(document)).not.toMatch(/10\.0\.0|login\.example/);
    expect(document).toMatchObject({
      components: {
        securitySchemes: { "orders.token": { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      },
    });
  });
});
