import { describe, expect, test } from "vitest";
import { z } from "zod";
import { jsonSchema, type JsonSchema } from "../json-schema.ts";
import { filterKeeps } from "./filter-keeps.ts";
import { nodeOf } from "./verdict.ts";

const item = z.object({ id: z.int(), at: z.date().optional() });

describe("the filter need not run", () => {
  test.each<[string, z.ZodType]>([
    ["for a scalar", z.union([z.string(), z.int().nullable()])],
    ["for an object", item],
    ["for objects in arrays in objects", z.object({ items: z.array(item), first: item.nullable() })],
    ["for components", z.object({ one: item.meta({ id: "FilterKeepsItem" }) })],
    ["for what anything may be", z.object({ any: z.unknown().describe("anything") })],
    ["for a strict object", z.strictObject({ a: z.string() })],
  ])("%s", (_, schema) => {
    expect(filterKeeps(nodeOf(schema)!, jsonSchema(schema, "output"))).toBe(true);
  });
});

describe("the filter runs", () => {
  test.each<[string, z.ZodType]>([
    ["for a union of objects", z.union([z.object({ k: z.literal("a") }), z.object({ k: z.literal("b") })])],
    ["for a tuple", z.tuple([item])],
    ["for a record", z.record(z.string(), item)],
    ["for a default that is not a scalar", z.object({ items: z.array(item).default([]) })],
    ["for a member called toJSON", z.object({ toJSON: z.unknown() })],
    ["for anything or null", z.object({ any: z.unknown().nullable() })],
    ["where meta says more", z.object({ one: z.unknown().meta({ type: "string" }) })],
    ["where meta says that another applies", item.meta({ allOf: [{ type: "object" }] })],
  ])("%s", (_, schema) => {
    expect(filterKeeps(nodeOf(schema)!, jsonSchema(schema, "output"))).toBe(false);
  });

  test.each<[string, JsonSchema]>([
    ["with fewer members", { type: "object", properties: { id: {} } }],
    ["in another order", { type: "object", properties: { at: { type: "string" }, id: {} } }],
    ["of another type", { type: "array", items: {} }],
    ["of no type", { properties: { id: {}, at: { type: "string" } } }],
    [
      "with patterns",
      { type: "object", properties: { id: {}, at: { type: "string" } }, patternProperties: {} },
    ],
  ])("where the JSON Schema is one %s", (_, json) => {
    expect(filterKeeps(nodeOf(item)!, json)).toBe(false);
  });
});
