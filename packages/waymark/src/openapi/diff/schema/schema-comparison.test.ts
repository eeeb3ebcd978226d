import { describe, expect, it } from "vitest";
import fc from "fast-check";
import type { ChangeKind } from "../codes.ts";
import { diffDocuments } from "../diff-documents.ts";

type Schema = object | boolean;

/** A document whose one operation takes and gives an object with these properties. */
function documentOf(properties: Readonly<Record<string, Schema>>, components: object = {}): object {
  const content = { "application/json": { schema: { type: "object", properties } } };
  return {
    openapi: "3.1.1",
    paths: {
      "/a": { post: { requestBody: { content }, responses: { "200": { description: "", content } } } },
    },
    components: { schemas: components },
  };
}

const WORDS = {
  narrowed: ["breaking", "compatible"],
  widened: ["compatible", "breaking"],
  changed: ["breaking", "breaking"],
} as const;
type Direction = keyof typeof WORDS;

/** From, to, the code, and the code of the way back. One line, one change. */
const CHANGES: readonly (readonly [
  from: Schema,
  to: Schema,
  code: string,
  back: string,
  direction: Direction,
])[] = [
  [{ type: "number" }, { type: "integer" }, "type-narrowed", "type-widened", "narrowed"],
  [{ type: ["string", "integer"] }, { type: "string" }, "type-narrowed", "type-widened", "narrowed"],
  [{ type: "string" }, { type: "integer" }, "type-changed", "type-changed", "changed"],
  [{ type: "string", minLength: 3 }, { type: "boolean" }, "type-changed", "type-changed", "changed"],
  [{}, { type: "string" }, "type-narrowed", "type-widened", "narrowed"],
  [true, { type: ["object", "null"] }, "type-narrowed", "type-widened", "narrowed"],
  [{ type: "string" }, { type: "null" }, "type-changed", "type-changed", "changed"],
  [{ type: ["string", "null"] }, { type: "null" }, "type-narrowed", "type-widened", "narrowed"],
  [{}, { anyOf: [{ type: "object" }, { type: "array" }] }, "type-narrowed", "type-widened", "narrowed"],
  [
    { anyOf: [{ type: "object" }, { type: "array" }] },
    { type: "array" },
    "type-narrowed",
    "type-widened",
    "narrowed",
  ],
  [{ type: ["string", "null"] }, { type: "string" }, "null-removed", "null-added", "narrowed"],
  [
    { anyOf: [{ type: "object" }, { type: "null" }] },
    { type: "object" },
    "null-removed",
    "null-added",
    "narrowed",
  ],
  [{ enum: ["a", null] }, { enum: ["a"] }, "null-removed", "null-added", "narrowed"],
  [{ enum: ["a", "b"] }, { enum: ["a"] }, "enum-value-removed", "enum-value-added", "narrowed"],
  [{ type: "string" }, { type: "string", enum: ["a"] }, "enum-added", "enum-removed", "narrowed"],
  [{ type: ["string", "integer"] }, { enum: ["a"] }, "enum-added", "enum-removed", "narrowed"],
  [{ const: "a" }, { const: "b" }, "const-changed", "const-changed", "changed"],
  [{ const: 1 }, { enum: ["1"] }, "type-changed", "type-changed", "changed"],
  [{ type: "integer" }, { type: "integer", minimum: 1 }, "limit-narrowed", "limit-widened", "narrowed"],
  [
    { type: "integer", minimum: 1 },
    { type: "integer", exclusiveMinimum: 1 },
    "limit-narrowed",
    "limit-widened",
    "narrowed",
  ],
  [
    { type: "number", minimum: 1 },
    { type: "number", exclusiveMinimum: 1 },
    "limit-narrowed",
    "limit-widened",
    "narrowed",
  ],
  [
    { type: "number", maximum: 9 },
    { type: "number", maximum: 8.5 },
    "limit-narrowed",
    "limit-widened",
    "narrowed",
  ],
  [
    { type: "integer", multipleOf: 2 },
    { type: "integer", multipleOf: 6 },
    "limit-narrowed",
    "limit-widened",
    "narrowed",
  ],
  [
    { type: "integer", multipleOf: 2 },
    { type: "integer", multipleOf: 3 },
    "limit-changed",
    "limit-changed",
    "changed",
  ],
  [
    { type: "string", maxLength: 9 },
    { type: "string", maxLength: 8 },
    "limit-narrowed",
    "limit-widened",
    "narrowed",
  ],
  [{ type: "array" }, { type: "array", minItems: 1 }, "limit-narrowed", "limit-widened", "narrowed"],
  [{ type: "array" }, { type: "array", uniqueItems: true }, "limit-narrowed", "limit-widened", "narrowed"],
  [{ type: "object" }, { type: "object", maxProperties: 3 }, "limit-narrowed", "limit-widened", "narrowed"],
  [{ type: "string" }, { type: "string", pattern: "^a" }, "pattern-added", "pattern-removed", "narrowed"],
  [
    { type: "string", pattern: "^b" },
    { type: "string", pattern: "^a" },
    "pattern-changed",
    "pattern-changed",
    "changed",
  ],
  [{ type: "string" }, { type: "string", format: "date" }, "format-added", "format-removed", "narrowed"],
  [
    { type: "string", format: "time" },
    { type: "string", format: "date" },
    "format-changed",
    "format-changed",
    "changed",
  ],
  [
    { type: "integer", format: "int64" },
    { type: "integer", format: "int32" },
    "format-narrowed",
    "format-widened",
    "narrowed",
  ],
  [
    { type: "array" },
    { type: "array", items: { type: "string" } },
    "type-narrowed",
    "type-widened",
    "narrowed",
  ],
  [
    { type: "array", prefixItems: [{ type: "number" }] },
    { type: "array", prefixItems: [{ type: "integer" }] },
    "type-narrowed",
    "type-widened",
    "narrowed",
  ],
  [
    { type: "array", prefixItems: [{}, {}] },
    { type: "array", prefixItems: [{}, {}], items: false },
    "type-narrowed",
    "type-widened",
    "narrowed",
  ],
  [
    { type: "object", additionalProperties: { type: "number" } },
    { type: "object", additionalProperties: { type: "integer" } },
    "type-narrowed",
    "type-widened",
    "narrowed",
  ],
  [
    { type: "object", patternProperties: { "^a": { type: "number" } } },
    { type: "object", patternProperties: { "^a": { type: "integer" } } },
    "type-narrowed",
    "type-widened",
    "narrowed",
  ],
  [
    { type: "object" },
    { type: "object", patternProperties: { "^a": { type: "number" } } },
    "constraint-added",
    "constraint-removed",
    "narrowed",
  ],
  [
    { type: "object", properties: { a: {} } },
    { type: "object", properties: { a: {} }, required: ["a"] },
    "property-became-required",
    "property-became-optional",
    "narrowed",
  ],
  [
    { type: "string" },
    { type: "string", not: { const: "a" } },
    "constraint-added",
    "constraint-removed",
    "narrowed",
  ],
  [
    { type: "string", not: { const: "b" } },
    { type: "string", not: { const: "a" } },
    "constraint-changed",
    "constraint-changed",
    "changed",
  ],
  [
    { type: "array", contains: { type: "number" } },
    { type: "array", contains: { type: "integer" } },
    "constraint-changed",
    "constraint-changed",
    "changed",
  ],
  [
    { $ref: "https://example.com/a.json" },
    { $ref: "https://example.com/b.json" },
    "constraint-changed",
    "constraint-changed",
    "changed",
  ],
  [
    {
      oneOf: [
        { type: "object", properties: { a: {} } },
        { type: "object", properties: { b: {} } },
      ],
    },
    { type: "object", properties: { b: {} } },
    "alternative-removed",
    "alternative-added",
    "narrowed",
  ],
  [
    {
      anyOf: [
        { type: "object", properties: { a: {} } },
        { type: "object", properties: { b: {} } },
      ],
    },
    {
      oneOf: [
        { type: "object", properties: { b: {} } },
        { type: "object", properties: { a: {} } },
      ],
    },
    "alternatives-narrowed",
    "alternatives-widened",
    "narrowed",
  ],
  [
    { anyOf: [{ const: "a" }, { type: "object", properties: { b: { type: "number" } } }] },
    { anyOf: [{ type: "object", properties: { b: { type: "integer" } } }, { const: "a" }] },
    "type-narrowed",
    "type-widened",
    "narrowed",
  ],
];

