import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { scope, type } from "arktype";
import { Type } from "typebox";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import { isNever, jsonSchema } from "./json-schema.ts";
import { SchemaError } from "./schema-error.ts";

const DATE_TIME = { type: "string", format: "date-time" };

describe("Zod", () => {
  test("dates are date-times on both sides, alone and inside", () => {
    for (const side of ["input", "output"] as const) {
      expect(jsonSchema(z.date(), side)).toEqual(DATE_TIME);
      expect(jsonSchema(z.coerce.date(), side)).toEqual(DATE_TIME);
      expect(jsonSchema(z.date().nullable(), side)).toEqual({ anyOf: [DATE_TIME, { type: "null" }] });
      expect(jsonSchema(z.object({ at: z.date().meta({ id: "When" }) }), side)).toMatchObject({
        $defs: { When: DATE_TIME },
      });
    }
  });

  test("a codec is what it takes on one side, and what it gives on the other", () => {
    const codec = z.codec(z.iso.datetime(), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString(),
    });
    expect(jsonSchema(codec, "input")).toMatchObject(DATE_TIME);
    expect(jsonSchema(codec, "output")).toEqual(DATE_TIME);
  });

  test.each([
    [z.bigint(), "bigint"],
    [z.map(z.string(), z.string()), "map"],
    [z.set(z.string()), "set"],
    [z.symbol(), "symbol"],
    [z.nan(), "nan"],
    [z.custom(() => true), "custom"],
    [z.instanceof(Map), "custom"],
    [z.literal(1n), "literal of a bigint"],
  ])("refuses %#", (schema, name) => {
    expect(() => jsonSchema(z.array(schema), "input")).toThrow(SchemaError);
    expect(() => jsonSchema(z.array(schema), "input")).toThrow(`Zod's ${name} has no form in JSON`);
  });

  test("refuses what a transform gives, but not what it takes", () => {
    const length = z.string().transform((text) => text.length);
    expect(jsonSchema(length, "input")).toEqual({ type: "string" });
    expect(() => jsonSchema(length, "output")).toThrow("pipe it into a schema of the result");
    expect(jsonSchema(length.pipe(z.number()), "output")).toEqual({ type: "number" });
  });

  test("names everything that is wrong at once", () => {
    expect(() => jsonSchema(z.object({ a: z.bigint(), b: z.set(z.string()) }), "input")).toThrow(
      /set has .*; Zod's bigint has|bigint has .*; Zod's set has/,
    );
  });

  test("a type that meta describes is what meta says", () => {
    const decimal = z.custom(() => true).meta({ type: "string", format: "decimal" });
    expect(jsonSchema(decimal, "output")).toEqual({ type: "string", format: "decimal" });
    expect(jsonSchema(z.date().meta({ type: "integer" }), "input")).toEqual({ type: "integer" });
    expect(jsonSchema(z.object({ at: z.date().meta({ description: "When" }) }), "input")).toMatchObject({
      properties: { at: { ...DATE_TIME, description: "When" } },
    });
  });

  test("undefined is no value, and leaves unions", () => {
    expect(isNever(jsonSchema(z.undefined(), "input"))).toBe(true);
    expect(isNever(jsonSchema(z.void(), "output"))).toBe(true);
    expect(jsonSchema(z.union([z.string(), z.undefined()]), "input")).toEqual({ type: "string" });
    expect(jsonSchema(z.union([z.string(), z.int(), z.undefined()]), "input")).toMatchObject({
      anyOf: [{ type: "string" }, { type: "integer" }],
    });
    expect(jsonSchema(z.string().optional(), "input")).toEqual({ type: "string" });
  });

  test("an id is a definition, and stands where it is", () => {
    const Product = z.object({ name: z.string() }).meta({ id: "Product" });
    expect(jsonSchema(Product, "input")).toMatchObject({
      $ref: "#/$defs/Product",
      $defs: { Product: { type: "object" } },
    });
    expect(jsonSchema(z.array(Product), "input")).toMatchObject({ items: { $ref: "#/$defs/Product" } });
  });

  test("two schemas with one id are refused", () => {
    const schema = z.object({ a: z.string().meta({ id: "Twice" }), b: z.int().meta({ id: "Twice" }) });
    expect(() => jsonSchema(schema, "input")).toThrow(/zod gives no JSON Schema: .*Twice/s);
  });

  test("zod/mini is told apart", () => {
    expect(() => jsonSchema(mini.string(), "input")).toThrow('"zod/mini" has none');
  });
});

