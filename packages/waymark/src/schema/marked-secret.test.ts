import { describe, expect, it } from "vitest";
import { z } from "zod";
import { jsonSchema } from "./json-schema.ts";
import { holdsSecrets, isMarkedSecret, markedSecrets } from "./marked-secret.ts";

const secret = <T extends z.ZodType>(schema: T): T => schema.meta({ secret: true });
const found = (schema: z.ZodType, value: unknown): string[] =>
  markedSecrets(value, jsonSchema(schema, "input"));

describe("a mark", () => {
  it.each([
    ["on a text", secret(z.string())],
    ["below an optional", secret(z.string()).optional()],
    ["around an optional", secret(z.string().optional())],
    ["in a union", z.union([z.number(), secret(z.string())])],
    ["on a schema with an id", z.string().meta({ id: "MarkedPin", secret: true })],
    ["by its format", z.string().meta({ format: "password" })],
  ])("is found %s", (_, schema) => {
    const root = jsonSchema(schema, "input");
    expect(isMarkedSecret(root, root)).toBe(true);
    expect(holdsSecrets(root)).toBe(true);
  });

  it("is not found where there is none", () => {
    const root = jsonSchema(z.object({ secret: z.boolean() }), "input");
    expect(isMarkedSecret(root, root)).toBe(false);
    expect(holdsSecrets(root)).toBe(false);
  });
});

describe("secrets of a value", () => {
  it("are found where the schema has them, and whatever else is wrong", () => {
    const Card = z.object({ number: secret(z.string()), name: z.string() });
    const schema = z.object({
      cards: z.array(Card),
      pair: z.tuple([z.string(), secret(z.string())]),
      byName: z.record(z.string(), secret(z.int())),
      all: secret(z.object({ a: z.string(), list: z.array(z.string()) })),
    });
    const value = {
      cards: [{ number: "n1", name: "Ada" }, { number: 5 }, "wrong"],
      pair: ["a", "b"],
      byName: { x: 1234 },
      all: { a: "c", list: ["d"] },
      other: "e",
    };
    expect(found(schema, value)).toEqual(["n1", "5", "b", "1234", "c", "d"]);
  });

  it("are found in schemas that refer to themselves", () => {
    interface Tree {
      key: string;
      below: Tree[];
    }
    const Node: z.ZodType<Tree> = z.object({ key: secret(z.string()), below: z.lazy(() => z.array(Node)) });
    expect(found(Node, { key: "a", below: [{ key: "b", below: [] }] })).toEqual(["a", "b"]);
  });

  it("of values that are nothing like the schema are none", () => {
    expect(found(z.object({ a: secret(z.string()) }), null)).toEqual([]);
    expect(found(z.object({ a: secret(z.string()) }), ["a"])).toEqual([]);
  });
});
