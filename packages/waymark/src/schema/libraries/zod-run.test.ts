import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import { validate } from "../validate.ts";
import { hasZodFunctions } from "./zod-functions.ts";

const stray: unknown[] = [];
const onStray = (error: unknown): void => void stray.push(error);
beforeAll(() => void process.on("unhandledRejection", onStray));
afterAll(() => void process.off("unhandledRejection", onStray));

const down = async (): Promise<never> => {
  await Promise.resolve();
  throw new Error("the database is down");
};

describe("functions of the application in a Zod schema", () => {
  test.each<[string, z.ZodType]>([
    ["a refinement", z.string().refine(down)],
    ["a refinement inside", z.object({ a: z.array(z.object({ b: z.string().refine(down) })) })],
    ["a check", z.string().superRefine(down)],
    ["a transformation", z.string().transform(down)],
    ["a pipe", z.string().transform(down).pipe(z.never())],
    ["one of a union", z.union([z.int(), z.string().refine(down)])],
    ["a schema of its own", z.custom<string>(down)],
    ["a lazy schema", z.lazy(() => z.string().refine(down))],
  ])("%s that rejects is a rejection of the verdict, and of nothing else", async (_, schema) => {
    const value = schema instanceof z.ZodObject ? { a: [{ b: "x" }] } : "x";
    await expect(validate(schema, value)).rejects.toThrow("the database is down");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(stray).toEqual([]);
  });

  test.each([
    ["accepted", true, true],
    ["refused", false, true],
    ["accepted later", true, false],
    ["refused later", false, false],
  ])("run once for a value that is %s", async (_, verdict, isSynchronous) => {
    const check = vi.fn(() => (isSynchronous ? verdict : Promise.resolve(verdict)));
    const judged = validate(z.string().refine(check, "taken"), "x");
    expect(judged instanceof Promise).toBe(!isSynchronous);
    expect(await judged).toEqual(
      verdict ? { value: "x" } : { issues: [{ path: [], message: "taken", code: "custom" }] },
    );
    expect(check).toHaveBeenCalledTimes(1);
  });

  test("are found wherever they stand, and nowhere else", () => {
    type Tree = { readonly children: readonly Tree[] };
    const plain: z.ZodType<Tree> = z.object({
      get children() {
        return z.array(plain);
      },
    });
    const Refined = z.object({ a: z.string() }).refine(({ a }) => a !== "");
    for (const schema of [
      plain,
      z.string().min(1).trim(),
      z.enum(["a"]),
      z.record(z.string(), z.int()),
      z.email(),
    ])
      expect(hasZodFunctions(schema)).toBe(false);
    for (const schema of [
      Refined,
      z.tuple([z.int(), Refined]),
      z.record(z.string(), Refined),
      z.map(z.string(), Refined),
      z.intersection(z.object({}), Refined),
      z.preprocess(Number, z.int()),
      z.codec(z.string(), z.date(), { decode: (text) => new Date(text), encode: String }),
      z.discriminatedUnion("t", [z.object({ t: z.literal(1), r: Refined })]),
      z.object({ a: z.int() }).catchall(Refined),
      Refined.optional().nullable().default(null).readonly(),
      mini.string().check(mini.refine((text) => text !== "")),
    ])
      expect(hasZodFunctions(schema)).toBe(true);
  });

  test("say what Zod itself says, of any value", async () => {
    const schemas: (z.ZodType | mini.ZodMiniType)[] = [
      z.object({
        a: z.string().refine((text) => text.length > 1, { error: "short", path: ["b"] }),
        n: z.int().optional(),
      }),
      z.strictObject({ a: z.string().transform((text) => text.length) }),
      z.array(z.union([z.int().refine(async (n) => n > 0), z.string().min(3)])),
      z.preprocess((value) => (typeof value === "string" ? Number(value) : value), z.int().max(5)),
      mini.object({ a: mini.string().check(mini.refine((text) => text !== "", "empty")) }),
    ];
    const leaf = fc.oneof(fc.string({ maxLength: 4 }), fc.integer(), fc.constant(null));
    const values = fc.oneof(leaf, fc.array(leaf), fc.dictionary(fc.constantFrom("a", "n", "z"), leaf));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...schemas), values, async (schema, value) => {
        const ours = await validate(schema, value);
        const theirs = await schema.safeParseAsync(value);
        expect(ours).toEqual(
          theirs.success
            ? { value: theirs.data }
            : { issues: theirs.error.issues.map(({ path, message, code }) => ({ path, message, code })) },
        );
      }),
    );
  });
});
