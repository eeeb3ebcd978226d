import fc from "fast-check";
import { expect, test } from "vitest";
import { quote, writerWins } from "./writer.ts";

test("a string is written as JSON.stringify writes it", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((units) => String.fromCharCode(...units)), // prettier-ignore
    fc.string({ maxLength: 60 }),
  );
  fc.assert(
    fc.property(text, (each) => {
      expect(quote(each)).toBe(JSON.stringify(each));
    }),
    { numRuns: 3000 },
  );
  for (let unit = 0; unit <= 0xffff; unit++) {
    const each = String.fromCharCode(unit);
    if (quote(each) !== JSON.stringify(each)) throw new Error(`U+${unit.toString(16)}`);
  }
});

test.each([
  ["Node 20", { v8: "11.3.244.8-node.33" }, true],
  ["Node 24", { v8: "13.6.233.10-node.28" }, true],
  ["Node 25", { v8: "14.1.146.11-node.14" }, false],
  ["V8 13.8", { v8: "13.8.1" }, false],
  ["Bun", { v8: "13.6.233.10-node.18", bun: "1.4.5" }, false],
  ["a runtime that names no engine", {}, false],
])("texts are joined where JSON.stringify is slower: %s", (_, versions, wins) => {
  expect(writerWins(versions)).toBe(wins);
});
