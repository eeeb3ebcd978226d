import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTarget } from "./target.ts";

describe("parseTarget", () => {
  test.each([
    ["/", { path: "/", search: "" }],
    ["/a/b?c=d", { path: "/a/b", search: "c=d" }],
    ["/?", { path: "/", search: "" }],
    ["/a?b?c", { path: "/a", search: "b?c" }],
    ["//evil.example/", { path: "//evil.example/", search: "" }],
    ["/a%2Fb/../%00", { path: "/a%2Fb/../%00", search: "" }],
    ["/a|b[c]{d}\"'", { path: "/a|b[c]{d}\"'", search: "" }],
    ["/?a=\\", { path: "/", search: "a=\\" }],
    ["/http://169.254.169.254/", { path: "/http://169.254.169.254/", search: "" }],
  ])("%s is read as it stands", (target, expected) => {
    expect(parseTarget("GET", target)).toEqual({ ...expected, authority: undefined });
  });

  test.each([
    ["http://localhost/a?b", { path: "/a", search: "b", authority: "localhost" }],
    ["HTTPS://localhost:81", { path: "/", search: "", authority: "localhost:81" }],
    ["http://localhost?b", { path: "/", search: "b", authority: "localhost" }],
  ])("%s is absolute", (target, expected) => {
    expect(parseTarget("GET", target)).toEqual(expected);
  });

  test("an asterisk belongs to OPTIONS", () => {
    expect(parseTarget("OPTIONS", "*")).toEqual({ path: "*", search: "", authority: undefined });
    expect(parseTarget("GET", "*")).toBeUndefined();
  });

  test.each([
    "",
    "x",
    "localhost:80",
    "@evil.example/",
    "/a b",
    "/a\tb",
    "/a\nb",
    "/a\u007fb",
    "/a\u0000b",
    "/é",
    "/\u00ff",
    "/a#b",
    "/?a#b",
    "/\\evil.example",
    "/a\\b",
    "http:///x",
    "http://",
    "http:/x",
    "http:\\\\localhost\\admin",
    "http://localhost\\admin",
    "http://user:pw@localhost/",
    "http://localhost:-1/",
    "http://localhost:99999/",
    "http://%00/",
    "http://a b/",
    "ftp://localhost/x",
    "http://localhost/a b",
    "https://localhost/#x",
  ])("%j is refused", (target) => {
    expect(parseTarget("GET", target)).toBeUndefined();
  });

  test("nothing is lost or added, and the path that is judged is the one a URL has", () => {
    const parts = fc.constantFrom(
      "/",
      "a",
      "?",
      "#",
      "\\",
      "%2f",
      "@",
      ":",
      "http://",
      "localhost",
      ".",
      " ",
      "\n",
      "é",
      ";",
      "*",
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 10 }), (tokens) => {
        const target = tokens.join("");
        const read = parseTarget("GET", target);
        if (read === undefined) return;
        expect(read.path.startsWith("/")).toBe(true);
        const url = new URL(`http://${read.authority ?? "localhost"}${read.path}`);
        expect(url.host).toBe(new URL(`http://${read.authority ?? "localhost"}/`).host);
        if (read.authority === undefined)
          expect([read.path, `${read.path}?${read.search}`]).toContain(target);
      }),
    );
  });
});
