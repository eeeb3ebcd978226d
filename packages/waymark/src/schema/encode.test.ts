import { expect, test } from "vitest";
import { encoder } from "./encode.ts";

test("writes JSON, dates as ISO 8601", () => {
  const encode = encoder({ type: "object" });
  expect(encode({ a: 1, at: new Date(0), no: undefined })).toBe('{"a":1,"at":"1970-01-01T00:00:00.000Z"}');
  expect(encode(null)).toBe("null");
  expect(encode("é")).toBe('"é"');
});

test("throws for what JSON cannot say", () => {
  const encode = encoder();
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  for (const value of [1n, { big: 1n }, cycle, undefined, () => 1, Symbol("x")])
    expect(() => encode(value)).toThrow(TypeError);
});
