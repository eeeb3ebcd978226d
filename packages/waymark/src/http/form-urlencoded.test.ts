import { describe, expect, test } from "vitest";
import { DEFAULT_FORM_LIMITS, type FormLimits } from "./form-limits.ts";
import { parseUrlencoded } from "./form-urlencoded.ts";

const parse = (text: string | Uint8Array, limits: Partial<FormLimits> = {}): readonly string[] =>
  parseUrlencoded(typeof text === "string" ? new TextEncoder().encode(text) : text, {
    ...DEFAULT_FORM_LIMITS,
    ...limits,
  }).pairs;
const status = (run: () => unknown): unknown => {
  try {
    run();
    return 200;
  } catch (error) {
    return (error as { status?: unknown }).status;
  }
};

describe("an urlencoded form", () => {
  test("is what a browser makes of its fields", () => {
    const fields: [string, string][] = [
      ["a b", "1&2=3"],
      ["é", "😀+%"],
      ["", ""],
      ["__proto__", "x"],
      ["a b", "\r\n;"],
    ];
    expect(parse(new URLSearchParams(fields).toString())).toEqual(fields.flat());
    expect(parse("")).toEqual([]);
    expect(parse("&&a&&")).toEqual(["a", ""]);
    expect(parse("\uFEFFa=1")).toEqual(["\uFEFFa", "1"]);
  });

  test.each(["%", "%4", "%zz", "%c3=1", "a=%ed%a0%80"])("is refused for %s", (text) => {
    expect(status(() => parse(text))).toBe(400);
  });

  test("is refused where it is not UTF-8", () => {
    expect(status(() => parse(Uint8Array.of(0x61, 0x3d, 0xe9)))).toBe(400);
  });
});

describe("its limits hold to the byte", () => {
  const pairs = (count: number): string => `&${"a=b&".repeat(count)}`;
  test.each<[what: string, limits: Partial<FormLimits>, make: (size: number) => string]>([
    ["fields", { fields: 5 }, pairs],
    ["parts", { parts: 5 }, pairs],
    ["a name", { nameSize: 5 }, (size) => `${"n".repeat(size)}=v`],
    ["an encoded name", { nameSize: 5 }, (size) => `${"%61".repeat(size)}=v`],
    ["a value", { fieldSize: 5 }, (size) => `n=${"v".repeat(size)}`],
  ])("%s", (_, limits, make) => {
    expect([4, 5, 6].map((size) => status(() => parse(make(size), limits)))).toEqual([200, 200, 413]);
  });

  test("in bytes of UTF-8, not in characters", () => {
    expect([2, 3].map((count) => status(() => parse(`n=${"é".repeat(count)}`, { fieldSize: 5 })))).toEqual([
      200, 413,
    ]);
  });
});
