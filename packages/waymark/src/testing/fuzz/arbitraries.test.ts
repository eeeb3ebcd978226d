import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { OpenApiDocument } from "../../openapi/document.ts";
import { jsonSchema, type JsonSchema } from "../../schema/json-schema.ts";
import { Arbitraries } from "./arbitraries.ts";
import { Ungenerable } from "./ungenerable.ts";
import { Validator } from "./validator.ts";
import { Violations } from "./violations.ts";

const components: Record<string, JsonSchema> = {
  Node: {
    type: "object",
    properties: {
      value: { type: "integer" },
      next: { $ref: "#/components/schemas/Node" },
      kids: { type: "array", items: { $ref: "#/components/schemas/Node" } },
    },
    required: ["value", "kids"],
  },
  Endless: {
    type: "object",
    properties: { again: { $ref: "#/components/schemas/Endless" } },
    required: ["again"],
  },
  Itself: { $ref: "#/components/schemas/Itself" },
  Named: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
};
const document = {
  openapi: "3.1.1",
  info: { title: "", version: "" },
  paths: {},
  components: { schemas: components },
} as OpenApiDocument;
const validator = new Validator(document);
const arbitraries = new Arbitraries(document, validator);
const violations = new Violations(document, validator, arbitraries);

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const RUNS = { numRuns: 60 };

const SCHEMAS: readonly (readonly [name: string, schema: JsonSchema])[] = [
  ["a boolean", { type: "boolean" }],
  ["null", { type: "null" }],
  ["several types", { type: ["string", "null", "integer"], minimum: 3, maxLength: 2 }],
  ["a constant", { const: { a: [1] } }],
  ["values", { enum: ["a", 1, null, true] }],
  ["an integer", { type: "integer", minimum: -2, exclusiveMaximum: 5 }],
  ["an integer of bounds that are none", { type: "integer", exclusiveMinimum: 1.5, maximum: 2.5 }],
  ["a narrow number", { type: "number", exclusiveMinimum: 0, maximum: 0.25 }],
  ["a large number", { type: "number", minimum: 1e12 }],
  ["multiples", { type: "number", multipleOf: 2.5, minimum: -10, maximum: 10 }],
  ["multiples of a whole", { type: "integer", multipleOf: 7, minimum: 1, maximum: 20 }],
  ["text", { type: "string", minLength: 2, maxLength: 4 }],
  ["long text", { type: "string", minLength: 300 }],
  ["text of a pattern", { type: "string", pattern: "^[A-Z]{2}-\\d+$", maxLength: 12 }],
  ["text of a pattern without ends", { type: "string", pattern: "ab" }],
  ...[
    "date-time",
    "date",
    "time",
    "email",
    "uri",
    "uuid",
    "ipv4",
    "ipv6",
    "hostname",
    "duration",
    "json-pointer",
    "byte",
  ].map((format): [string, JsonSchema] => [`text of the format ${format}`, { type: "string", format }]),
  ["a list", { type: "array", items: { type: "integer" }, minItems: 2, maxItems: 3 }],
  ["a set", { type: "array", items: { type: "boolean" }, minItems: 1, uniqueItems: true }],
  [
    "a tuple",
    { type: "array", prefixItems: [{ type: "string" }, { type: "integer" }], minItems: 2, items: false },
  ],
  ["a list of nothing", { type: "array", items: false }],
  [
    "an object",
    {
      type: "object",
      properties: { a: { type: "integer" }, b: { type: "string" } },
      required: ["a"],
      additionalProperties: false,
    },
  ],
  ["a key that nothing describes", { type: "object", required: ["x"] }],
  [
    "a dictionary",
    {
      type: "object",
      additionalProperties: { type: "integer" },
      propertyNames: { pattern: "^[a-z]+$" },
      minProperties: 1,
    },
  ],
  [
    "keys of a pattern",
    { type: "object", patternProperties: { "^x-": { type: "integer" } }, additionalProperties: false },
  ],
  ["an object of some size", { type: "object", minProperties: 2 }],
  ["alternatives", { anyOf: [{ type: "integer" }, { type: "string", minLength: 1 }] }],
  [
    "one of several",
    {
      oneOf: [
        { type: "object", properties: { kind: { const: "a" } }, required: ["kind"] },
        { type: "object", properties: { kind: { const: "b" } }, required: ["kind"] },
      ],
    },
  ],
  [
    "all of several",
    {
      allOf: [
        ref("Named"),
        { properties: { name: { minLength: 3 }, age: { type: "integer" } }, required: ["age"] },
        { properties: { name: { maxLength: 5 } } },
      ],
    },
  ],
  [
    "alternatives with something in common",
    {
      type: "object",
      properties: { id: { type: "integer" } },
      required: ["id"],
      anyOf: [{ required: ["a"] }, { properties: { b: { const: 1 } }, required: ["b"] }],
    },
  ],
  ["a tree", ref("Node")],
  ["a reference with more", { ...ref("Named"), properties: { name: { minLength: 2 } } }],
  [
    "examples of what cannot be made up",
    { type: "string", pattern: "^(?=.*z)(?=.*a).{20}$", examples: ["za".repeat(10), "short"] },
  ],
  [
    "what Zod says",
    jsonSchema(
      z.object({
        e: z.email(),
        u: z.url(),
        d: z.coerce.date(),
        n: z.int().multipleOf(5),
        r: z.record(z.string(), z.array(z.float32())),
      }),
      "input",
    ),
  ],
];

