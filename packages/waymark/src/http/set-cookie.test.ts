import fc from "fast-check";
import { describe, expect, test } from "vitest";
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
    ["__Secure-a", "", {}, /__Secure-/],
    ["__Host-a", "", { path: "/x", secure: true }, /__Host-/],
    ["__host-a", "", { domain: "a.example", secure: true }, /__Host-/],
    ["a", "x".repeat(5000), {}, /browsers would drop it/],
  ])("%j=%j with %j is refused", (name, value, options, message) => {
    expect(() => setCookie(name, value, options, false)).toThrow(message);
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
