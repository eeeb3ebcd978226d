import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HttpError } from "./http-error.ts";
import { parseJson } from "./json.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const failure = (body: string | Uint8Array, depth = 64): HttpError => {
  try {
    parseJson(typeof body === "string" ? bytes(body) : body, depth);
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
  throw new Error("it was accepted");
};

describe("parseJson", () => {
  test("gives every JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        expect(parseJson(bytes(text), 64)).toEqual(JSON.parse(text));
      }),
    );
  });

  test("ignores a byte order mark", () => {
    expect(parseJson(bytes("\uFEFF[1]"), 64)).toEqual([1]);
  });

  test("keeps U+FFFD that was sent, and refuses bytes that would become it", () => {
    expect(parseJson(bytes('"\uFFFD"'), 64)).toBe("\uFFFD");
    expect(failure(new Uint8Array([0x22, 0xff, 0x22])).detail).toBe("The body is not UTF-8 text.");
    expect(failure(new Uint8Array([0x22, 0xc0, 0xaf, 0x22])).status).toBe(400);
    expect(failure(new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])).status).toBe(400);
  });

  test("a key __proto__ is an ordinary key", () => {
    const value = parseJson(bytes('{"__proto__":{"admin":true}}'), 64) as object;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test("an empty body is 400", () => {
    expect(failure("")).toMatchObject({ status: 400, detail: "The body is empty; JSON is expected." });
  });

  test("the depth holds to the level, for arrays and objects", () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const) {
      const nested = (depth: number): string =>
        open.repeat(depth) + "1".repeat(open === "[" ? 0 : 1) + close.repeat(depth);
      expect(() => parseJson(bytes(nested(10)), 10)).not.toThrow();
      expect(failure(nested(11), 10)).toMatchObject({
        status: 400,
        detail: "The JSON body is nested deeper than 10 levels.",
      });
      expect(failure(nested(100_000), 10).status).toBe(400);
    }
  });

  test("brackets in strings and brackets side by side are not depth", () => {
    expect(parseJson(bytes(JSON.stringify(["[".repeat(100), '\\"[[['.repeat(10), "é{"])), 3)).toHaveLength(3);
    expect(parseJson(bytes(JSON.stringify(Array.from({ length: 100 }, () => ({ a: [] })))), 3)).toHaveLength(
      100,
    );
  });

  test("the depth is that of the value", () => {
    const depthOf = (value: unknown): number =>
      typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 1, max: 4 }), (value, limit) => {
        const read = (): unknown => parseJson(bytes(JSON.stringify(value)), limit);
        if (depthOf(value) > limit) expect(read).toThrow(HttpError);
        else expect(read).not.toThrow();
      }),
    );
  });

  test("what was sent is never in the message", () => {
    const { detail, cause } = failure('{"password":"hunter2"x}');
    expect(detail).toBe("The body is not valid JSON: expected , or } at line 1, column 22.");
    expect(cause).toBeUndefined();
  });
});
