import { expect, it } from "vitest";
import type { JsonSchema } from "../../snapshot.ts";
import { isTooDear } from "./schema-cost.ts";
import { schemaSet, UnusableSchema } from "./schema-set.ts";

/** Each has the next one twice. */
function doubling(levels: number, keyword: string): Record<string, JsonSchema> {
  const next = (i: number): JsonSchema => ({ $ref: `#/schemas/e${i + 1}` });
  const schemas: Record<string, JsonSchema> = { [`e${levels}`]: { type: "integer" } };
  for (let i = 0; i < levels; i++) schemas[`e${i}`] = { [keyword]: [next(i), next(i)] };
  return schemas;
}
const FIRST = { $ref: "#/schemas/e0" };

it.each(["allOf", "anyOf", "oneOf"])("refuses %s that double a value's work at every level", (keyword) => {
  expect(isTooDear(FIRST, doubling(10, keyword), new Map())).toBe(false);
  expect(isTooDear(FIRST, doubling(30, keyword), new Map())).toBe(true);
  const schemas = doubling(30, keyword);
  for (const direction of ["request", "response"] as const) {
    const validator = schemaSet(schemas, direction).validator(FIRST);
    expect(() => validator.isValid(1)).toThrow(UnusableSchema);
    expect(() => validator.errors(1, true)).toThrow(/applies more than/);
  }
});

it("counts what is applied, and neither members nor what leads back", () => {
  const wide = { allOf: Array.from({ length: 2000 }, () => ({ type: "object" })) };
  expect(isTooDear(wide, {}, new Map())).toBe(false);
  const tree = {
    node: { properties: { left: { $ref: "#/schemas/node" }, right: { $ref: "#/schemas/node" } } },
  };
  expect(isTooDear({ $ref: "#/schemas/node" }, tree, new Map())).toBe(false);
  expect(isTooDear({ $ref: "#/schemas/a" }, { a: { allOf: [{ $ref: "#/schemas/a" }] } }, new Map())).toBe(
    false,
  );
  expect(isTooDear(true, {}, new Map())).toBe(false);
});