describe("ArkType", () => {
  test("dates are date-times; narrows say nothing; undefined is no value", () => {
    expect(jsonSchema(type("Date"), "input")).toEqual(DATE_TIME);
    expect(
      jsonSchema(
        type("string").narrow((text) => text !== "x"),
        "input",
      ),
    ).toEqual({ type: "string" });
    expect(jsonSchema(type("string | undefined"), "input")).toEqual({ type: "string" });
    expect(jsonSchema(type({ a: "number | undefined" }), "input")).toMatchObject({
      properties: { a: { type: "number" } },
    });
    expect(isNever(jsonSchema(type("undefined"), "input"))).toBe(true);
  });

  test.each([
    [type("bigint"), "bigint"],
    [type("symbol"), "symbol"],
    [type("Map"), "Map"],
    [type({ a: "Set" }), "Set"],
  ])("refuses %#", (schema, name) => {
    expect(() => jsonSchema(schema, "input")).toThrow(`ArkType's ${name} has no form in JSON`);
  });

  test("refuses what a morph gives when it does not say, at any depth", () => {
    const length = type("string").pipe((text) => text.length);
    expect(jsonSchema(length, "input")).toEqual({ type: "string" });
    expect(() => jsonSchema(length, "output")).toThrow('.to("number")');
    expect(() => jsonSchema(type({ a: [length, "[]"] }), "output")).toThrow("what a morph gives");
    expect(jsonSchema(length.to("number"), "output")).toEqual({ type: "number" });
    expect(jsonSchema(type("string.numeric.parse"), "output")).toEqual({ type: "number" });
    expect(jsonSchema(type("string.date.parse"), "output")).toEqual(DATE_TIME);
  });

  test("a default that stands alone is told apart from a schema", () => {
    const limit = type("number").default(10) as never;
    expect(() => jsonSchema(limit, "input")).toThrow(
      "ArkType's default and optional stand inside objects only",
    );
  });

  test("recursive types refer to their definitions", () => {
    const { node } = scope({ node: { v: "string", kids: "node[]" } }).export();
    const { $ref, $defs } = jsonSchema(node, "output");
    expect($defs).toHaveProperty([$ref!.slice("#/$defs/".length)]);
  });
});

describe("Valibot", () => {
  const json = (schema: Parameters<typeof toStandardJsonSchema>[0], side: "input" | "output" = "input") =>
    jsonSchema(toStandardJsonSchema(schema), side);

  test("dates are date-times, also where text becomes one", () => {
    expect(json(v.date())).toEqual(DATE_TIME);
    const text = v.pipe(v.string(), v.isoTimestamp(), v.transform((value) => new Date(value)), v.date()); // prettier-ignore
    expect(json(text)).toEqual(DATE_TIME);
    expect(json(text, "output")).toEqual(DATE_TIME);
  });

  test("checks and conversions within a type leave it what it is", () => {
    const text = v.pipe(v.string(), v.trim(), v.toLowerCase(), v.check((value) => value !== "x"), v.brand("Id"), v.maxLength(9)); // prettier-ignore
    for (const side of ["input", "output"] as const)
      expect(json(text, side)).toMatchObject({ type: "string" });
    const object = v.pipe(
      v.object({ a: v.string(), b: v.string() }),
      v.forward(
        v.partialCheck([["a"], ["b"]], ({ a, b }) => a === b),
        ["a"],
      ),
      v.readonly(),
    );
    expect(json(object, "output")).toMatchObject({ required: ["a", "b"] });
  });

  test("refuses what a transform gives, but not what it takes", () => {
    const length = v.pipe(v.string(), v.transform((text) => text.length)); // prettier-ignore
    expect(json(length)).toEqual({ type: "string" });
    expect(() => json(length, "output")).toThrow(
      "what Valibot's transform gives has no form in JSON: follow it by a schema",
    );
    expect(json(v.pipe(length, v.number()), "output")).toEqual({ type: "number" });
  });

  test.each([
    [v.bigint(), "bigint"],
    [v.custom(() => true), "custom"],
    [v.instance(Map), "instance"],
    [v.object({ a: v.set(v.string()) }), "set"],
  ])("refuses %#", (schema, name) => {
    expect(() => json(schema)).toThrow(`Valibot's ${name} has no form in JSON`);
  });

  test("loose objects and tuples keep what they do not declare", () => {
    expect(json(v.looseObject({ a: v.string() }))).toMatchObject({ additionalProperties: {} });
    expect(json(v.looseTuple([v.string()]))).toMatchObject({ items: {} });
    expect(json(v.object({ a: v.string() }))).not.toHaveProperty("additionalProperties");
    expect(json(v.strictObject({ a: v.string() }))).toMatchObject({ additionalProperties: false });
  });

  test("without its adapter it is told apart", () => {
    expect(() => jsonSchema(v.string(), "input")).toThrow("wrap it with toStandardJsonSchema()");
  });
});

test.each([
  [undefined, "undefined is not a Standard Schema"],
  [null, "null is not a Standard Schema"],
  [{ type: "string" }, "an object is not a Standard Schema"],
  [() => true, "function is not a Standard Schema"],
  [Type.String(), "wrap it with typebox()"],
  [
    { "~standard": { version: 1, vendor: "other", validate: () => ({ value: 1 }) } },
    "other schema gives no JSON Schema",
  ],
])("what is no schema is told what it is: %#", (schema, message) => {
  expect(() => jsonSchema(schema as never, "input")).toThrow(message);
  expect(() => jsonSchema(schema as never, "input")).toThrow(SchemaError);
});

test("a schema that only looks like one inside of a value is left alone", () => {
  const value = { anyOf: [{ not: {} }, 1], $ref: "#/nowhere" };
  const schema = z.object({ a: z.any().meta({ examples: [value] }) }).meta({ default: value });
  expect(jsonSchema(schema, "input")).toMatchObject({
    default: value,
    properties: { a: { examples: [value] } },
  });
});
