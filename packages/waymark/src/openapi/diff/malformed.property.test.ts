import fc from "fast-check";
import { expect, it } from "vitest";
import { diffDocuments } from "./diff-documents.ts";
import { shop } from "./pairs/shop.fixture.ts";

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    "",
    "x",
    [],
    {},
    [null],
    { $ref: "#/nowhere" },
    { $ref: 1 },
    { $ref: "#" },
  ),
  fc.constantFrom<unknown>(
    { type: [] },
    { type: 3 },
    { enum: [] },
    { enum: "a" },
    { properties: [] },
    { required: [1, "__proto__"] },
  ),
  fc.constantFrom<unknown>(
    { patternProperties: { "(": {} } },
    { anyOf: [] },
    { allOf: {} },
    { oneOf: [1] },
    { not: 1 },
  ),
  fc.constant(JSON.parse('{ "__proto__": { "type": "string" }, "constructor": {} }') as unknown),
);

/** The places of a document, as lists of keys. */
function places(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => places(member, [...path, key]))];
}

const all = places(shop).filter(([first]) => first !== undefined && first !== "openapi");

it("gives a verdict on documents that are not what OpenAPI says, and finds them equal to themselves", () => {
  const spoils = fc.array(fc.tuple(fc.constantFrom(...all), junk), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(spoils, (list) => {
      const spoilt = structuredClone(shop) as unknown;
      for (const [path, value] of list) {
        const holder = path
          .slice(0, -1)
          .reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], spoilt);
        if (typeof holder === "object" && holder !== null)
          (holder as Record<string, unknown>)[path.at(-1)!] = structuredClone(value);
      }
      expect(diffDocuments(spoilt, structuredClone(spoilt))).toEqual([]);
      expect(Array.isArray(diffDocuments(shop, spoilt))).toBe(true);
      expect(Array.isArray(diffDocuments(spoilt, shop))).toBe(true);
    }),
    { numRuns: 400 },
  );
}, 180_000);

it.each([
  [null, "it is not an object"],
  [[], "it is not an object"],
  [{}, "it has no openapi"],
  [{ swagger: "2.0" }, 'it says swagger: "2.0"'],
  [{ openapi: 3 }, "it says openapi: 3"],
  [{ openapi: "4.0.0" }, 'it says openapi: "4.0.0"'],
])("refuses %j", (document, reason) => {
  expect(() => diffDocuments(document, shop)).toThrow(
    new TypeError(`The older document is no OpenAPI 3 document: ${reason}.`),
  );
  expect(() => diffDocuments(shop, document)).toThrow(
    new TypeError(`The newer document is no OpenAPI 3 document: ${reason}.`),
  );
});
