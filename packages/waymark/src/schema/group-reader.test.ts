import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { UNREADABLE, wireReader } from "./coerce.ts";
import { groupReader, type Carrier, type GroupReader } from "./group-reader.ts";
import { objectGroup } from "./object-group.ts";
import { parseQuery, Query } from "./query.ts";

const CARRIER: Carrier<Query> = {
  get: (query, name) => query.get(name),
  all: ({ pairs }) => {
    const names = new Set(pairs.filter((_, i) => i % 2 === 0));
    return [...names].map((name) => [name, new Query(pairs).get(name)] as const);
  },
  query: (query) => query,
};

function readerOf(schema: z.ZodType, readElsewhere: readonly string[] = []): GroupReader<Query> {
  const group = objectGroup(schema);
  return groupReader({
    group,
    members: [...group.members].map(([property, member]) => ({
      property,
      name: property,
      marker: { in: "query", schema: member, options: {} },
    })),
    carrier: CARRIER,
    optional: false,
    readElsewhere: (name) => readElsewhere.includes(name),
  });
}

const shapes = {
  n: z.int(),
  x: z.number().optional(),
  flag: z.boolean(),
  text: z.string(),
  list: z.array(z.int()),
  either: z.union([z.int(), z.boolean()]),
};
const names = [...Object.keys(shapes), "other", "__proto__", "constructor", "n[", ""];
const pairs = fc.array(
  fc.tuple(fc.constantFrom(...names), fc.oneof(fc.constantFrom("1", "-2.5", "true", "", "a,b"), fc.string())),
);
const queryOf = (sent: readonly (readonly [string, string])[]): Query => new Query(sent.flat());

describe("a group", () => {
  test("reads each property as an input of its own would be read", () => {
    const reader = readerOf(z.object(shapes));
    const single = Object.entries(shapes).map(
      ([name, schema]) => [name, wireReader({ in: "query", schema, options: {} }, name)] as const,
    );
    fc.assert(
      fc.property(pairs, (sent) => {
        const query = queryOf(sent);
        const each = single.map(([name, one]) => [name, one.read(query.get(name))] as const);
        const read = reader.read(query);
        const isUnreadable = each.some(([, value]) => value === UNREADABLE);
        expect(read === UNREADABLE).toBe(isUnreadable);
        if (isUnreadable) return;
        expect(Object.getPrototypeOf(read)).toBeNull();
        expect({ ...(read as object) }).toEqual(
          Object.fromEntries(each.filter(([, value]) => value !== undefined)),
        );
      }),
    );
  });

  test("explains exactly what it refuses, and gives what it could read", () => {
    for (const schema of [z.object(shapes), z.strictObject(shapes), z.object(shapes).catchall(z.int())])
      fc.assert(
        fc.property(pairs, (sent) => {
          const reader = readerOf(schema, ["other"]);
          const query = queryOf(sent);
          const { issues, unread, value } = reader.explain(query);
          expect(issues.length > 0).toBe(reader.read(query) === UNREADABLE);
          for (const name of unread) expect(name in value).toBe(false);
          for (const { wireName } of issues) expect(query.pairs).toContain(wireName);
        }),
      );
  });

  test("without further keys refuses every name but its own and those that others read, each once", () => {
    const reader = readerOf(z.strictObject({ a: z.string().optional() }), ["b"]);
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c", "__proto__")), (sent) => {
        const { issues } = reader.explain(queryOf(sent.map((name) => [name, ""])));
        const unknown = [...new Set(sent)].filter((name) => name !== "a" && name !== "b");
        const told = issues
          .filter(({ code }) => code === "unrecognized_keys")
          .map(({ wireName }) => wireName);
        expect(told.toSorted()).toEqual(unknown.toSorted());
      }),
    );
  });

  test("takes a thousand names in one go, and has no property that nobody sent", () => {
    const reader = readerOf(z.looseObject({}));
    const search = Array.from({ length: 1000 }, (_, i) => `k${i}=${i}`).join("&");
    const read = reader.read(parseQuery(search)) as Record<string, unknown>;
    expect(Object.keys(read)).toHaveLength(1000);
    expect("toString" in read).toBe(false);
  });
});

describe("an object taken apart", () => {
  const required = (schema: z.ZodType): string[] =>
    [...objectGroup(schema).members]
      .filter(([, member]) => "issues" in (member["~standard"].validate(undefined) as object))
      .map(([name]) => name);

  test("knows which properties have to be there", () => {
    const Point = z.object({ x: z.int(), y: z.int().default(1), z: z.int().optional() });
    expect(required(Point)).toEqual(["x"]);
    expect(required(Point.optional())).toEqual([]);
    expect(required(Point.default({ x: 1, y: 1 }))).toEqual([]);
    expect(required(z.union([z.object({ a: z.int(), b: z.int() }), z.object({ a: z.int() })]))).toEqual([
      "a",
    ]);
    expect(required(z.object({ a: z.int() }).and(z.object({ b: z.int() })))).toEqual(["a", "b"]);
  });

  test("knows what becomes of other keys", () => {
    const others = (schema: z.ZodType): [closed: boolean, takes: boolean] => {
      const { closed, rest } = objectGroup(schema);
      return [closed, rest !== undefined];
    };
    expect(others(z.object({ a: z.int() }))).toEqual([false, false]);
    expect(others(z.strictObject({ a: z.int() }))).toEqual([true, false]);
    expect(others(z.looseObject({ a: z.int() }))).toEqual([false, true]);
    expect(others(z.record(z.string(), z.int()))).toEqual([false, true]);
    expect(others(z.strictObject({}))).toEqual([true, false]);
    expect(others(z.union([z.strictObject({ a: z.int() }), z.looseObject({})]))).toEqual([false, true]);
  });

  test("is an object", () => {
    for (const schema of [z.string(), z.array(z.int()), z.union([z.string(), z.object({})]), z.any()])
      expect(() => objectGroup(schema)).toThrow("a group of inputs is one object");
  });
});
