import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Change } from "./change.ts";
import { diffDocuments } from "./diff-documents.ts";
import { accepts, type PlainSchema } from "./schema/accepts.fixture.ts";
import { restyled } from "./restyled.fixture.ts";

const names = fc.constantFrom("a", "b", "c");
const type = fc.constantFrom("string", "number", "integer", "boolean", "object", "array", "null");
const scalar = fc.constantFrom<unknown>("a", "bb", 0, 1, 2.5, true, null);

/** Small on purpose: pairs of schemas that have something to do with each other. */
const { schema } = fc.letrec<{
  schema: PlainSchema;
  plain: PlainSchema;
  object: PlainSchema;
  union: PlainSchema;
}>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    tie("plain"),
    tie("object"),
    tie("union"),
    fc.record(
      { type: fc.constant("array"), items: tie("schema"), maxItems: fc.nat(2) },
      { requiredKeys: ["type"] },
    ),
  ),
  plain: fc.oneof(
    fc.record({ type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })) }),
    fc.record(
      { type: fc.constantFrom("number", "integer"), minimum: fc.nat(2), exclusiveMaximum: fc.nat(3) },
      { requiredKeys: ["type"] },
    ),
    fc.record({ type: fc.constant("string"), minLength: fc.nat(2) }),
    fc.record({ enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }) }),
    fc.record({ const: scalar }),
    fc.constant({}),
  ),
  object: fc.record(
    {
      type: fc.constant("object"),
      properties: fc.dictionary(names, tie("schema"), { maxKeys: 2 }),
      required: fc.uniqueArray(names, { maxLength: 2 }),
      additionalProperties: fc.oneof(fc.boolean(), tie("plain")),
    },
    { requiredKeys: ["type"] },
  ),
  union: fc.oneof(
    fc.record({ anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ allOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }) }),
    fc.record({
      type: fc.constant("object"),
      required: fc.tuple(names),
      anyOf: fc.array(tie("object"), { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ not: tie("plain") }),
  ),
}));

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(names, tie("value"), { maxKeys: 2 }),
  ),
}));

function documentOf(received: object, sent: object): object {
  return {
    openapi: "3.1.1",
    paths: {
      "/a": {
        post: {
          requestBody: { content: { "application/json": { schema: received } } },
          responses: { "200": { description: "", content: { "application/json": { schema: sent } } } },
        },
      },
    },
  };
}

/** What counts as compatible though a value of the other schema may be refused: see docs/versions-and-changes.md. */
const BY_CONVENTION = ["property-added", "required-property-added", "additional-properties-allowed"];
const byConvention = (changes: readonly Change[]): boolean =>
  changes.some(({ code, kind }) => kind === "compatible" && BY_CONVENTION.includes(code));
const breaks = (changes: readonly Change[]): boolean => changes.some(({ kind }) => kind === "breaking");

describe("whatever the schemas", { timeout: 180_000 }, () => {
  it("names something breaking where a request is refused that was accepted, and where a response is new", () => {
    let [refused, told] = [0, 0];
    fc.assert(
      fc.property(schema, schema, fc.array(value, { minLength: 5, maxLength: 20 }), (one, other, values) => {
        const received = diffDocuments(documentOf(one, {}), documentOf(other, {}));
        const sent = diffDocuments(documentOf({}, other), documentOf({}, one));
        if (received.length > 0) told += 1;
        if (!values.some((each) => accepts(one, each) && !accepts(other, each))) return;
        refused += 1;
        if (!byConvention(received)) expect(breaks(received)).toBe(true);
        if (!byConvention(sent)) expect(breaks(sent)).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(refused).toBeGreaterThan(100);
    expect(told).toBeGreaterThan(refused);
  });

  it("names nothing where the document is only put together differently", () => {
    const components = fc.record({ A: schema, B: schema, C: schema });
    const reference = fc
      .constantFrom("A", "B", "C")
      .map((name) => ({ $ref: `#/components/schemas/${name}` }));
    const use = fc.oneof(
      reference,
      fc.record({
        type: fc.constant("object"),
        properties: fc.dictionary(names, fc.oneof(reference, schema)),
      }),
    );
    fc.assert(
      fc.property(components, use, use, fc.infiniteStream(fc.nat(99)), (schemas, received, sent, dice) => {
        const linked = {
          ...schemas,
          D: {
            type: "object",
            properties: { self: { $ref: "#/components/schemas/D" }, c: { $ref: "#/components/schemas/C" } },
          },
        };
        const document = {
          ...documentOf({ allOf: [received, { $ref: "#/components/schemas/D" }] }, sent),
          components: { schemas: linked },
        };
        const other = restyled(document, () => dice.next().value);
        expect(diffDocuments(document, other)).toEqual([]);
        expect(diffDocuments(other, document)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("says the same whatever the order of keys", () => {
    fc.assert(
      fc.property(schema, schema, (one, other) => {
        const [before, after] = [documentOf(one, other), documentOf(other, one)];
        expect(diffDocuments(reversed(before), reversed(after))).toEqual(diffDocuments(before, after));
      }),
      { numRuns: 200 },
    );
  });
});

function reversed(document: unknown): unknown {
  if (Array.isArray(document)) return document.map(reversed);
  if (typeof document !== "object" || document === null) return document;
  return Object.fromEntries(
    Object.entries(document)
      .toReversed()
      .map(([key, member]) => [key, reversed(member)]),
  );
}
