import fc from "fast-check";
import { expect, test } from "vitest";
import { contentDisposition } from "./content-disposition.ts";

test.each([
  ["note.txt", 'attachment; filename="note.txt"'],
  ["../../etc/passwd", 'attachment; filename="passwd"'],
  ["C:\\a\\b.txt", 'attachment; filename="b.txt"'],
  ["naïve €.txt", "attachment; filename=\"na?ve ?.txt\"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.txt"],
  ['a";x="b', "attachment; filename=\"a_;x=_b\"; filename*=UTF-8''a%22%3Bx%3D%22b"],
])("%j", (name, value) => {
  expect(contentDisposition("attachment", name)).toBe(value);
});

test("no name ends the value", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      expect(contentDisposition("inline", name)).toMatch(
        /^inline; filename="[\x20\x21\x23-\x5b\x5d-\x7e]*"(?:; filename\*=UTF-8''[A-Za-z0-9\-._~%]*)?$/,
      );
    }),
  );
});
