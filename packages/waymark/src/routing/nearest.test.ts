import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearest } from "./nearest.ts";

const names = ["summary", "description", "tags", "userId"];

describe("the nearest name", () => {
  it.each([
    ["sumary", "summary", "a letter missing"],
    ["summmary", "summary", "one too many"],
    ["tugs", "tags", "another letter"],
    ["tgas", "tags", "two swapped"],
    ["userid", "userId", "another case"],
    ["ags", "tags", "the first missing"],
    ["tag", "tags", "the last missing"],
    ["tagss", "tags", "one at the end"],
  ])("to %s is %s: %s", (name, meant) => {
    expect(nearest(name, names)).toBe(meant);
  });

  it.each(["colour", "", "summary", "sumry", "atgss"])("to %o is none", (name) => {
    expect(nearest(name, names)).toBeUndefined();
  });

  it("is found after any one slip", () => {
    const slip = fc.tuple(
      fc.string({ minLength: 2 }),
      fc.nat(),
      fc.string({ minLength: 1, maxLength: 1 }),
      fc.nat(3),
    );
    fc.assert(
      fc.property(slip, ([name, position, letter, kind]) => {
        const at = position % (name.length - 1);
        const rest = name.slice(at);
        const changed = [
          rest.slice(1),
          letter + rest,
          letter + rest.slice(1),
          rest[1]! + rest[0]! + rest.slice(2),
        ];
        const slipped = name.slice(0, at) + changed[kind]!;
        fc.pre(slipped !== name);
        expect(nearest(slipped, [name])).toBe(name);
      }),
    );
  });
});
