import fc from "fast-check";
import { expect, it } from "vitest";
import { entityTag } from "./entity-tag.ts";

it("is the same for the same content, as text or as bytes, and quoted as HTTP wants it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(entityTag(text)).toBe(entityTag(new TextEncoder().encode(text)));
      expect(entityTag(text)).toMatch(/^"[\da-f]{16}-[\da-f]+"$/);
    }),
  );
});

it("differs where one character does", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string({ minLength: 1, maxLength: 1 }),
      fc.string(),
      (before, character, after) => {
        expect(entityTag(before + character + after)).not.toBe(entityTag(`${before}\u{1f4a1}${after}`));
      },
    ),
  );
});
