import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outputFilter } from "./filter.ts";
import type { JsonSchema } from "./json-schema.ts";

/** A schema, a value that it admits with more in it than is declared, and what is to be left of that. */
interface Case {
  readonly schema: JsonSchema;
  readonly value: unknown;
  readonly declared: unknown;
}

const SECRET = "must not leave";
const key = fc.constantFrom("a", "b", "toString", "__proto__", "constructor", "0", "kind of");

const scalar: fc.Arbitrary<Case> = fc
  .oneof(
    fc.string().map((value) => ({ schema: { type: "string" }, value })),
    fc.integer().map((value) => ({ schema: { type: "integer" }, value })),
    fc.boolean().map((value) => ({ schema: { type: "boolean" }, value })),
    fc.constant({ schema: { type: ["string", "null"] }, value: null }),
    fc.jsonValue().map((value) => ({ schema: {}, value })),
  )
  .map(({ schema, value }) => ({ schema, value, declared: value }));

/** fromEntries defines what it sets, `__proto__` included. */
function object(entries: readonly (readonly [string, unknown])[]): unknown {
  return Object.fromEntries(entries);
}

const { any } = fc.letrec<{
  any: Case;
  object: Case;
  array: Case;
  tuple: Case;
  record: Case;
  union: Case;
  both: Case;
}>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    tie("object"),
    tie("array"),
    tie("tuple"),
    tie("record"),
    tie("union"),
    tie("both"),
  ),
  object: fc
    .tuple(
      fc.uniqueArray(fc.tuple(key, tie("any"), fc.boolean()), { selector: ([name]) => name, maxLength: 4 }),
      fc.boolean(),
      fc.boolean(),
    )
    .map(([members, closed, keeps]) => {
      const present = members.filter(([, , isPresent]) => isPresent);
      const extra = ["undeclared", { deep: SECRET }] as const;
      return {
        schema: {
          type: "object",
          properties: Object.fromEntries(members.map(([name, { schema }]) => [name, schema])),
          ...(keeps ? { additionalProperties: {} } : closed ? { additionalProperties: false } : {}),
        },
        value: object([
          ...present.map(([name, { value }]) => [name, value] as const),
          keeps ? ["more", 1] : extra,
        ]),
        declared: object([
          ...present.map(([name, { declared }]) => [name, declared] as const),
          ...(keeps ? [["more", 1] as const] : []),
        ]),
      };
    }),
  array: fc.tuple(tie("any"), fc.nat(3)).map(([element, length]) => ({
    schema: { type: "array", items: element.schema },
    value: Array.from({ length }, () => element.value),
    declared: Array.from({ length }, () => element.declared),
  })),
  tuple: fc.array(tie("any"), { minLength: 1, maxLength: 3 }).map((elements) => ({
    schema: { type: "array", prefixItems: elements.map(({ schema }) => schema), items: false },
    value: [...elements.map(({ value }) => value), SECRET],
    declared: elements.map(({ declared }) => declared),
  })),
  record: fc.tuple(tie("any"), fc.uniqueArray(key, { maxLength: 3 })).map(([member, names]) => ({
    schema: { type: "object", additionalProperties: member.schema },
    value: object(names.map((name) => [name, member.value])),
    declared: object(names.map((name) => [name, member.declared])),
  })),
  union: fc.tuple(tie("any"), tie("any"), fc.boolean()).map(([one, other, first]) => {
    const chosen = first ? one : other;
    const branch = (name: string, { schema }: Case): JsonSchema => ({ type: "object", properties: { kind: { const: name }, [name]: schema }, required: ["kind", name] }); // prettier-ignore
    const [name, notMine] = first ? ["one", "other"] : ["other", "one"];
    return {
      schema: { oneOf: [{ type: "null" }, branch("one", one), branch("other", other)] },
      value: { kind: name, [name]: chosen.value, [notMine]: SECRET },
      declared: { kind: name, [name]: chosen.declared },
    };
  }),
  both: fc.tuple(tie("object"), tie("any")).map(([one, other]) => ({
    schema: { allOf: [one.schema, { type: "object", properties: { other: other.schema } }] },
    value: object([...Object.entries(one.value as object), ["other", other.value]]),
    declared: object([...Object.entries(one.declared as object), ["other", other.declared]]),
  })),
}));

