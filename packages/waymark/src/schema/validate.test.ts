import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { validate } from "./validate.ts";

function custom(validate: StandardSchemaV1.Props["validate"], vendor = "own"): StandardSchemaV1 {
  return { "~standard": { version: 1, vendor, validate } };
}

describe("validate", () => {
  test("is synchronous where the library is, and a promise where it is not", async () => {
    expect(validate(z.int(), 5)).toEqual({ value: 5 });
    const later = validate(z.int().refine(async (value) => value > 5), 5); // prettier-ignore
    expect(later).toBeInstanceOf(Promise);
    expect(await later).toMatchObject({ issues: [{ path: [], code: "custom" }] });
  });

  test("passes on what a schema throws", () => {
    const broken = custom(() => {
      throw new RangeError("broken");
    });
    expect(() => validate(broken, 1)).toThrow("broken");
  });

  test("has plain paths, whatever the library's segments are", () => {
    const schema = custom(() => ({
      issues: [{ message: "no", path: [{ key: "a" }, 0, { key: Symbol("b") }, "c"] }, { message: "no" }],
    }));
    expect(validate(schema, {})).toEqual({
      issues: [
        { path: ["a", 0, "Symbol(b)", "c"], message: "no", code: "invalid" },
        { path: [], message: "no", code: "invalid" },
      ],
    });
  });

  test("keeps the library's own codes", () => {
    expect(validate(z.int().min(3), 1)).toMatchObject({ issues: [{ code: "too_small" }] });
    expect(validate(v.pipe(v.number(), v.minValue(3)), 1)).toMatchObject({ issues: [{ code: "min_value" }] });
    expect(validate(type("number >= 3"), 1)).toMatchObject({ issues: [{ code: "min" }] });
  });

  describe("never tells the value that was sent", () => {
    test.each<[string, StandardSchemaV1<any>, unknown, string]>([
      ["a Valibot type", v.number(), "hush", "Invalid type: Expected number"],
      ["a Valibot format", v.pipe(v.string(), v.email()), "hush", "Invalid email"],
      ["a Valibot range", v.pipe(v.number(), v.minValue(9000)), 4711, "Invalid value: Expected >=9000"],
      [
        "a missing Valibot value",
        v.number(),
        undefined,
        "Invalid type: Expected number but received undefined",
      ],
      ["an ArkType format", type("string.email"), "hush", "must be an email address"],
      ["an ArkType range", type("number > 9000"), 4711, "must be more than 9000"],
      ["an ArkType type", type("number"), "hush", "must be a number (was a string)"],
      ["ArkType's JSON", type("string.json.parse"), "hush", "must be a JSON string"],
      [
        "several ArkType constraints",
        type("string.email & string > 50"),
        "hush",
        "must be an email address and must be at least length 51",
      ],
      [
        "any other library that quotes it",
        custom((value) => ({ issues: [{ message: `not ${JSON.stringify(value)}` }] })),
        "hush",
        "not this value",
      ],
    ])("%s", (_what, schema, sent, message) => {
      expect(validate(schema, sent)).toMatchObject({ issues: [{ path: [], message }] });
    });

    test("inside of objects", () => {
      const told = validate(type({ list: "number[]", word: "'a' | 'b'" }), {
        list: [1, "hush"],
        word: "hush",
      });
      expect(told).toMatchObject({
        issues: [{ path: ["list", 1] }, { path: ["word"], message: 'must be "a" or must be "b"' }],
      });
      expect(JSON.stringify(told)).not.toContain("hush");
    });
  });

  test("an application's own message stays as it is", () => {
    expect(validate(type("string.uuid").configure({ message: "give a uuid" }), "x")).toMatchObject({
      issues: [{ message: "give a uuid" }],
    });
    expect(validate(v.pipe(v.string(), v.email("give an address")), "x")).toMatchObject({
      issues: [{ message: "give an address" }],
    });
    expect(validate(z.email("give an address"), "x")).toMatchObject({
      issues: [{ message: "give an address" }],
    });
  });

  test("survives deep nesting and odd keys", () => {
    let deep: unknown = 1;
    for (let i = 0; i < 1000; i++) deep = { a: deep };
    expect(validate(z.object({ a: z.string() }), deep)).toMatchObject({ issues: [{ path: ["a"] }] });
    const odd: unknown = JSON.parse('{"__proto__":{"name":"x"}}');
    expect(validate(z.object({ name: z.string() }), odd)).toMatchObject({ issues: [{ path: ["name"] }] });
    expect(({} as { name?: unknown }).name).toBeUndefined();
  });
});
