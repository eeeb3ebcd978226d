import { lintDocuments } from "../../../waymark/src/openapi/lint-document.fixture.ts";
import { describe, expect, test } from "vitest";
import { operationOf, snapshotOf } from "../observe/finished.fixture.ts";
import type { Operation, Snapshot } from "../snapshot.ts";
import { publishedDocument } from "./published-document.ts";

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

  test("of versions that share a path shows the default; a service's own document shows its own", () => {
    const choice = (value: string, isDefault: boolean) =>
      ({ by: "header", name: "api-version", value, isDefault }) as const;
    const old = operationOf("orders1:readOrder", { choice: choice("1", false), summary: "Old" });
    const now = operationOf("orders2:readOrder", { choice: choice("2", true), summary: "New" });
    expect(made([old, now]).paths["/orders/{id}"].get.summary).toBe("New");
    const snapshot = snapshotOf([old, now]);
    const own: any = publishedDocument(snapshot, { service: "orders1" });
    expect(own.info.title).toBe("The orders1");
    expect(own.paths["/orders/{id}"].get).toMatchObject({ summary: "Old", operationId: "readOrder" });
    expect(own.paths["/orders/{id}"].get.parameters).toEqual([
      {
        name: "api-version",
        in: "header",
        required: true,
        description: "The version that is asked for.",
        schema: { type: "string", const: "1" },
      },
    ]);
  });

  test("writes a catch-all by its name alone", () => {
    expect(Object.keys(made([operationOf("files:read", { template: "/files/{rest:path}" })]).paths)).toEqual([
      "/files/{rest}",
    ]);
  });

  test("does not say where the keys of tokens are", () => {
    const snapshot = snapshotOf([operationOf("orders:read", { security: [{ token: ["read"] }] })]);
    const { orders } = snapshot.services;
    const token = {
      kind: "jwt",
      issuer: "https://login.example",
      audiences: [],
      algorithms: ["RS256"],
      keys: { discovery: "http://10.0.0.3/.well-known/openid-configuration" },
      leeway: 0,
      scopeClaim: "scope",
      allowHosts: [],
    } as const;
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
