import { describe, expect, it } from "vitest";
import { compiledOf, orders, texts } from "../compile/compile.fixture.ts";

const warnings = (text: string): string[] =>
  texts(compiledOf({ orders: orders(`security: []\n${text}`) }).warnings);

describe("keys of a document that nobody reads", () => {
  it.each([
    ["path item", "  /a: { gett: { responses: {} }, get: { responses: {} } }", "gett", "get"],
    ["operation", "  /a: { get: { paramters: [], responses: {} } }", "paramters", "parameters"],
    ["operation", "  /a: { get: { operationID: a, responses: {} } }", "operationID", "operationId"],
    [
      "parameter",
      "  /a: { get: { parameters: [{ name: q, in: query, reqired: true, schema: {} }], responses: {} } }",
      "reqired",
      "required",
    ],
    [
      "media type",
      "  /a: { get: { responses: { 200: { description: a, content: { text/plain: { shema: {} } } } } } }",
      "shema",
      "schema",
    ],
    ["response", "  /a: { get: { responses: { 200: { descripton: a } } } }", "descripton", "description"],
    [
      "request body",
      "  /a: { post: { requestBody: { contents: {} }, responses: {} } }",
      "contents",
      "content",
    ],
    [
      "schema",
      "  /a: { get: { parameters: [{ name: q, in: query, schema: { type: integer, minimun: 4 } }], responses: {} } }",
      "minimun",
      "minimum",
    ],
  ])("are told with their line and what was meant: of a %s", (kind, text, key, guess) => {
    const article = kind === "operation" ? "an" : "a";
    expect(warnings(`paths:\n${text}\n`)).toContain(
      `orders.yaml:6: '${key}' is not a key of ${article} ${kind} in OpenAPI: nobody reads it. Did you mean '${guess}'? [GW619]`,
    );
  });

  it("are told of the document itself, and without a guess", () => {
    expect(warnings("paths: {}\ndefinitions: {}\n")).toEqual([
      "orders.yaml:6: 'definitions' is not a key of a document in OpenAPI: nobody reads it. Take it out, or begin it with x-. [GW619]",
    ]);
  });

  it("are told once, however often they stand", () => {
    const operation = (name: string): string => `  /${name}: { get: { nickname: ${name}, responses: {} } }\n`;
    expect(warnings(`paths:\n${operation("a")}${operation("b")}${operation("c")}`)).toEqual([
      "orders.yaml:6: 'nickname' is not a key of an operation in OpenAPI, here and at 2 more places: nobody reads it. Take it out, or begin it with x-. [GW619]",
    ]);
    const shared =
      "paths:\n  /a: { parameters: [{ $ref: '#/components/parameters/Q' }], get: { responses: {} }, put: { responses: {} } }\ncomponents: { parameters: { Q: { name: q, in: query, typ: a, schema: {} } } }\n";
    expect(warnings(shared)).toEqual([
      expect.stringMatching(/^orders.yaml:7: 'typ' is not a key of a parameter in OpenAPI: /),
    ]);
  });

  it("are none where they begin with x-, are of another version of OpenAPI, or are somebody's keywords of a schema", () => {
    expect(
      warnings(`x-a: 1
paths:
  /a:
    x-b: 1
    get:
      x-c: 1
      parameters: [{ name: q, in: query, example: 1, x-d: 1, schema: { type: string, nullable: true, faker: name, units: kg, x-e: 1 } }]
      responses: { "200": { description: a, headers: {}, links: {}, content: { application/json: { encoding: {}, itemSchema: {}, schema: { properties: { tpye: {}, requred: {} }, example: { minimun: 1 } } } } } }
`),
    ).toEqual([]);
  });
});
