import { describe, expect, it } from "vitest";
import { compiledOf, documentOf, mistakesOf, orders, snapshotOf, texts } from "../compile/compile.fixture.ts";
import { schemaSet } from "../policies/validate/schema-set.ts";
import { publishedDocument } from "../published/published-document.ts";

/** The schema of a body, as a snapshot has it. */
function read(schema: string, { version = "3.1.0", components = "" } = {}): unknown {
  const snapshot = snapshotOf({ orders: bodyOf(schema, version, components) });
  return snapshot.operations[0]?.requestBody?.content["application/json"]?.schema;
}

function bodyOf(schema: string, version = "3.1.0", components = ""): string {
  return orders(
    `paths:\n  /a:\n    post:\n      requestBody:\n        content:\n          application/json:\n            schema: ${schema}\n      responses: { 200: { description: ok } }\n${components}`,
    version,
  );
}

describe("schemas of OpenAPI 3.0", () => {
  it("are read as JSON Schema 2020-12", () => {
    expect(read("{ type: string, nullable: true }", { version: "3.0.3" })).toEqual({
      type: ["string", "null"],
    });
    expect(read("{ type: string, nullable: true, enum: [a] }", { version: "3.0.3" })).toEqual({
      type: ["string", "null"],
      enum: ["a", null],
    });
    expect(
      read("{ type: integer, minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false }", {
        version: "3.0.3",
      }),
    ).toEqual({
      type: "integer",
      exclusiveMinimum: 1,
      maximum: 9,
    });
    expect(read("{ type: string, example: x }", { version: "3.0.3" })).toEqual({
      type: "string",
      examples: ["x"],
    });
  });

  it("say of arrays what drafts before 2020-12 said by a list", () => {
    expect(read("{ type: array, items: [{ type: string }] }")).toEqual({
      type: "array",
      prefixItems: [{ type: "string" }],
    });
    expect(read("{ type: array, items: [] }")).toEqual({ type: "array" });
  });

  it("let null pass a reference that is nullable, as people mean it", () => {
    const components = "components: { schemas: { A: { type: object } } }";
    expect(
      read('{ nullable: true, allOf: [{ $ref: "#/components/schemas/A" }] }', {
        version: "3.0.3",
        components,
      }),
    ).toEqual({
      anyOf: [{ type: "null" }, { allOf: [{ $ref: "#/schemas/orders.A" }] }],
    });
  });

  it("have nothing beside a reference", () => {
    const components = "components: { schemas: { A: { type: object } } }";
    expect(
      read('{ $ref: "#/components/schemas/A", minProperties: 1 }', { version: "3.0.3", components }),
    ).toEqual({ $ref: "#/schemas/orders.A" });
    expect(
      read('{ $ref: "#/components/schemas/A", minProperties: 1 }', { version: "3.1.0", components }),
    ).toEqual({
      $ref: "#/schemas/orders.A",
      minProperties: 1,
    });
  });
});

