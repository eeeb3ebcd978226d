import fc from "fast-check";
import type { z as Zod } from "zod";

type Z = typeof Zod;
type Schema = Zod.ZodType;

/** A schema, and values of which many are what it asks for. */
export interface Case {
  readonly schema: Schema;
  readonly value: fc.Arbitrary<unknown>;
}

/** Keys that mean something to objects, to code, or to JSON. */
const key = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("a", "b", "c", "id", "kind") },
  fc.constantFrom("toString", "constructor", "hasOwnProperty", "0", "7", "-1", "", '"', "\\", '"]; throw 1; //', "`${1}`", "\u2028", "toJSON", "v", "NO", "copy"), // prettier-ignore
);

const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom("", "😀", "😀😀", "\ud800", "é", "a".repeat(40), " a ", "a@b.co", "https://a.b/ c\n", "::1", "2020-01-01T00:00:00Z", '"\\\u0007', "\u007f\u2028"), // prettier-ignore
);
const number = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.double(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 0.1, 2 ** 31, 2 ** 53, -(2 ** 53), 1e21, 5e-324, 1.5),
);

/** What is not what a schema asks for, and what only seems to be. */
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  text,
  number,
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(undefined, null, true, 1n, Symbol("x"), () => 1),
  fc
    .constantFrom<() => unknown>(
      () => new Date(0),
      () => new Date(NaN),
      () => Object.assign(new Date(0), { toJSON: () => ({ secret: 1 }) }),
      () => new Map([["a", 1]]),
      () => new (class Named { a = "x"; get b() { return 1; } })(), // prettier-ignore
      () => Object.create({ a: "inherited", b: 1, kind: "x" }) as unknown,
      () => Object.assign(Object.create(null), { a: "x", b: 2, kind: "y" }) as unknown,
      () => JSON.parse('{"__proto__": {"a": 1}, "a": "x"}') as unknown,
      () => ({ get a() { throw new Error("a getter"); } }), // prettier-ignore
      () => Object.defineProperty({ a: 1 }, "b", { value: "hidden", enumerable: false }),
      () => ({ a: "x", [Symbol("s")]: 1 }),
      () => ({ a: undefined, b: undefined, c: undefined }),
      () => new Proxy({}, { get: (_, name) => (name === "a" ? "from a proxy" : undefined) }),
      () => new Proxy({ a: "x" }, { has: () => false }),
      () => new Proxy(["a", 1], {}),
      () => [, "hole"], // oxlint-disable-line no-sparse-arrays -- a sparse array is the point
      () => Object.assign(["a"], { extra: 1 }),
      () => new String("boxed"),
      () => new Number(1),
      () => ({ toJSON: () => ({ secret: 1 }), a: "x" }),
    )
    .map((make) => make()),
);

function object(entries: readonly (readonly [string, unknown])[]): unknown {
  return Object.fromEntries(entries);
}

