// What the gateway says of a value is what Ajv says of it, whatever the schema: the wire between them changes nothing.
import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { JsonSchema } from "../../snapshot.ts";
import { jsonBody, parameterOf, takingJson, validating } from "./validate.fixture.ts";

const ajv = new Ajv2020({ strict: false, ownProperties: true, logger: false });
ajvFormats.default(ajv as never);

function accepts(schema: JsonSchema, value: unknown): boolean {
  return ajv.compile(schema as object)(value);
}

const scalarSchema: fc.Arbitrary<JsonSchema> = fc.oneof(
  fc.record({ type: fc.constant("integer"), minimum: fc.integer({ min: -5, max: 5 }) }),
  fc.record({
    type: fc.constant("number"),
    maximum: fc.integer({ min: -5, max: 5 }),
    multipleOf: fc.constantFrom(1, 2, 0.5),
  }),
  fc.record({
    type: fc.constant("string"),
    minLength: fc.integer({ min: 0, max: 3 }),
    maxLength: fc.integer({ min: 0, max: 4 }),
  }),
  fc.record({ type: fc.constant("string"), pattern: fc.constantFrom("^a", "b$", "^[a-c]*$", "\\d") }),
  fc.record({ type: fc.constant("string"), format: fc.constantFrom("date", "uuid", "ipv4", "unheard-of") }),
  fc.constant({ type: "boolean" }),
  fc.record({ enum: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }) }),
  fc.record({ enum: fc.uniqueArray(fc.constantFrom(1, 2, 3), { minLength: 1 }) }),
  fc.constant({ type: ["integer", "boolean"] }),
);

const { schema: anySchema } = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalarSchema,
    fc.record({
      type: fc.constant("array"),
      items: tie("schema"),
      maxItems: fc.integer({ min: 0, max: 3 }),
      uniqueItems: fc.boolean(),
    }),
    fc.record(
      {
        type: fc.constant("object"),
        properties: fc.dictionary(fc.constantFrom("a", "b", "constructor"), tie("schema"), { maxKeys: 3 }),
        required: fc.uniqueArray(fc.constantFrom("a", "b", "toString"), { maxLength: 2 }),
        additionalProperties: fc.oneof(fc.boolean(), tie("schema")),
      },
      { requiredKeys: ["type"] },
    ),
    fc.record({ anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }) }),
    fc.record({ oneOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }) }),
    fc.record({ not: tie("schema") }),
    fc.boolean(),
  ) as fc.Arbitrary<JsonSchema>,
}));

const anyValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer({ min: -6, max: 6 }),
    fc.constantFrom(0.5, 1.5, null, true, false, "", "a", "ab", "abc", "12", "2026-01-01", "1.2.3.4"),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("a", "b", "constructor", "__proto__", "d"), tie("value"), { maxKeys: 3 }),
  ),
})).value;

it("on bodies", async () => {
  await fc.assert(
    fc.asyncProperty(
      anySchema,
      fc.array(anyValue, { minLength: 1, maxLength: 5 }),
      async (schema, values) => {
        const operation = validating(takingJson(schema));
        for (const value of values) {
          const text = JSON.stringify(value);
          const { status } = await operation.ask(jsonBody(text));
          const isFree = operation.step!.needs.length === 0;
          expect(status === undefined, `${JSON.stringify(schema)} of ${text}`).toBe(
            isFree || accepts(schema, JSON.parse(text)),
          );
        }
      },
    ),
    { numRuns: 200 },
  );
});

it("on named schemas that refer to each other", async () => {
  await fc.assert(
    fc.asyncProperty(anySchema, anySchema, anyValue, async (one, two, value) => {
      const schemas = {
        "s.One": one,
        "s.Two": { anyOf: [two, { type: "array", items: { $ref: "#/schemas/s.One" } }] },
      } as const;
      const schema = { $ref: "#/schemas/s.Two" };
      const operation = validating(takingJson(schema), { schemas });
      const { status } = await operation.ask(jsonBody(JSON.stringify(value)));
      const whole = { ...schema, schemas };
      expect(status === undefined).toBe(accepts(whole as JsonSchema, JSON.parse(JSON.stringify(value))));
    }),
    { numRuns: 200 },
  );
});