describe("outputFilter", () => {
  test("keeps all that is declared and nothing else, whatever the schema", () => {
    fc.assert(
      fc.property(any, ({ schema, value, declared }) => {
        const before = JSON.stringify(value);
        const filtered = outputFilter(schema)(value);
        // As text: what JSON.stringify writes is what leaves. The order of keys may change.
        expect(JSON.parse(JSON.stringify(filtered))).toEqual(JSON.parse(JSON.stringify(declared)));
        expect(JSON.stringify(filtered)).not.toContain(SECRET);
        expect(JSON.stringify(value)).toBe(before);
      }),
      { numRuns: 1000 },
    );
  });

  test("gives back the value itself where nothing can be left out", () => {
    const value = { list: [1, 2], deep: { any: { thing: true } } };
    for (const schema of [
      {},
      { type: "object", additionalProperties: true },
      { type: "object", additionalProperties: {} },
    ])
      expect(outputFilter(schema)(value)).toBe(value);
    const list = [1, 2, 3];
    expect(outputFilter({ type: "array", items: { type: "integer" } })(list)).toBe(list);
    expect(outputFilter({ type: "array" })(list)).toBe(list);
  });

  test("an object that declares nothing keeps nothing", () => {
    expect(outputFilter({ type: "object" })({ a: 1 })).toEqual({});
    expect(outputFilter({ type: "object", properties: {} })({ a: 1 })).toEqual({});
  });

  test("leaves dates to JSON, and filters what toJSON gives", () => {
    const when = new Date(0);
    const schema: JsonSchema = {
      type: "object",
      properties: {
        when: { type: "string", format: "date-time" },
        row: { type: "object", properties: { id: { type: "integer" } } },
      },
    };
    const row = { toJSON: () => ({ id: 1, secret: SECRET }) };
    const filtered = outputFilter(schema)({ when, row, secret: SECRET });
    expect(filtered).toEqual({ when, row: { id: 1 } });
    expect(JSON.stringify(filtered)).toBe('{"when":"1970-01-01T00:00:00.000Z","row":{"id":1}}');
  });

  test("takes declared members from instances too, but nothing that every object inherits", () => {
    class User {
      id = 1;
      get name(): string {
        return "Ada";
      }
      secret = SECRET;
    }
    const properties = { id: {}, name: {}, toString: {}, constructor: {}, __proto__: {} };
    const schema = { type: "object", properties: { ...properties, ["__proto__"]: {} } };
    expect(outputFilter(schema)(new User())).toEqual({ id: 1, name: "Ada" });
  });

  test("an own __proto__ is a key like any other", () => {
    const value: unknown = JSON.parse('{"__proto__":{"admin":true},"name":"x"}');
    const named = outputFilter({ type: "object", properties: { name: {} } })(value) as { admin?: unknown };
    expect(JSON.stringify(named)).toBe('{"name":"x"}');
    expect(named.admin).toBeUndefined();
    const schema = { type: "object", additionalProperties: { type: "object", properties: {} } };
    const open = outputFilter(schema)(JSON.parse('{"__proto__":{"admin":true}}')) as { admin?: unknown };
    expect(JSON.stringify(open)).toBe('{"__proto__":{}}');
    expect(open.admin).toBeUndefined();
  });

  test("refuses an object where a scalar is declared: it could only be written whole", () => {
    const filter = outputFilter({ type: "object", properties: { name: { type: "string" } } });
    expect(() => filter({ name: { secret: SECRET } })).toThrow("an object where its schema declares string");
    expect(() => filter([{ secret: SECRET }])).toThrow("an array where its schema declares object");
  });

  test("follows references, also into itself", () => {
    const schema: JsonSchema = {
      $ref: "#/$defs/Node",
      $defs: {
        Node: {
          type: "object",
          properties: { v: {}, kids: { type: "array", items: { $ref: "#/$defs/Node" } } },
        },
      },
    };
    const value = { v: 1, no: SECRET, kids: [{ v: 2, no: SECRET, kids: [{ v: 3, no: SECRET }] }] };
    expect(outputFilter(schema)(value)).toEqual({ v: 1, kids: [{ v: 2, kids: [{ v: 3 }] }] });
    const self: JsonSchema = { type: "object", properties: { v: {}, next: { $ref: "#" } } };
    expect(outputFilter(self)({ v: 1, next: { v: 2, no: SECRET } })).toEqual({ v: 1, next: { v: 2 } });
  });

  test("keys that a pattern declares", () => {
    const filter = outputFilter({
      type: "object",
      patternProperties: { "^x-": { type: "object", properties: { a: {} } } },
    });
    expect(filter({ "x-1": { a: 1, b: SECRET }, y: SECRET })).toEqual({ "x-1": { a: 1 } });
  });

  describe("alternatives", () => {
    const a = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
    const ab = { type: "object", properties: { a: { type: "string" }, b: {} }, required: ["a"] };
    const n = { type: "object", properties: { a: { type: "number" }, n: {} }, required: ["a"] };

    test("those that the value can be meant by count, by type, constant and required keys", () => {
      const filter = outputFilter({ anyOf: [a, n, { type: "null" }] });
      expect(filter({ a: "x", n: SECRET })).toEqual({ a: "x" });
      expect(filter({ a: 1, n: 2 })).toEqual({ a: 1, n: 2 });
      expect(filter(null)).toBeNull();
    });

    test("where several count, the keys of each stay", () => {
      expect(outputFilter({ anyOf: [a, ab] })({ a: "x", b: 1, c: SECRET })).toEqual({ a: "x", b: 1 });
      const deep = {
        anyOf: [
          { type: "array", items: a },
          { type: "array", items: ab },
        ],
      };
      expect(outputFilter(deep)([{ a: "x", b: 1, c: SECRET }])).toEqual([{ a: "x", b: 1 }]);
    });

    test("where none counts, none gives more than it declares", () => {
      expect(outputFilter({ anyOf: [a, n] })({ n: 1, c: SECRET })).toEqual({ n: 1 });
      expect(() => outputFilter({ anyOf: [{ type: "string" }, { type: "number" }] })({ c: SECRET })).toThrow(
        "none of the alternatives",
      );
    });

    test("one that only asks for keys declares none", () => {
      const schema = {
        type: "object",
        properties: { a: {}, b: {} },
        anyOf: [{ required: ["a"] }, { required: ["b"] }],
      };
      expect(outputFilter(schema)({ a: 1, c: SECRET })).toEqual({ a: 1 });
    });

    test("anything at all, as one of them, keeps all", () => {
      const value = { c: 1 };
      expect(outputFilter({ anyOf: [a, {}] })(value)).toEqual(value);
    });
  });
});