/** Schemas over one library instance, the known and the unknown constructs mixed. */
export function cases(z: Z): fc.Arbitrary<Case> {
  const plain: fc.Arbitrary<Case> = fc.oneof(
    strings(z),
    numbers(z),
    fc.constantFrom<Case>(
      { schema: z.boolean(), value: fc.boolean() },
      { schema: z.null(), value: fc.constant(null) },
      { schema: z.enum(["x", "y", "__proto__"]), value: fc.constantFrom("x", "y", "z") },
      { schema: z.enum({ One: 1, Two: "two", 3: "three" } as Record<string, string | number>), value: fc.constantFrom(1, "two", "One", 3) }, // prettier-ignore
      { schema: z.literal(["x", 1, 0, null, true]), value: fc.constantFrom("x", 1, 0, -0, null, true, "1") },
      { schema: z.unknown(), value: hostile },
      { schema: z.any(), value: hostile },
      { schema: z.date(), value: fc.date({ noInvalidDate: false }) },
    ),
  );
  const unknown = fc.constantFrom<Case>(
    { schema: z.string().transform((value) => value.length), value: text },
    { schema: z.coerce.number(), value: text },
    { schema: z.string().refine((value) => value.length % 2 === 0), value: text },
    { schema: z.number().catch(3), value: number },
    { schema: z.preprocess((value) => String(value), z.string()), value: text },
    { schema: z.object({ a: z.string() }).readonly(), value: fc.record({ a: text }) },
    { schema: z.looseObject({ a: z.string() }), value: fc.record({ a: text, b: text }) },
    { schema: z.string().refine(async () => Promise.resolve(true)), value: text },
    { schema: z.string().and(z.string().min(2)), value: text },
    { schema: z.prefault(z.string(), "x"), value: text },
    { schema: z.undefined(), value: fc.constant(undefined) },
    { schema: z.bigint(), value: fc.bigInt() },
  );
  const { any } = fc.letrec<{ any: Case; wrapped: Case }>((tie) => {
    const { any: part } = { any: tie("any") };
    return {
      any: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        { weight: 5, arbitrary: plain },
        { weight: 1, arbitrary: unknown },
        { weight: 5, arbitrary: objects(z, part) },
        { weight: 2, arbitrary: part.map(({ schema, value }) => ({ schema: z.array(schema), value: fc.array(value, { maxLength: 3 }) })) }, // prettier-ignore
        { weight: 1, arbitrary: part.map(({ schema, value }) => ({ schema: z.array(schema).min(1).max(2), value: fc.array(value, { maxLength: 3 }) })) }, // prettier-ignore
        { weight: 1, arbitrary: fc.array(part, { minLength: 1, maxLength: 3 }).map((items) => ({ schema: z.tuple(items.map(({ schema }) => schema) as [Schema]), value: fc.tuple(...items.map(({ value }) => value)) })) }, // prettier-ignore
        { weight: 1, arbitrary: part.map(({ schema, value }) => ({ schema: z.record(z.string(), schema), value: fc.dictionary(key, value, { maxKeys: 3 }) })) }, // prettier-ignore
        { weight: 2, arbitrary: fc.array(part, { minLength: 1, maxLength: 3 }).map((options) => ({ schema: z.union(options.map(({ schema }) => schema) as [Schema]), value: fc.oneof(...options.map(({ value }) => value)) })) }, // prettier-ignore
        { weight: 1, arbitrary: tagged(z, part) },
        { weight: 3, arbitrary: tie("wrapped") },
      ),
      wrapped: fc.tuple(part, fc.constantFrom("nullable", "optional", "default", "brand", "describe")).map(([{ schema, value }, how]): Case => wrapped(schema, value, how)), // prettier-ignore
    };
  });
  return any;
}

function wrapped(schema: Schema, value: fc.Arbitrary<unknown>, how: string): Case {
  switch (how) {
    case "nullable":
      return { schema: schema.nullable(), value: fc.option(value) };
    case "optional":
      return { schema: schema.optional(), value: fc.option(value, { nil: undefined }) };
    case "default":
      return { schema: schema.default(() => "given"), value: fc.option(value, { nil: undefined }) };
    case "brand":
      return { schema: schema.brand("b"), value };
    default:
      return { schema: schema.describe("described"), value };
  }
}

function strings(z: Z): fc.Arbitrary<Case> {
  const length = fc.integer({ min: 0, max: 6 });
  return fc
    .array(
      fc.oneof(
        length.map((n) => (schema: Zod.ZodString) => schema.min(n)),
        length.map((n) => (schema: Zod.ZodString) => schema.max(n + 2)),
        length.map((n) => (schema: Zod.ZodString) => schema.length(n)),
        fc.constantFrom(
          (schema: Zod.ZodString) => schema.regex(/[a-e]/),
          (schema: Zod.ZodString) => schema.regex(/^.?.?.?$/gu),
          (schema: Zod.ZodString) => schema.startsWith("a"),
          (schema: Zod.ZodString) => schema.endsWith("\u2028"),
          (schema: Zod.ZodString) => schema.includes("a", { position: 1 }),
          (schema: Zod.ZodString) => schema.lowercase(),
          (schema: Zod.ZodString) => schema.trim(),
          (schema: Zod.ZodString) => schema.email(),
          (schema: Zod.ZodString) => schema.check(z.url()),
          (schema: Zod.ZodString) => schema.check((payload) => void (payload.value = "replaced")),
          (schema: Zod.ZodString) => schema,
        ),
      ),
      { maxLength: 2 },
    )
    .chain((steps) =>
      fc
        .constantFrom<Schema>(
          steps.reduce<Zod.ZodString>(taken, z.string()),
          z.email(),
          z.url(),
          z.ipv6(),
          z.iso.datetime(),
          z.uuid().min(3),
          z.base64(),
        )
        .map((schema) => ({ schema, value: text })),
    );
}

