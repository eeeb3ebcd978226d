import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkCode, fittingReason } from "./close.ts";

describe("a reason", () => {
  it("of any text fits into a close frame, and stays as it is where it fits", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
        const reason = fittingReason(text);
        const size = Buffer.byteLength(text);
        expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
        if (size <= 123) expect(reason).toBe(text);
        else expect(text.startsWith(reason.slice(0, -1))).toBe(true);
      }),
    );
  });

  it("is not cut within a character", () => {
    expect(fittingReason("😀".repeat(40))).toBe(`${"😀".repeat(30)}…`);
  });
});

describe("a code", () => {
  it.each([1000, 1001, 1003, 1007, 1011, 1014, 3000, 4999])("may be %i", (code) => {
    expect(() => checkCode(code)).not.toThrow();
  });

  it.each([0, 999, 1002, 1004, 1005, 1006, 1015, 2999, 5000, 3000.5, Number.NaN])("may not be %d", (code) => {
    expect(() => checkCode(code)).toThrow(`${code} is no code to close with`);
  });
});