/** Values that a text can stand for, with the text. */
const sent = fc.oneof(
  fc.integer({ min: -6, max: 6 }).map((value) => [value, String(value)] as const),
  fc.constantFrom(0.5, 1.5, -2.5).map((value) => [value, String(value)] as const),
  fc.boolean().map((value) => [value, String(value)] as const),
  fc.constantFrom("", "a", "ab", "a b", "ä", "1&2", "2026-01-01").map((value) => [value, value] as const),
);

/** What a text means where the schema is a scalar: by its types, and a string only where a string is admitted. */
function meant(
  schema: { readonly [k: string]: unknown },
  [value, text]: readonly [unknown, string],
): unknown {
  const types = [schema["type"] ?? typeof (schema["enum"] as unknown[])[0]].flat();
  if (types.includes("string")) return text;
  return typeof value === "string" ? undefined : value;
}

it.each(["path", "query", "header", "cookie"] as const)("on scalars in the %s", async (place) => {
  await fc.assert(
    fc.asyncProperty(scalarSchema, sent, async (schema, pair) => {
      const [, text] = pair;
      const operation = validating({ parameters: [parameterOf(place, "p", schema)] });
      const encoded = encodeURIComponent(text);
      const { status } = await operation.ask(
        place === "path"
          ? { params: { p: text } }
          : place === "query"
            ? { search: `p=${encoded}` }
            : { headers: [place === "header" ? ["p", text] : ["cookie", `p=${encoded}`]] },
      );
      const value = meant(schema as object as { readonly [k: string]: unknown }, pair);
      expect(status === undefined, `${JSON.stringify(schema)} of ${text}`).toBe(
        value !== undefined && accepts(schema, value),
      );
    }),
    { numRuns: 200 },
  );
});

it("on arrays in the query, in each style", async () => {
  const separators = { spaceDelimited: "%20", pipeDelimited: "|", form: "," } as const;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("form", "spaceDelimited", "pipeDelimited" as const),
      fc.boolean(),
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 4 }),
      async (style, explode, values, maximum) => {
        const schema = {
          type: "array",
          items: { type: "integer", maximum },
          maxItems: 3,
          uniqueItems: true,
        } as const;
        const operation = validating({ parameters: [parameterOf("query", "p", schema, { style, explode })] });
        const search = explode
          ? values.map((value) => `p=${value}`).join("&")
          : `p=${values.join(separators[style as keyof typeof separators])}`;
        expect((await operation.ask({ search })).status === undefined).toBe(accepts(schema, values));
      },
    ),
    { numRuns: 200 },
  );
});

it("on objects in the query as deepObject", async () => {
  const schema = {
    type: "object",
    properties: { n: { type: "integer", minimum: 0 }, s: { type: "string", maxLength: 2 } },
    required: ["n"],
    additionalProperties: false,
  } as const;
  const operation = validating({
    parameters: [parameterOf("query", "p", schema, { style: "deepObject", explode: true })],
  });
  await fc.assert(
    fc.asyncProperty(
      fc.record(
        { n: fc.integer({ min: -2, max: 5 }), s: fc.constantFrom("a", "abc"), x: fc.constant("1") },
        { requiredKeys: [] },
      ),
      async (value) => {
        const search = Object.entries(value)
          .map(([key, each]) => `p[${key}]=${each}`)
          .join("&");
        const isAbsent = search === "";
        expect((await operation.ask({ search })).status === undefined).toBe(
          isAbsent || accepts(schema, value),
        );
      },
    ),
    { numRuns: 100 },
  );
});