describe("values of a schema", () => {
  it.each(SCHEMAS)("%s", (_, schema) => {
    const made = fc.sample(arbitraries.of(schema), { ...RUNS, seed: 5 });
    const fitting = made.filter((value) => validator.issue(schema, value) === undefined);
    // The rest is left to the validator; there may be a little of it.
    expect(
      fitting.length,
      validator.issue(
        schema,
        made.find((value) => validator.issue(schema, value) !== undefined),
      ),
    ).toBeGreaterThan(RUNS.numRuns * 0.9);
  });

  it.each<[name: string, schema: JsonSchema | boolean, why: string]>([
    ["nothing", false, "no value meets the schema"],
    ["no values", { enum: [] }, "no value meets the schema"],
    ["nothing but itself", ref("Itself"), "the schema contains nothing but itself"],
    ["itself without an end", ref("Endless"), "the schema requires itself without an end"],
    [
      "a format of nobody",
      { type: "string", format: "x-own" },
      "no text can be made up for the format x-own",
    ],
    [
      "what an object needs",
      { type: "object", properties: { a: { type: "string", format: "x-own" } }, required: ["a"] },
      "a: no text can be made up",
    ],
  ])("none of %s", (_, schema, why) => {
    expect(() => fc.sample(arbitraries.of(schema), RUNS)).toThrow(Ungenerable);
    expect(() => fc.sample(arbitraries.of(schema), RUNS)).toThrow(why);
  });

  it("leave out what is optional and cannot be made up", () => {
    const schema = {
      type: "object",
      properties: {
        a: { type: "string", format: "x-own" },
        b: { type: "array", items: { type: "string", format: "x-own" } },
      },
      required: ["b"],
    };
    expect(fc.sample(arbitraries.of(schema), RUNS).every((value) => !("a" in (value as object)))).toBe(true);
  });
});

describe("violations of a schema", () => {
  const named = (schema: JsonSchema): string[] => violations.of(schema).map(({ name }) => name);

  it.each(SCHEMAS.filter(([, { items }]) => items !== false))("of %s are wrong", (_, schema) => {
    const found = violations.of(schema);
    expect(found.length).toBeGreaterThan(0);
    const wrong = found.flatMap(({ values }) =>
      fc
        .sample(values, { numRuns: 20, seed: 3 })
        .map((value) => validator.issue(schema, value) !== undefined),
    );
    expect(wrong.filter(Boolean).length / wrong.length).toBeGreaterThan(0.4);
  });

  it("are named by what is wrong, and where", () => {
    expect(named({ type: "integer", minimum: 1, exclusiveMaximum: 5, multipleOf: 2 })).toEqual([
      "of another kind",
      "below its minimum",
      "above its maximum",
      "not whole",
      "no multiple",
    ]);
    expect(named({ type: "string", minLength: 1, maxLength: 3, pattern: "a", format: "email" })).toEqual([
      "of another kind",
      "too short",
      "too long",
      "no email",
      "not of its pattern",
    ]);
    expect(
      named({
        type: "array",
        items: { type: "integer", minimum: 0 },
        minItems: 1,
        maxItems: 2,
        uniqueItems: true,
      }),
    ).toEqual([
      "of another kind",
      "too few",
      "too many",
      "one twice",
      "[]: of another kind",
      "[]: below its minimum",
      "[]: not whole",
    ]);
    expect(
      named({
        type: "object",
        properties: {
          tags: {
            type: "array",
            items: { type: "object", properties: { n: { enum: [1] } }, required: ["n"] },
          },
        },
        required: ["tags"],
        additionalProperties: false,
      }),
    ).toEqual([
      "of another kind",
      "tags: missing",
      "a key of nobody",
      "tags: of another kind",
      "tags.[]: of another kind",
      "tags.[].n: missing",
      "tags.[].n: of another kind",
      "tags.[].n: none of the values",
    ]);
    expect(named({ type: "object", additionalProperties: { type: "string" } })).toContain(
      "*: of another kind",
    );
    expect(
      named({
        anyOf: [
          { type: "integer", minimum: 3 },
          { type: "integer", maximum: 1 },
        ],
      }),
    ).toEqual(["of another kind", "below its minimum", "not whole", "above its maximum"]);
  });

  it("are none of what admits everything", () => {
    expect(violations.of(true)).toEqual([]);
    expect(named({})).toEqual([]);
  });
});

describe("what stands on the wire", () => {
  it.each<[schema: JsonSchema, text: unknown, may: boolean]>([
    [{ type: "integer" }, "5", true],
    [{ type: "integer" }, "5.5", false],
    [{ type: "integer", maximum: 3 }, "5", false],
    [{ type: "boolean" }, "true", true],
    [{ type: "boolean" }, "yes", false],
    [{ type: "array", items: { type: "integer" } }, "5", true],
    [{ type: "array", items: { type: "integer" } }, ["5", "x"], false],
    [{ type: "integer" }, ["5", "6"], false],
    [{ enum: [1, 2] }, "3", false],
    [{ type: "object", properties: { a: { type: "integer" } } }, { a: "1" }, true],
  ])("%j may be %j: %s", (schema, text, may) => {
    expect(validator.mayBe(schema, text)).toBe(may);
  });
});