/** Written differently, the same: nothing to name. */
const SAME: readonly (readonly [Schema, Schema])[] = [
  [{}, true],
  [{ not: {} }, { not: true }],
  [{ const: "a" }, { enum: ["a"], type: "string" }],
  [{ enum: ["a", "b"] }, { enum: ["b", "a", "b"] }],
  [{ anyOf: [{ type: "string" }, { type: "null" }] }, { type: ["null", "string"] }],
  [{ anyOf: [{ type: "string" }, { type: "number" }] }, { type: ["number", "string"] }],
  [{ type: ["number", "integer"] }, { type: "number" }],
  [
    { type: "integer", minimum: 1 },
    { type: "integer", exclusiveMinimum: 0 },
  ],
  [
    { type: "integer", maximum: 1.5 },
    { type: "integer", maximum: 1, multipleOf: 1 },
  ],
  [
    { type: "string", minLength: 0, maximum: 3 },
    { type: "string", items: { type: "number" } },
  ],
  [
    { type: "array", minItems: 0, uniqueItems: false },
    { type: "array", items: {} },
  ],
  [
    { type: "object", required: [] },
    { type: "object", additionalProperties: true, properties: {} },
  ],
  [{ allOf: [{ type: "string" }, { minLength: 2 }] }, { type: "string", minLength: 2 }],
  [
    { allOf: [{ minLength: 1 }, { minLength: 2 }], type: "string" },
    { type: "string", minLength: 2 },
  ],
  [
    {
      allOf: [
        { type: "object", properties: { a: { type: "string" } } },
        { required: ["a"], properties: { a: { minLength: 1 } } },
      ],
    },
    { type: "object", required: ["a"], properties: { a: { type: "string", minLength: 1 } } },
  ],
  [
    { type: "object", properties: { b: {} }, oneOf: [{ required: ["c"] }, { required: ["d"] }] },
    {
      oneOf: [
        { type: "object", properties: { b: {} }, required: ["d"] },
        { type: "object", properties: { b: {} }, required: ["c"] },
      ],
    },
  ],
  [
    { oneOf: [{ oneOf: [{ enum: [1] }, { enum: ["x"], minLength: 1 }] }, { type: "object" }] },
    { oneOf: [{ type: "object" }, { const: "x", minLength: 1 }, { const: 1 }] },
  ],
  [{ $ref: "#/components/schemas/Text" }, { type: "string" }],
  [
    { $ref: "#/components/schemas/Text", maxLength: 3 },
    { type: "string", maxLength: 3 },
  ],
  [{ $ref: "#/components/schemas/Tree" }, { $ref: "#/components/schemas/Grove" }],
  [{ $ref: "#/components/schemas/Union" }, { $ref: "#/components/schemas/Joint" }],
  [{ $ref: "#/components/schemas/Loop" }, {}],
];
const COMPONENTS = {
  Text: { type: "string" },
  Tree: {
    type: "object",
    properties: { of: { type: "array", items: { $ref: "#/components/schemas/Tree" } } },
  },
  Grove: {
    type: "object",
    properties: {
      of: {
        type: "array",
        items: {
          type: "object",
          properties: { of: { type: "array", items: { $ref: "#/components/schemas/Grove" } } },
        },
      },
    },
  },
  Union: {
    anyOf: [
      { type: "object", properties: { sum: { $ref: "#/components/schemas/Union" } } },
      { type: "object", properties: { no: { $ref: "#/components/schemas/Union" } } },
      { type: "string" },
    ],
  },
  Joint: {
    anyOf: [
      { type: "string" },
      { type: "object", properties: { no: { $ref: "#/components/schemas/Union" } } },
      { type: "object", properties: { sum: { $ref: "#/components/schemas/Joint" } } },
    ],
  },
  Loop: { allOf: [{ $ref: "#/components/schemas/Loop" }] },
};

