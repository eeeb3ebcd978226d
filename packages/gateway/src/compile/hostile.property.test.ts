import * as fc from "fast-check";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { JsonSchema, Snapshot } from "../snapshot.ts";
import type { GatewayConfig } from "../config/config.ts";
import { sourceOf } from "../documents/source-file.ts";
import { tryCompile } from "./compile.ts";
import { documentOf, orders } from "./compile.fixture.ts";

const DOCUMENT = documentOf(
  orders(`security: [{ key: [] }]
x-waymark: { limit: { rate: 1/s }, timeout: { total: 1s } }
paths:
  /a/{x}:
    servers: [{ url: "https://{r}.example", variables: { r: { default: eu } } }]
    parameters: [{ $ref: "#/components/parameters/X" }]
    get:
      operationId: a
      tags: [t]
      parameters: [{ name: q, in: query, schema: { type: array, items: { $ref: "#/components/schemas/S" } } }]
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/S" } } } }
      responses: { 200: { description: ok, content: { application/json: { schema: { oneOf: [{ type: string, pattern: "^a+$" }] } } } } }
      x-waymark: { aliases: [{ path: "/b/{y}", bind: { q: { constant: 1 } } }], deprecated: { since: 2026-01-01 } }
components:
  parameters: { X: { name: x, in: path, required: true, schema: { type: integer, minimum: 0, exclusiveMinimum: true } } }
  schemas: { S: { type: object, properties: { next: { $ref: "#/components/schemas/S" } }, required: [next] } }
  securitySchemes: { key: { type: http, scheme: bearer, x-waymark: { issuer: "https://id.example" } } }
`),
).main.value;

const CONFIG = {
  services: {
    orders: {
      spec: "orders.yaml",
      mount: { path: "/shop", host: "a.example", aliases: ["/b"] },
      version: { by: "header" },
      upstream: { targets: ["http://10.0.0.1:80"] },
    },
  },
  policies: [{ match: { tags: ["t"] }, cors: { origins: "*" } }],
  aliases: [{ path: "/c/{z}", operation: "orders:a", bind: { q: "p" } }],
  consumers: { app: { keys: ["0".repeat(64)], claims: { a: 1 } } },
  docs: { ui: "/docs" },
};

function pointersOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => pointersOf(member, [...path, key]))];
}

function changed(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === key ? changed(item, rest, by) : item));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, member]) => [
      name,
      name === key ? changed(member, rest, by) : (member as unknown),
    ]),
  );
}

/** What people and machines get wrong. */
const wrong = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    Infinity,
    "",
    "/",
    "{",
    "/{a}{b}",
    "#/",
    "#/paths",
    "#",
    "x#/y",
    "http://[",
    "(?<",
    [],
    {},
    [[]],
    [null],
    { $ref: 1 },
    { $ref: "#" },
    { $ref: "#/components" },
    { __proto__: null },
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant(
    JSON.parse('{"__proto__": {"x": 1}, "constructor": {"prototype": 2}, "toString": "y"}') as unknown,
  ),
);

function mutated(value: unknown): fc.Arbitrary<unknown> {
  const pointers = pointersOf(value);
  return fc
    .array(fc.tuple(fc.constantFrom(...pointers), wrong), { minLength: 1, maxLength: 3 })
    .map((changes) =>
      changes.reduce<unknown>(
        (each, [path, by]) => (has(each, path) ? changed(each, path, by) : each),
        value,
      ),
    );
}

function has(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  return (
    typeof value === "object" &&
    value !== null &&
    Object.hasOwn(value, key) &&
    has((value as Readonly<Record<string, unknown>>)[key], rest)
  );
}

const ajv = new Ajv2020({ strict: false });

/** Those that say which values are valid: without what is only for people. */
function schemasOf({ schemas, operations }: Snapshot): (object | boolean)[] {
  const media = (
    content: Readonly<Record<string, { readonly schema: JsonSchema | null }>>,
  ): (JsonSchema | null)[] => Object.values(content).map(({ schema }) => schema);
  const all = [
    ...Object.values(schemas),
    ...operations.flatMap(({ parameters, requestBody, responses }) => [
      ...parameters.map(({ schema }) => schema),
      ...media(requestBody?.content ?? {}),
      ...Object.values(responses).flatMap(({ content }) => media(content)),
    ]),
  ];
  return all
    .filter((schema) => schema !== null)
    .map(
      (schema) =>
        JSON.parse(
          JSON.stringify(schema, (key, value: unknown) => (ANNOTATIONS.has(key) ? undefined : value)),
        ) as object | boolean,
    );
}

const ANNOTATIONS: ReadonlySet<string> = new Set([
  "title",
  "description",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
  "default",
  "$comment",
  "contentEncoding",
  "contentMediaType",
  "$vocabulary",
]);

describe("documents and configurations that are wrong anywhere", () => {
  it("are in order or have mistakes with a place, and nothing is thrown", () => {
    fc.assert(
      fc.property(mutated(DOCUMENT), (document) => {
        const { snapshot, mistakes } = tryCompile(CONFIG as unknown as GatewayConfig, {
          orders: { main: sourceOf(document, "orders.yaml"), siblings: new Map(), overlays: [] },
        });
        expect(mistakes.length > 0).toBe(snapshot === undefined);
        expect(mistakes.every(({ origin, message }) => origin !== null && message !== "")).toBe(true);
        for (const schema of snapshot === undefined ? [] : schemasOf(snapshot))
          expect([schema, ajv.validateSchema(schema), ajv.errors]).toEqual([schema, true, null]);
      }),
      { numRuns: 1500 },
    );
  });

  it("are the same for configurations", () => {
    fc.assert(
      fc.property(mutated(CONFIG), (config) => {
        const { snapshot, mistakes } = tryCompile(config as GatewayConfig, {
          orders: { main: sourceOf(DOCUMENT, "orders.yaml"), siblings: new Map(), overlays: [] },
        });
        expect(mistakes.length > 0).toBe(snapshot === undefined);
      }),
      { numRuns: 1500 },
    );
  });
});