/** Some versions throw at bounds that contradict each other. */
function taken(schema: Zod.ZodString, step: (schema: Zod.ZodString) => Zod.ZodString): Zod.ZodString {
  try {
    return step(schema);
  } catch {
    return schema;
  }
}

function numbers(z: Z): fc.Arbitrary<Case> {
  const bound = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(0.5, -0, 1e21));
  const base = fc.constantFrom(() => z.number(), () => z.int(), () => z.int32(), () => z.uint32(), () => z.float32(), () => z.number().int()); // prettier-ignore
  const step = fc.oneof(
    bound.map((n) => (schema: Zod.ZodNumber) => schema.min(n)),
    bound.map((n) => (schema: Zod.ZodNumber) => schema.max(n)),
    bound.map((n) => (schema: Zod.ZodNumber) => schema.gt(n)),
    bound.map((n) => (schema: Zod.ZodNumber) => schema.lt(n)),
    fc.constantFrom(2, -3, 0.1).map((n) => (schema: Zod.ZodNumber) => schema.multipleOf(n)),
  );
  return fc.tuple(base, fc.array(step, { maxLength: 2 })).map(([make, steps]) => ({
    schema: steps.reduce<Zod.ZodNumber>((schema, each) => each(schema), make()),
    value: number,
  }));
}

function objects(z: Z, part: fc.Arbitrary<Case>): fc.Arbitrary<Case> {
  const member = fc.tuple(key, part, fc.boolean());
  return fc
    .tuple(
      fc.uniqueArray(member, { selector: ([name]) => name, maxLength: 4 }),
      fc.integer({ min: 0, max: 4 }),
      fc.array(fc.tuple(key, hostile), { maxLength: 2 }),
    )
    .map(([members, how, others]) => {
      const shape = Object.fromEntries(
        members.map(([name, { schema }, optional]) => [name, optional ? schema.optional() : schema]),
      );
      const values = members.map(([name, { value }, optional]) =>
        (optional ? fc.option(value, { nil: undefined }) : value).chain((each) =>
          fc.boolean().map((absent) => [name, each, optional && absent] as const),
        ),
      );
      return {
        schema: how === 0 ? z.strictObject(shape) : z.object(shape),
        value: fc
          .tuple(fc.boolean(), ...values)
          .map(([extra, ...entries]) =>
            object([
              ...(extra ? others : []),
              ...entries.filter(([, , absent]) => !absent).map(([name, each]) => [name, each] as const),
            ]),
          ),
      };
    });
}

function tagged(z: Z, part: fc.Arbitrary<Case>): fc.Arbitrary<Case> {
  return fc.tuple(part, part).map(([one, other]) => ({
    schema: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("x"), a: one.schema }),
      z.object({ kind: z.enum(["y", "z"]), b: other.schema, a: z.string().optional() }),
    ]),
    value: fc.oneof(
      fc.record({ kind: fc.constant("x"), a: one.value }),
      fc.record({ b: other.value, kind: fc.constantFrom("x", "y", "z") }),
    ),
  }));
}

/** A schema with a value for it: mostly meant for it, sometimes not, and sometimes not at some depth of it. */
export function judged(z: Z): fc.Arbitrary<readonly [Schema, unknown]> {
  return cases(z).chain(({ schema, value }) =>
    fc.oneof({ weight: 5, arbitrary: value }, hostile).map((each) => [schema, each] as const),
  );
}
