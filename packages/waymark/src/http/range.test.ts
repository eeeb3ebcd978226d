import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRange } from "./range.ts";

describe("a range", () => {
  test("is a part of what there is, or is told apart", () => {
    const number = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: Number.MAX_SAFE_INTEGER }));
    const spec = fc.oneof(
      fc.tuple(number, number).map(([a, b]) => `${a}-${b}`),
      number.map((a) => `${a}-`),
      number.map((a) => `-${a}`),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(spec, fc.nat({ max: 20 }), (each, length) => {
        const range = parseRange(`bytes=${each}`, length);
        if (range === undefined || range === "unsatisfiable") return;
        expect(range.first).toBeGreaterThanOrEqual(0);
        expect(range.last).toBeGreaterThanOrEqual(range.first);
        expect(range.last).toBeLessThan(length);
      }),
    );
  });

  test.each([
    ["bytes=0-0", 1, { first: 0, last: 0 }],
    ["BYTES= 1-2 ", 9, { first: 1, last: 2 }],
    ["bytes=-1", 0, "unsatisfiable"],
    ["bytes=0-", 0, "unsatisfiable"],
    ["bytes=-0", 9, "unsatisfiable"],
    ["bytes=99999999999999999999-", 9, "unsatisfiable"],
    ["bytes=1-99999999999999999999", 9, { first: 1, last: 8 }],
    ["bytes=-99999999999999999999", 9, { first: 0, last: 8 }],
    ["bytes=0-1, 3-4", 9, undefined],
    ["bytes=--1", 9, undefined],
    ["bytes=a-b", 9, undefined],
    ["bytes=-", 9, undefined],
    ["bytes 0-1", 9, undefined],
    [undefined, 9, undefined],
  ])("%s of %d", (field, length, range) => {
    expect(parseRange(field, length)).toEqual(range);
  });
});
