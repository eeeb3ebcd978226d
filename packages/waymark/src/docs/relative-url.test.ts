import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { relativeUrl } from "./relative-url.ts";

describe("relativeUrl", () => {
  it.each([
    ["/docs", "/openapi.json", "openapi.json"],
    ["/docs", "/docs/start.js", "docs/start.js"],
    ["/docs/", "/docs/start.js", "start.js"],
    ["/api/docs", "/openapi.json", "../openapi.json"],
    ["/api/docs", "/api/v1/openapi.json", "v1/openapi.json"],
    ["/", "/openapi.json", "openapi.json"],
    ["/docs/", "/docs/", "./"],
    ["/docs", "/a b.json", "a%20b.json"],
  ])("leads from %s to %s by %s", (from, to, url) => {
    expect(relativeUrl(from, to)).toBe(url);
  });

  it("leads there from anywhere, below any prefix", () => {
    const part = fc
      .stringMatching(/^[a-zA-Z0-9 é:%.+-]{1,5}$/)
      .filter((text) => !/^(\.|%2e){1,2}$/i.test(text));
    const anyPath = fc
      .tuple(fc.array(part, { maxLength: 3 }), fc.boolean())
      .map(([parts, slash]) => `/${parts.join("/")}${slash && parts.length > 0 ? "/" : ""}`);
    fc.assert(
      fc.property(anyPath, anyPath, fc.constantFrom("", "/prefix", "/a/b"), (from, to, prefix) => {
        const page = `https://waymark.test${prefix}${from.split("/").map(encodeURIComponent).join("/")}`;
        const there = new URL(relativeUrl(from, to), page).pathname.slice(prefix.length);
        expect(there.split("/").map(decodeURIComponent).join("/")).toBe(to);
      }),
    );
  });
});
