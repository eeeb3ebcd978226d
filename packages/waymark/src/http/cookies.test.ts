import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCookies } from "./cookies.ts";
import { setCookie } from "./set-cookie.ts";

const read = (field: string): Record<string, string> => Object.fromEntries(parseCookies(field));

describe("parseCookies", () => {
  test.each([
    ["a=1; b=2", { a: "1", b: "2" }],
    ["a=1;b=2;", { a: "1", b: "2" }],
    [" \ta \t=\t 1 ", { a: "1" }],
    ["a=1; a=2", { a: "1" }],
    ["a=b=c", { a: "b=c" }],
    ["a=", { a: "" }],
    ['a="b c"', { a: "b c" }],
    ["a=%C3%A9%20", { a: "é " }],
    ["a=%zz", { a: "%zz" }],
    ["a; b=2; ; =3", { b: "2" }],
    ["no cookie at all", {}],
    ["", {}],
  ])("%j", (field, cookies) => {
    expect(read(field)).toEqual(cookies);
  });

  test("no field is no cookies", () => {
    expect(parseCookies(undefined).size).toBe(0);
  });

  test("names of the prototype are names like others", () => {
    const cookies = parseCookies("__proto__=1; constructor=2");
    expect([cookies.get("__proto__"), cookies.get("constructor"), cookies.get("toString")]).toEqual([
      "1",
      "2",
      undefined,
    ]);
  });

  test("more than anybody needs are not read", () => {
    expect(parseCookies(Array.from({ length: 5000 }, (_, i) => `c${i}=1`).join(";")).size).toBe(300);
  });

  test("every value that was set is read back", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 50 }),
        fc.string({ maxLength: 10 }),
        (value, other) => {
          const [pair = ""] = setCookie("name", value, {}, false).split("; ");
          expect(parseCookies(`x=${encodeURIComponent(other)}; ${pair}`).get("name")).toBe(
            value.replace(/\p{Surrogate}/gu, "\uFFFD"),
          );
        },
      ),
    );
  });
});
