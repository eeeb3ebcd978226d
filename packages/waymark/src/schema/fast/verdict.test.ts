import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { judged } from "./cases.fixture.ts";
import { NO_VERDICT } from "./node.ts";
import { fastVerdict } from "./verdict.ts";

/** Equal to the last key, its order and its place: as a caller could tell. */
function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  const keys = Reflect.ownKeys(one);
  const others = Reflect.ownKeys(other);
  return keys.length === others.length && keys.every((key, i) => key === others[i] && same(Reflect.get(one, key), Reflect.get(other, key))); // prettier-ignore
}

const RUNS = Number(process.env["WAYMARK_RUNS"] ?? 2000);

describe.each([
  ["generated code", true],
  ["closures", false],
])("%s", (_, generate) => {
  const verdictOf = (schema: z.ZodType): ((value: unknown) => unknown) => {
    const verdict = fastVerdict(schema, generate);
    if (verdict === undefined) throw new Error("the schema is not known");
    return verdict;
  };

  test("accepts nothing that the library refuses, and gives what it gives", () => {
    let accepted = 0;
    fc.assert(
      fc.property(judged(z), ([schema, value]) => {
        const verdict = fastVerdict(schema, generate);
        if (verdict === undefined) return;
        const fast = verdict(value);
        if (fast === NO_VERDICT) return;
        accepted++;
        const library = schema["~standard"].validate(value);
        if (library instanceof Promise || library.issues !== undefined) {
          if (library instanceof Promise) library.catch(() => {});
          throw new Error("the library does not accept this");
        }
        expect(same(fast, library.value)).toBe(true);
      }),
      { numRuns: RUNS },
    );
    expect(accepted).toBeGreaterThan(RUNS / 6);
  });

  test.each<[string, z.ZodType, unknown, unknown]>([
    ["a string", z.string().min(2).max(4), "abcd", "abcd"],
    ["a string in code points or units", z.string().max(4), "😀😀", "😀😀"],
    ["a format", z.email(), "a@b.co", "a@b.co"],
    ["what the library rewrites", z.string().trim().min(1), " a ", "a"],
    ["an address", z.url(), "https://a.b/c", "https://a.b/c"],
    ["an integer", z.int().min(1).multipleOf(2), 4, 4],
    ["minus zero", z.int().min(0), -0, -0],
    ["null", z.string().nullable(), null, null],
    ["nothing", z.string().optional(), undefined, undefined],
    ["a default", z.int().default(10), undefined, 10],
    ["a new default each time", z.array(z.int()).default([]), undefined, []],
    ["one of constants", z.enum(["a", "b"]), "b", "b"],
    ["an object without what is undeclared", z.object({ a: z.int() }), { b: 1, a: 2 }, { a: 2 }],
    ["a strict object", z.strictObject({ a: z.int().optional() }), {}, {}],
    ["an array", z.array(z.object({ a: z.int() })).min(1), [{ a: 1, b: 2 }], [{ a: 1 }]],
    ["a record", z.record(z.string(), z.int()), { a: 1, toString: 2 }, { a: 1, toString: 2 }],
    ["a tuple", z.tuple([z.int(), z.string()]), [1, "a"], [1, "a"]],
    ["a union of types", z.union([z.string(), z.array(z.int())]), [1], [1]],
    ["a union that is told apart", z.discriminatedUnion("k", [z.object({ k: z.literal("a") }), z.object({ k: z.literal("b"), b: z.int() })]), { k: "b", b: 1, c: 2 }, { k: "b", b: 1 }], // prettier-ignore
  ])("accepts %s", (_title, schema, value, accepted) => {
    const fast = verdictOf(schema)(value);
    expect(fast).toStrictEqual(accepted);
    expect(schema["~standard"].validate(value)).toMatchObject({ value: accepted });
    if (typeof fast === "object" && fast !== null) expect(fast).not.toBe(value);
  });

  test.each<[string, z.ZodType, unknown]>([
    ["what is refused", z.object({ a: z.int() }), { a: "1" }],
    ["an absent member", z.object({ a: z.unknown() }), {}],
    ["a length that depends on how it is counted", z.string().min(2), "😀"],
    ["a multiple that depends on a tolerance", z.number().multipleOf(3), 0.3],
    ["a proxy that denies what it gives", z.object({ a: z.string() }), new Proxy({}, { get: () => "x" })],
    ["a getter that throws", z.object({ a: z.string() }), { get a() { throw new Error("a getter"); } }], // prettier-ignore
    ["an undeclared key that is inherited", z.strictObject({}), Object.create({ a: 1 })],
    ["a record of a class", z.record(z.string(), z.int()), new (class Named { a = 1; })()], // prettier-ignore
    ["a default that makes undefined", z.string().default(() => undefined as never), undefined],
    ["a date that writes itself otherwise", z.date(), Object.assign(new Date(0), { toJSON: () => ({}) })],
  ])("leaves %s to the library", (_title, schema, value) => {
    expect(verdictOf(schema)(value)).toBe(NO_VERDICT);
  });

  test("reads a member once", () => {
    let reads = 0;
    const value = { get a() { return ++reads; } }; // prettier-ignore
    expect(verdictOf(z.object({ a: z.int() }))(value)).toEqual({ a: 1 });
    expect(reads).toBe(1);
  });

  test("starts a global expression anew", () => {
    const verdict = verdictOf(z.string().regex(/a/g));
    expect([verdict("a"), verdict("a")]).toEqual(["a", "a"]);
  });

  test("copies no prototype", () => {
    const verdict = verdictOf(z.object({ a: z.string() }));
    const copy = verdict(JSON.parse('{"__proto__": {"polluted": 1}, "a": "x"}'));
    expect(Reflect.ownKeys(copy as object)).toEqual(["a"]);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });
});

