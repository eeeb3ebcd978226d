import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findJsonError } from "./json-error.ts";

describe("findJsonError", () => {
  test.each([
    ["{'a': 1}", "expected a key or } at line 1, column 2"],
    ['{"a": 1,}', "expected a key at line 1, column 9"],
    ["[1, 2,]", "expected a value at line 1, column 7"],
    ["[1 2]", "expected , or ] at line 1, column 4"],
    ["[}", "expected a value or ] at line 1, column 2"],
    ['{"a" 1}', "expected a colon at line 1, column 6"],
    ['{\n  "a": NaN\n}', "expected a value at line 2, column 8"],
    ['{"a":1}x', "expected the end of the text at line 1, column 8"],
    ['{"a":1', "expected , or } at line 1, column 7"],
    ['["a\nb"]', "expected a value or ] at line 1, column 2"],
    ["01", "expected the end of the text at line 1, column 2"],
    [" ", "expected a value at line 1, column 2"],
  ])("%j: %s", (text, place) => {
    expect(findJsonError(text)).toBe(place);
  });

  test("before the place the text could still become JSON, and the place is in the text", () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom("", ",", "]", "}", '"', "x", ":", "\\", "\n", "-"),
        (text, at, change) => {
          const index = at % (text.length + 1);
          const broken = text.slice(0, index) + change + text.slice(index + 1);
          try {
            JSON.parse(broken);
          } catch {
            const end = offsetOf(findJsonError(broken), broken);
            expect(end).toBeLessThanOrEqual(broken.length);
            const before = broken.slice(0, end);
            expect(offsetOf(findJsonError(before), before)).toBe(end);
          }
        },
      ),
    );
  });

  test("a long text takes no more than its length", () => {
    expect(findJsonError(`["${"a".repeat(1_000_000)}`)).toBe("expected a value or ] at line 1, column 2");
    expect(findJsonError(`["${"\\n".repeat(300_000)}"`)).toMatch(/expected , or ]/);
    expect(findJsonError("[".repeat(100_000))).toMatch(/expected a value or ]/);
  });
});

function offsetOf(message: string, text: string): number {
  const [, line, column] = /at line (\d+), column (\d+)$/.exec(message) as unknown as [
    string,
    string,
    string,
  ];
  const before = text.split("\n").slice(0, Number(line) - 1);
  return before.join("\n").length + (before.length === 0 ? 0 : 1) + Number(column) - 1;
}
