import type { StandardSchemaV1 } from "@standard-schema/spec";
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import { Type } from "typebox";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { UNREADABLE, wireReader, type WireInput } from "./coerce.ts";
import { outputFilter } from "./filter.ts";
import { jsonSchema } from "./json-schema.ts";
import { parseQuery } from "./query.ts";
import { typebox } from "./typebox.ts";
import { validate, type Verdict } from "./validate.ts";

type Schema = StandardSchemaV1<any, any>;

/** The same schemas, as each library says them. */
interface Library {
  readonly string: Schema;
  readonly integer: Schema;
  readonly number: Schema;
  readonly boolean: Schema;
  readonly limit: Schema; // integer, 1 to 100
  readonly optional: Schema; // a string that may be absent
  readonly nullable: Schema; // a number or null
  readonly choice: Schema; // "new" | "used"
  readonly mixed: Schema; // a string or a number
  readonly strings: Schema;
  readonly integers: Schema;
  readonly pair: Schema; // [string, number]
  readonly arrayOrString: Schema;
  readonly range: Schema; // { min: number, max?: number }
  readonly product: Schema; // { name: string, tags: string[], maker?: { city: string } }
  readonly record: Schema; // string to number
  readonly kinds: Schema; // { kind: "a", one: string } | { kind: "b", two: string }
  readonly bigint: Schema;
}

const libraries: Record<string, Library> = {
  Zod: {
    string: z.string(),
    integer: z.int(),
    number: z.number(),
    boolean: z.boolean(),
    limit: z.int().min(1).max(100),
    optional: z.string().optional(),
    nullable: z.number().nullable(),
    choice: z.enum(["new", "used"]),
    mixed: z.union([z.string(), z.number()]),
    strings: z.array(z.string()),
    integers: z.array(z.int()),
    pair: z.tuple([z.string(), z.number()]),
    arrayOrString: z.union([z.string(), z.array(z.string())]),
    range: z.object({ min: z.number(), max: z.number().optional() }),
    product: z.object({
      name: z.string(),
      tags: z.array(z.string()),
      maker: z.object({ city: z.string() }).optional(),
    }),
    record: z.record(z.string(), z.number()),
    kinds: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("a"), one: z.string() }),
      z.object({ kind: z.literal("b"), two: z.string() }),
    ]),
    bigint: z.object({ id: z.bigint() }),
  },
  ArkType: {
    string: type("string"),
    integer: type("number.integer"),
    number: type("number"),
    boolean: type("boolean"),
    limit: type("1 <= number.integer <= 100"),
    optional: type("string | undefined"),
    nullable: type("number | null"),
    choice: type("'new' | 'used'"),
    mixed: type("string | number"),
    strings: type("string[]"),
    integers: type("number.integer[]"),
    pair: type(["string", "number"]),
    arrayOrString: type("string | string[]"),
    range: type({ min: "number", "max?": "number" }),
    product: type({ name: "string", tags: "string[]", "maker?": { city: "string" } }),
    record: type({ "[string]": "number" }),
    kinds: type({ kind: "'a'", one: "string" }).or({ kind: "'b'", two: "string" }),
    bigint: type({ id: "bigint" }),
  },
  Valibot: {
    string: toStandardJsonSchema(v.string()),
    integer: toStandardJsonSchema(v.pipe(v.number(), v.integer())),
    number: toStandardJsonSchema(v.number()),
    boolean: toStandardJsonSchema(v.boolean()),
    limit: toStandardJsonSchema(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100))),
    optional: toStandardJsonSchema(v.optional(v.string())),
    nullable: toStandardJsonSchema(v.nullable(v.number())),
    choice: toStandardJsonSchema(v.picklist(["new", "used"])),
    mixed: toStandardJsonSchema(v.union([v.string(), v.number()])),
    strings: toStandardJsonSchema(v.array(v.string())),
    integers: toStandardJsonSchema(v.array(v.pipe(v.number(), v.integer()))),
    pair: toStandardJsonSchema(v.tuple([v.string(), v.number()])),
    arrayOrString: toStandardJsonSchema(v.union([v.string(), v.array(v.string())])),
    range: toStandardJsonSchema(v.object({ min: v.number(), max: v.optional(v.number()) })),
    product: toStandardJsonSchema(
      v.object({
        name: v.string(),
        tags: v.array(v.string()),
        maker: v.optional(v.object({ city: v.string() })),
      }),
    ),
    record: toStandardJsonSchema(v.record(v.string(), v.number())),
    kinds: toStandardJsonSchema(
      v.variant("kind", [
        v.object({ kind: v.literal("a"), one: v.string() }),
        v.object({ kind: v.literal("b"), two: v.string() }),
      ]),
    ),
    bigint: toStandardJsonSchema(v.object({ id: v.bigint() })),
  },
  TypeBox: {
    string: typebox(Type.String()),
    integer: typebox(Type.Integer()),
    number: typebox(Type.Number()),
    boolean: typebox(Type.Boolean()),
    limit: typebox(Type.Integer({ minimum: 1, maximum: 100 })),
    optional: typebox(Type.Optional(Type.String())),
    nullable: typebox(Type.Union([Type.Number(), Type.Null()])),
    choice: typebox(Type.Enum(["new", "used"])),
    mixed: typebox(Type.Union([Type.String(), Type.Number()])),
    strings: typebox(Type.Array(Type.String())),
    integers: typebox(Type.Array(Type.Integer())),
    pair: typebox(Type.Tuple([Type.String(), Type.Number()])),
    arrayOrString: typebox(Type.Union([Type.String(), Type.Array(Type.String())])),
    range: typebox(Type.Object({ min: Type.Number(), max: Type.Optional(Type.Number()) })),
    product: typebox(
      Type.Object({
        name: Type.String(),
        tags: Type.Array(Type.String()),
        maker: Type.Optional(Type.Object({ city: Type.String() })),
      }),
    ),
    record: typebox(Type.Record(Type.String(), Type.Number())),
    kinds: typebox(
      Type.Union([
        Type.Object({ kind: Type.Literal("a"), one: Type.String() }),
        Type.Object({ kind: Type.Literal("b"), two: Type.String() }),
      ]),
    ),
    bigint: typebox(Type.Object({ id: Type.BigInt() })),
  },
};