describe("the library runs for", () => {
  class OwnString extends z.ZodString {}
  const tampered = z.string();
  tampered._zod.parse = (payload) => ({ ...payload, value: "replaced" });
  const replaced = z.string();
  Object.assign(replaced, { "~standard": { ...replaced["~standard"], validate: () => ({ value: 1 }) } });
  const wrapper = Object.create(z.string(), { "~standard": { value: { vendor: "zod", version: 1, validate: () => ({ value: 1 }) } } }) as z.ZodString; // prettier-ignore
  const OwnCheck: z.core.$ZodCheck<string> = { _zod: { ...z.minLength(1)._zod, traits: new Set(["Mine"]) } } as never; // prettier-ignore
  const later = z.string();
  Object.assign(later._zod, { version: { major: 4, minor: 99, patch: 0 } });
  interface Tree { children: Tree[] } // prettier-ignore
  const tree: z.ZodType<Tree> = z.object({ get children() { return z.array(tree); } }); // prettier-ignore

  test.each<[string, z.ZodType]>([
    ["a refinement", z.string().refine(() => true)],
    ["an asynchronous one", z.object({ a: z.string().refine(async () => Promise.resolve(true)) })],
    ["a transformation", z.object({ a: z.string().transform(Number) })],
    ["coercion", z.coerce.string()],
    ["a pipe", z.string().pipe(z.email())],
    ["preprocessing", z.preprocess(String, z.string())],
    ["a catch", z.string().catch("x")],
    ["what is frozen", z.object({}).readonly()],
    ["an intersection", z.object({}).and(z.object({}))],
    ["what contains itself", tree],
    ["something lazy", z.lazy(() => z.string())],
    ["open objects", z.looseObject({})],
    ["a refined object", z.object({}).refine(() => true)],
    ["a check of one's own", z.string().check(OwnCheck)],
    ["a condition of one's own on numbers", z.number().check(z.gt(1, { when: () => false } as object))],
    ["a class of one's own", new OwnString({ type: "string" })],
    ["a parser of one's own", tampered],
    ["a standard of one's own", replaced],
    ["a wrapper", wrapper],
    ["a compiled schema", z.compile(z.object({ a: z.string() }))],
    ["an optional default", z.object({ a: z.string().default("x").optional() })],
    ["a union whose options overlap", z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])],
    [
      "options told apart by what is not a constant",
      z.union([z.object({ k: z.literal("a"), x: z.int() }), z.object({ k: z.string() })]),
    ],
    ["a number and an integer", z.union([z.number(), z.int()])],
    ["alternatives of which one may match", z.xor([z.string(), z.number()])],
    ["a member called __proto__", z.object(JSON.parse('{"__proto__": 1}') && Object.defineProperty({}, "__proto__", { value: z.string(), enumerable: true }) as {})], // prettier-ignore
    ["a member called by a symbol", z.object({ [Symbol("s")]: z.string() })],
    ["records of certain keys", z.record(z.enum(["a"]), z.string())],
    ["bigint", z.bigint()],
    ["another version", later],
  ])("%s", (_, schema) => {
    expect(fastVerdict(schema)).toBeUndefined();
  });

  test("another library", () => {
    const standard = { vendor: "other", version: 1, validate: (value: unknown) => ({ value }) };
    expect(fastVerdict({ "~standard": standard, _zod: z.string()._zod })).toBeUndefined();
  });
});