describe("references", () => {
  it("lead to schemas of the snapshot, in circles too, and to any place of the document", () => {
    const text = bodyOf(
      '{ $ref: "#/components/schemas/Node" }',
      "3.1.0",
      `components:
  schemas:
    Node:
      type: object
      properties:
        next: { $ref: "#/components/schemas/Node" }
        name: { $ref: "#/components/schemas/Names/properties/first" }
        anchored: { $ref: "#text" }
    Names: { properties: { first: { type: string } } }
    Text: { $anchor: text, type: string }
    Unused: { type: nonsense }
`,
    );
    const { schemas } = snapshotOf({ orders: text });
    expect(schemas["orders.Node"]).toEqual({
      type: "object",
      properties: {
        next: { $ref: "#/schemas/orders.Node" },
        name: { $ref: expect.stringMatching(/^#\/schemas\/orders\.first-[0-9a-f]{8}$/) as string },
        anchored: { $ref: "#/schemas/orders.Text" },
      },
    });
    expect(Object.keys(schemas)).toHaveLength(3);
  });

  it("reach files beside the document, and from there back", () => {
    const text = orders(
      'paths:\n  /a:\n    get:\n      parameters: [{ $ref: "shared/parameters.yaml#/Limit" }]\n      responses: { 200: { description: ok } }\ncomponents: { schemas: { Max: { const: 9 } } }',
    );
    const shared =
      'Limit:\n  name: limit\n  in: query\n  schema: { anyOf: [{ $ref: "../orders.yaml#/components/schemas/Max" }, { $ref: "#/Count" }] }\nCount: { type: integer }\n';
    const { operations, schemas } = snapshotOf({
      orders: documentOf(text, "orders.yaml", { "shared/parameters.yaml": shared }),
    });
    const [limit] = operations[0]!.parameters;
    expect(limit?.name).toBe("limit");
    expect(schemas["orders.Max"]).toEqual({ const: 9 });
    expect(Object.values(schemas)).toEqual([{ type: "integer" }, { const: 9 }]);
  });

  it("that lead nowhere are named with their line", () => {
    expect(mistakesOf(bodyOf('{ $ref: "#/components/schemas/Missing" }'))).toEqual([
      "orders.yaml:10: the reference '#/components/schemas/Missing' leads nowhere: there is no /components. Correct the reference, or add what it names. [GW301]",
    ]);
    expect(mistakesOf(bodyOf('{ $ref: "../../etc/passwd#/a" }'))).toEqual([
      "orders.yaml:10: the reference '../../etc/passwd#/a' leaves the folder of the document: '../../etc/passwd' was not found or may not be read. Bundle the document into one file, or allow it: `references: anywhere` at the service. [GW302]",
    ]);
    expect(
      mistakesOf(
        orders(
          'paths: { /a: { get: { parameters: [{ $ref: "#/components/parameters/A" }] } } }\ncomponents: { parameters: { A: { $ref: "#/components/parameters/B" }, B: { $ref: "#/components/parameters/A" } } }',
        ),
      ),
    ).toEqual([
      "orders.yaml:4: the reference '#/components/parameters/A' leads nowhere: it goes round in a circle. Correct the reference, or add what it names. [GW301]",
    ]);
  });
});

describe("what is no schema", () => {
  it("is said, each at its line", () => {
    const schema = `
              type: text
              required: true
              properties: { a: { maxLength: -1 }, b: 7 }
              pattern: "(a"
              allOf: {}`;
    expect(mistakesOf(bodyOf(schema))).toEqual([
      "orders.yaml:15: 'allOf' stands where a list of schemas should. Correct the document. [GW306]",
      'orders.yaml:14: the pattern "(a" is no regular expression of ECMA-262: unterminated group. Correct the pattern: JSON Schema\'s are those of JavaScript. [GW307]',
      "orders.yaml:13: -1 stands where a whole number from 0 should. Correct the document. [GW306]",
      "orders.yaml:13: 7 stands where a schema should. Correct the document. [GW306]",
      "orders.yaml:12: true stands where a list of names should. Correct the document. [GW306]",
      'orders.yaml:11: "text" stands where a type of JSON Schema should. Correct the document. [GW306]',
    ]);
  });

  it("may not be taken for another service's", () => {
    const schema = (name: string): string =>
      bodyOf(
        `{ $ref: "#/components/schemas/${name}" }`,
        "3.1.0",
        `components: { schemas: { ${name}: { type: integer } } }`,
      );
    const told = (names: Readonly<Record<string, string>>): string[] =>
      texts(compiledOf(names, { services: { shop: { mount: "/shop" } } }).mistakes);
    expect(told({ shop: schema("v2.Item"), "shop.v2": schema("Item") })).toEqual([
      "gateway.config.ts#/services/shop.v2: the schema 'shop.v2.Item' of the service 'shop.v2' has the name of another service's. Rename the service 'shop.v2': where no dot is in it, none of its schemas is taken for another's. [GW315]",
    ]);
    expect(told({ shop: schema("Item"), "shop.v2": schema("Item") })).toEqual([]);
  });

  it.each(["100%", "A%3CB%3E", "a~b", "Page«Order»"])("may be called %s", (name) => {
    const written = `#/components/schemas/${encodeURIComponent(name.replace("~", "~0"))}`;
    const text = bodyOf(
      `{ $ref: "${written}" }`,
      "3.1.0",
      `components: { schemas: { "${name}": { type: integer } } }`,
    );
    const snapshot = snapshotOf({ orders: text });
    const schema = snapshot.operations[0]!.requestBody!.content["application/json"]!.schema!;
    const validator = schemaSet(snapshot.schemas, "request").validator(schema);
    expect([validator.isValid(1), validator.isValid("1")]).toEqual([true, false]);
    const { paths, components }: any = publishedDocument(snapshot);
    const { $ref } = paths["/v1/a"].post.requestBody.content["application/json"].schema;
    expect(components.schemas[$ref.slice("#/components/schemas/".length)]).toEqual({ type: "integer" });
  });

  it("is harmless under the name __proto__", () => {
    const schema = read("{ type: object, properties: { __proto__: { type: string } } }") as {
      properties: object;
    };
    expect(Object.getOwnPropertyNames(schema.properties)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(schema.properties)).toBe(Object.prototype);
  });
});