type Change = readonly [
  name: string,
  from: Schema,
  to: Schema,
  code: string,
  kinds: readonly [ChangeKind, ChangeKind],
];
const changes: readonly Change[] = CHANGES.flatMap(([from, to, code, back, direction], index) => [
  [`p${index}`, from, to, code, WORDS[direction]] as const,
  [`q${index}`, to, from, back, [WORDS[direction][1], WORDS[direction][0]]] as const,
]);

describe("comparing schemas", { timeout: 30_000 }, () => {
  it.each(changes)("%s: %j to %j is %s", (_name, from, to, code, [received, sent]) => {
    const found = diffDocuments(documentOf({ a: from }), documentOf({ a: to }));
    expect(found.map((each) => [each.kind, each.code])).toEqual([
      [received, code],
      [sent, code],
    ]);
  });

  it("names each of any number of changes, and nothing else", () => {
    const subset = fc.subarray([...changes]);
    fc.assert(
      fc.property(subset, (chosen) => {
        const before = Object.fromEntries(changes.map(([name, from]) => [name, from]));
        const after = Object.fromEntries(
          changes.map((each) => [each[0], chosen.includes(each) ? each[2] : each[1]] as const).toReversed(),
        );
        const found = diffDocuments(documentOf(before), documentOf(after));
        const named = found.map(({ kind, code, at }) => `${kind} ${code} ${/[pq]\d+/.exec(at)?.[0]}`);
        const expected = chosen.flatMap(([name, , , code, kinds]) =>
          kinds.map((kind) => `${kind} ${code} ${name}`),
        );
        expect(named.toSorted()).toEqual(expected.toSorted());
      }),
      { numRuns: 30 },
    );
  });

  it.each(SAME)("%j and %j are the same", (one, other) => {
    expect(diffDocuments(documentOf({ a: one }, COMPONENTS), documentOf({ a: other }, COMPONENTS))).toEqual(
      [],
    );
    expect(diffDocuments(documentOf({ a: other }, COMPONENTS), documentOf({ a: one }, COMPONENTS))).toEqual(
      [],
    );
  });

  it("tells a change of a schema that refers to itself once, at the nearest place", () => {
    const grove = {
      ...COMPONENTS,
      Tree: { type: "object", properties: { of: COMPONENTS.Tree.properties.of, age: { type: "integer" } } },
    };
    const tree = { a: { type: "array", items: { $ref: "#/components/schemas/Tree" } } };
    expect(diffDocuments(documentOf(tree, COMPONENTS), documentOf(tree, grove)).map(({ at }) => at)).toEqual([
      "POST /a body application/json a[]",
      "POST /a response 200 application/json a[]",
    ]);
  });

  it("reads a change of many schemas that all refer to each other in the time of one", () => {
    const names = Array.from({ length: 120 }, (_, n) => `S${n}`);
    const properties = Object.fromEntries(
      names.map((name) => [name, { $ref: `#/components/schemas/${name}` }]),
    );
    const components = Object.fromEntries(names.map((name) => [name, { type: "object", properties }]));
    const changed = { ...components, S77: { type: "object", properties, required: ["S1"] } };
    const found = diffDocuments(
      documentOf({ a: properties["S0"]! }, components),
      documentOf({ a: properties["S0"]! }, changed),
    );
    expect(found.map(({ code, at }) => [code, at])).toEqual([
      ["property-became-required", "POST /a body application/json a.S77"],
      ["property-became-required", "POST /a response 200 application/json a.S77"],
    ]);
  });
});