function reader(schema: Schema, options: WireInput["options"] = {}, place: WireInput["in"] = "query") {
  return wireReader({ in: place, schema, options }, "value");
}

function verdict(schema: Schema, value: unknown): Verdict {
  const result = validate(schema, value);
  if (result instanceof Promise) throw new Error("these schemas are synchronous");
  return result;
}

describe.each(Object.entries(libraries))("%s", (_name, library) => {
  test.each<[keyof Library, string, unknown]>([
    ["string", "05", "05"],
    ["string", "", ""],
    ["string", "null", "null"],
    ["integer", "42", 42],
    ["integer", "-7", -7],
    ["integer", "9007199254740991", 9007199254740991],
    ["integer", "9007199254740992", UNREADABLE],
    ["integer", "05", UNREADABLE],
    ["integer", "+5", UNREADABLE],
    ["integer", " 5", UNREADABLE],
    ["integer", "5.0", UNREADABLE],
    ["integer", "1e3", UNREADABLE],
    ["integer", "0x10", UNREADABLE],
    ["integer", "", UNREADABLE],
    ["integer", "null", UNREADABLE],
    ["limit", "10", 10],
    ["limit", "1000", 1000],
    ["number", "1.5", 1.5],
    ["number", "-1e3", -1000],
    ["number", "1e999", UNREADABLE],
    ["number", ".5", UNREADABLE],
    ["number", "5.", UNREADABLE],
    ["number", "NaN", UNREADABLE],
    ["number", "Infinity", UNREADABLE],
    ["number", "1_000", UNREADABLE],
    ["number", "", UNREADABLE],
    ["boolean", "true", true],
    ["boolean", "false", false],
    ["boolean", "TRUE", UNREADABLE],
    ["boolean", "1", UNREADABLE],
    ["boolean", "", UNREADABLE],
    ["nullable", "3", 3],
    ["nullable", "null", UNREADABLE],
    ["choice", "new", "new"],
    ["choice", "neither", "neither"],
    ["mixed", "5", "5"],
    ["optional", "x", "x"],
  ])("reads %s %j as %o", (name, text, value) => {
    expect(reader(library[name]).read(text)).toBe(value);
  });

  test("leaves what is absent to the library", () => {
    for (const name of ["string", "integer", "strings"] as const)
      expect(reader(library[name]).read(undefined)).toBeUndefined();
    expect(verdict(library.optional, undefined)).toMatchObject({ value: undefined });
    expect(verdict(library.string, undefined).issues).toHaveLength(1);
  });

  test("refuses a repeated name where no array is declared", () => {
    const integer = reader(library.integer);
    expect(integer.read(["1", "2"])).toBe(UNREADABLE);
    expect(integer.explain(["1", "2"])).toMatchObject([{ path: [], code: "repeated" }]);
  });

  test("reads arrays from repeated names, and says which element is wrong", () => {
    expect(reader(library.strings).read("one")).toEqual(["one"]);
    expect(reader(library.integers).read(["1", "2"])).toEqual([1, 2]);
    expect(reader(library.pair).read(["1", "2"])).toEqual(["1", 2]);
    expect(reader(library.integers).read(["1", "x", ""])).toBe(UNREADABLE);
    expect(reader(library.integers).explain(["1", "x", ""])).toMatchObject([{ path: [1] }, { path: [2] }]);
  });

  test("reads arrays from lists", () => {
    expect(reader(library.integers, { explode: false }).read("1,2")).toEqual([1, 2]);
    expect(reader(library.strings, { style: "pipeDelimited" }).read("a|b")).toEqual(["a", "b"]);
    expect(reader(library.strings, { style: "spaceDelimited" }).read("a b")).toEqual(["a", "b"]);
    expect(reader(library.integers, {}, "path").read("1,2")).toEqual([1, 2]);
    expect(reader(library.strings, {}, "header").read("a , b,, c")).toEqual(["a", "b", "c"]);
  });

  test("reads objects from the query", () => {
    const deep = reader(library.range, { style: "deepObject" });
    expect(deep.readObject!(parseQuery("value[min]=1&value[max]=2.5"))).toEqual({ min: 1, max: 2.5 });
    expect(deep.explainObject!(parseQuery("value[min]=x&value[max]=2"))).toMatchObject([{ path: ["min"] }]);
    const form = reader(library.range, { style: "form" });
    expect(form.readObject!(parseQuery("min=1&other=2"))).toEqual({ min: 1 });
    const list = reader(library.range, { style: "form", explode: false });
    expect(list.read("min,1,max,2")).toEqual({ min: 1, max: 2 });
    const record = reader(library.record, { style: "deepObject" });
    expect(record.readObject!(parseQuery("value[a]=1&value[__proto__]=2"))).toEqual(
      Object.fromEntries([
        ["a", 1],
        ["__proto__", 2],
      ]),
    );
  });

  test("refuses at start what has no single form on the wire", () => {
    expect(() => reader(library.arrayOrString)).toThrow("cannot be told apart");
    expect(() => reader(library.range)).toThrow("needs a style");
    expect(() => reader(library.product, { style: "form" })).toThrow(
      'property "maker": use style "deepObject"',
    );
  });

  test("gives JSON Schema of both sides", () => {
    for (const side of ["input", "output"] as const) {
      expect(jsonSchema(library.limit, side)).toMatchObject({ type: "integer", minimum: 1, maximum: 100 });
      expect(jsonSchema(library.range, side)).toMatchObject({
        type: "object",
        properties: { min: { type: "number" }, max: { type: "number" } },
        required: ["min"],
      });
      expect(jsonSchema(library.optional, side)).toEqual({ type: "string" });
      expect(jsonSchema(library.record, side)).toMatchObject({ additionalProperties: { type: "number" } });
      expect(jsonSchema(library.pair, side)).toMatchObject({
        prefixItems: [{ type: "string" }, { type: "number" }],
      });
    }
  });

  test("gives the same JSON Schema again", () => {
    expect(jsonSchema(library.product, "input")).toBe(jsonSchema(library.product, "input"));
  });

  test("refuses a type that JSON has no form for, by name", () => {
    expect(() => jsonSchema(library.bigint, "input")).toThrow(/bigint has no form in JSON/);
  });

  test("validates, and tells every issue without the value that was sent", () => {
    const good = { name: "x", tags: ["a"] };
    expect(verdict(library.product, good)).toMatchObject({ value: good });
    const { issues } = verdict(library.product, { name: "fine", tags: ["a", 55555], maker: { city: 66666 } });
    expect(issues?.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        ["tags", 1],
        ["maker", "city"],
      ]),
    );
    for (const issue of issues!) {
      expect(issue.code).toMatch(/^\w+$/);
      expect(issue.message).toMatch(/./);
    }
    const told = [
      issues,
      verdict(library.choice, "secret-word").issues,
      verdict(library.limit, 987654).issues,
      verdict(library.mixed, false).issues,
      verdict(library.kinds, { kind: "secret-word" }).issues,
    ];
    expect(JSON.stringify(told)).not.toMatch(/55555|66666|secret-word|987654|false/);
  });

  test("tells a missing key at the key", () => {
    expect(verdict(library.range, {}).issues).toMatchObject([{ path: ["min"] }]);
  });

  test("filters replies to what is declared", () => {
    const filter = outputFilter(jsonSchema(library.product, "output"));
    expect(
      filter({ name: "x", secret: 1, tags: ["a"], maker: { city: "Y", owner: "hidden" }, constructor: 1 }),
    ).toEqual({ name: "x", tags: ["a"], maker: { city: "Y" } });
    const kinds = outputFilter(jsonSchema(library.kinds, "output"));
    expect(kinds({ kind: "a", one: "1", two: "hidden" })).toEqual({ kind: "a", one: "1" });
    expect(kinds({ kind: "b", one: "hidden", two: "2" })).toEqual({ kind: "b", two: "2" });
    const record = { a: 1, b: 2 };
    expect(outputFilter(jsonSchema(library.record, "output"))(record)).toBe(record);
  });
});
