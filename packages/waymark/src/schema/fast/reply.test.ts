import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { encoder } from "../encode.ts";
import { outputFilter } from "../filter.ts";
import { jsonSchema, type JsonSchema } from "../json-schema.ts";
import { judged } from "./cases.fixture.ts";
import { NO_VERDICT } from "./node.ts";
import { fastReply } from "./reply.ts";

/** What a reply is without any of this; undefined where it is refused, or has no form in JSON. */
function slowly(
  schema: z.ZodType,
  json: JsonSchema,
  value: unknown,
): { text: string | undefined } | undefined {
  const verdict = schema["~standard"].validate(value);
  if (verdict instanceof Promise) {
    verdict.catch(() => {});
    return undefined;
  }
  if (verdict.issues !== undefined) return undefined;
  if (verdict.value === undefined) return { text: undefined };
  try {
    return { text: encoder(json)(outputFilter(json)(verdict.value)) };
  } catch {
    return undefined;
  }
}

function quickly(reply: (value: unknown) => unknown, value: unknown): unknown {
  try {
    return reply(value);
  } catch {
    return THREW;
  }
}

const THREW = Symbol("threw");

const RUNS = Number(process.env["WAYMARK_RUNS"] ?? 2000);

describe.each([
  ["generated code and writer", { generate: true, write: true }],
  ["generated code", { generate: true, write: false }],
  ["closures", { generate: false, write: true }],
])("%s", (_, options) => {
  test("writes what the library, the filter and JSON.stringify write, byte for byte", () => {
    let written = 0;
    fc.assert(
      fc.property(judged(z), ([schema, value]) => {
        let json: JsonSchema;
        try {
          json = jsonSchema(schema, "output");
        } catch {
          return; // It has no form in JSON: a mistake at the start.
        }
        const reply = fastReply(schema, json, options);
        const text = reply === undefined ? NO_VERDICT : quickly(reply, value);
        if (text === NO_VERDICT) return;
        written++;
        expect(text === THREW ? undefined : { text }).toEqual(slowly(schema, json, value));
      }),
      { numRuns: RUNS },
    );
    expect(written).toBeGreaterThan(RUNS / 6);
  });

  const replyOf = (
    schema: z.ZodType,
    json: JsonSchema = jsonSchema(schema, "output"),
  ): ((value: unknown) => unknown) =>
    // prettier-ignore
    fastReply(schema, json, options)!;

  test.each<[string, z.ZodType, unknown, string | undefined]>([
    ["leaves undeclared members out", z.object({ a: z.string() }), { secret: 1, a: "x" }, '{"a":"x"}'],
    ["at every depth", z.object({ a: z.array(z.object({ b: z.int() })) }), { a: [{ b: 1, secret: 1 }] }, '{"a":[{"b":1}]}'], // prettier-ignore
    ["of a tuple, where the filter runs", z.object({ a: z.tuple([z.object({ b: z.int() })]) }), { a: [{ b: 1, secret: 1 }] }, '{"a":[{"b":1}]}'], // prettier-ignore
    ["escapes", z.object({ a: z.string() }), { a: '"\\\n\ud800\u2028é' }, '{"a":"\\"\\\\\\n\\ud800\u2028é"}'],
    ["writes an optional member", z.object({ a: z.int(), b: z.string().optional() }), { a: 1, b: "x" }, '{"a":1,"b":"x"}'], // prettier-ignore
    ["leaves an absent one out", z.object({ a: z.int(), b: z.string().optional() }), { a: -0, b: undefined }, '{"a":0}'], // prettier-ignore
    ["fills in a default", z.object({ a: z.int(), b: z.string().default("x") }), { a: 1 }, '{"a":1,"b":"x"}'],
    ["writes null", z.object({ a: z.string().nullable() }), { a: null }, '{"a":null}'],
    [
      "keeps the order of the declaration",
      z.object({ b: z.int(), a: z.int() }),
      { a: 1, b: 2 },
      '{"b":2,"a":1}',
    ],
    ["but for indices", z.object({ b: z.int(), 1: z.int() }), { 1: 1, b: 2 }, '{"1":1,"b":2}'],
    ["writes dates", z.object({ at: z.date() }), { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    ["writes nothing for undefined", z.string().optional(), undefined, undefined],
  ])("%s", (_title, schema, value, text) => {
    expect(replyOf(schema)(value)).toBe(text);
  });

  test("filters by what the schema's meta says, where that is not what it is", () => {
    const inner = z.object({ a: z.string(), b: z.string() });
    const json: JsonSchema = {
      type: "object",
      properties: { inner: { type: "object", properties: { a: {} } } },
    };
    expect(replyOf(z.object({ inner }), json)({ inner: { a: "x", b: "secret" } })).toBe(
      '{"inner":{"a":"x"}}',
    );
  });

  test("leaves a default of another type than the schema's to the library", () => {
    const schema = z.object({ a: z.string().default({ secret: 1 } as never) });
    expect(replyOf(schema)({})).toBe(NO_VERDICT);
  });

  test("follows references to components", () => {
    const item = z.object({ id: z.int(), note: z.string().nullable() }).meta({ id: "FastReplyItem" });
    const schema = z.object({ one: item, other: item.nullable() });
    const value = { one: { id: 1, note: null, secret: 1 }, other: { id: 2, note: "x", secret: 1 } };
    expect(replyOf(schema)(value)).toBe('{"one":{"id":1,"note":null},"other":{"id":2,"note":"x"}}');
  });
});
