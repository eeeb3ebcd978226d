import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCookies } from "./cookies.ts";
import { type CookieOptions, setCookie } from "./set-cookie.ts";

describe("setCookie", () => {
  test("defaults are safe", () => {
    expect(setCookie("a", "1", {}, false)).toBe("a=1; Path=/; HttpOnly; SameSite=Lax");
    expect(setCookie("a", "1", {}, true)).toBe("a=1; Path=/; Secure; HttpOnly; SameSite=Lax");
  });

  test("every attribute can be said", () => {
    const options: CookieOptions = {
      maxAge: 3600.9,
      expires: new Date(0),
      path: "/app",
      domain: "example.com",
      httpOnly: false,
      sameSite: "none",
      priority: "high",
      partitioned: true,
    };
    expect(setCookie("a", "b c;\r\n", options, false)).toBe(
      "a=b%20c%3B%0D%0A; Max-Age=3600; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Domain=example.com; Path=/app; Secure; SameSite=None; Priority=High; Partitioned",
    );
  });

  test.each<[string, string, CookieOptions, RegExp]>([
    ["a b", "", {}, /not a cookie name/],
    ["", "", {}, /not a cookie name/],
    ["a;b", "", {}, /not a cookie name/],
    ["a", "", { path: "/; Domain=evil" }, /not a path/],
    ["a", "", { path: "relative" }, /not a path/],
    ["a", "", { domain: "evil; HttpOnly" }, /not a domain/],
    ["a", "", { domain: "" }, /not a domain/],
    ["a", "", { maxAge: Number.NaN }, /maxAge/],
    ["a", "", { expires: new Date(Number.NaN) }, /expires/],
    ["a", "", { sameSite: "toString" as "lax" }, /sameSite is one of strict, lax, none/],
    ["a", "", { priority: "\r\n" as "low" }, /priority/],
    ["a", "", { sameSite: "none", secure: false }, /needs secure/],
    ["a", "", { partitioned: true, secure: false }, /needs secure/],
    ["a", "", { expires: new Date(Date.UTC(10_000, 0)) }, /expires is from 1601 to 9999/],
    ["a", "", { expires: new Date(-1e14) }, /expires is from 1601/],
    ["a", "", { path: `/${"x".repeat(1024)}` }, /not a path/],
    ["a", "", { domain: "x".repeat(1025) }, /not a domain/],
    ["__Secure-a", "", { secure: false }, /__Secure-/],
    ["__Host-a", "", { secure: false }, /__Host-/],
    ["__Http-a", "", { httpOnly: false }, /__Http- needs httpOnly/],
    ["__Host-Http-a", "", { httpOnly: false }, /__Host-Http- needs httpOnly/],
    ["__Host-Http-a", "", { path: "/x" }, /__Host-/],
    ["__Host-a", "", { path: "/x", secure: true }, /__Host-/],
    ["__host-a", "", { domain: "a.example", secure: true }, /__Host-/],
    ["a", "x".repeat(5000), {}, /browsers would drop it/],
  ])("%j=%j with %j is refused", (name, value, options, message) => {
    expect(() => setCookie(name, value, options, false)).toThrow(message);
  });

  test("a name whose prefix needs it is secure by itself", () => {
    for (const name of ["__Secure-a", "__Host-a", "__http-a", "__HOST-HTTP-a"])
      expect(setCookie(name, "1", {}, false)).toBe(`${name}=1; Path=/; Secure; HttpOnly; SameSite=Lax`);
    expect(setCookie("__Hosta", "1", {}, false)).not.toContain("Secure");
  });

  test("a lifetime is written in digits, however long or short", () => {
    for (const [maxAge, written] of [
      [1e30, "9007199254740991"],
      [-1e30, "0"],
      [-0.5, "0"],
      [0, "0"],
    ] as const)
      expect(setCookie("a", "", { maxAge }, false)).toBe(
        `a=; Max-Age=${written}; Path=/; HttpOnly; SameSite=Lax`,
      );
  });

  test("what was set is what is read when it comes back", () => {
    const naughty = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.string({
        unit: fc.constantFrom(
          '"',
          ";",
          "=",
          ",",
          " ",
          "\\",
          "\r",
          "\n",
          "\0",
          "%",
          "%41",
          "é",
          "🍪",
          "\ud800",
        ),
      }),
    );
    fc.assert(
      fc.property(naughty, fc.constantFrom("a", "__Host-a", "toString", "__proto__"), (value, name) => {
        const [pair] = setCookie(name, value, {}, false).split("; ");
        expect(parseCookies(`other=1; ${pair}; more=2`).get(name)).toBe(value.toWellFormed());
      }),
    );
  });

  test("no text gets out of its place", () => {
    const texts = fc.string({ unit: "binary", maxLength: 20 });
    fc.assert(
      fc.property(texts, texts, texts, texts, (name, value, path, domain) => {
        let line: string;
        try {
          line = setCookie(name, value, { path, domain }, false);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        expect(line).toMatch(/^[\x21-\x3a\x3c-\x7e]+; Domain=[^;]+; Path=[^;]+; HttpOnly; SameSite=Lax$/);
      }),
    );
    fc.assert(
      fc.property(texts, (value) => {
        expect(setCookie("a", value, {}, false)).toMatch(
          /^a=[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*; Path=\/; HttpOnly; SameSite=Lax$/,
        );
      }),
    );
  });
});
