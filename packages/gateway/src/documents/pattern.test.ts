import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayBeSlow, readPattern } from "./pattern.ts";

describe("a pattern of a document", () => {
  it("stays as it is where JavaScript reads it with the flag u", () => {
    for (const pattern of ["^[a-z]+$", "^\\p{L}+$", "\\/a\\.b", "[\\w\\-]", "(?<year>\\d{4})", "^(?:a|b)*$"])
      expect(readPattern(pattern)).toEqual({ pattern });
  });

  it("loses escapes that mean nothing", () => {
    expect(readPattern('^[\\w\\_\\@\\ ]+\\:\\"$')).toEqual({ pattern: '^[\\w_@ ]+:"$' });
    expect(readPattern("[\\w-.]+")).toEqual({ pattern: "[\\w\\-.]+" });
    expect(readPattern("^[A-Za-z0-9-_]+\\-x$")).toEqual({ pattern: "^[A-Za-z0-9-_]+-x$" });
  });

  it("says why it is none", () => {
    expect(readPattern("\\A\\w+\\z")).toEqual({ fault: "invalid escape" });
    expect(readPattern("(a")).toEqual({ fault: "unterminated group" });
    expect(readPattern("[[:alnum:]\\p{Alnum}]")).toEqual({
      fault: expect.stringContaining("invalid property name") as string,
    });
  });

  it("means the same without the escapes as the engine without the flag", () => {
    const part = fc.constantFrom("a", "\\_", "\\@", "[b\\:c]", "\\.", "-", "\\-", "\\d", "[\\w-x]", "x?");
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 6 }),
        fc.string({ unit: fc.constantFrom("a", "_", "@", "b", ":", "c", ".", "-", "9", "x") }),
        (parts, text) => {
          const pattern = `^${parts.join("")}$`;
          const read = readPattern(pattern);
          if ("fault" in read) return;
          expect(new RegExp(read.pattern, "u").test(text)).toBe(new RegExp(pattern).test(text));
        },
      ),
    );
  });

  it("is pointed out where it repeats what repeats", () => {
    for (const slow of ["(a+)+$", "^(\\w*)*x", "((ab)*c?)+", "(?:a{2,})*"])
      expect(mayBeSlow(slow), slow).toBe(true);
    for (const fast of ["a+b+", "(ab)+", "[(a+)+]", "\\(a+\\)+", "(a{1,3})+", "^(?:\\d{3})*$"])
      expect(mayBeSlow(fast), fast).toBe(false);
  });
});
