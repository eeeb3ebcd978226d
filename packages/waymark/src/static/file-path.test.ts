import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isHidden, readFilePath } from "./file-path.ts";

describe("a path as names of files", () => {
  it.each([
    ["/", [], true],
    ["/a.txt", ["a.txt"], false],
    ["/a/b/", ["a", "b"], true],
    ["/a%20b/%C3%BC", ["a b", "ü"], false],
    ["/%252e%252e", ["%2e%2e"], false],
    ["/..a/b..c", ["..a", "b..c"], false],
  ])("%s", (path, names, isDirectory) => {
    expect(readFilePath(path)).toEqual({ names, isDirectory });
  });

  it.each([
    "//", "//a", "/a//b", "/a//", "/.", "/..", "/a/..", "/%2e%2e", "/%2E./a", "/a%2Fb", "/a%2fb", "/a%5Cb", "/a\\b", "/C:", "/a:b", "/a%3Ab",
    "/a%00", "/a%0a", "/a%7f", "/a.", "/a%20", "/%20a", "/%", "/%c0%ae%c0%ae", "/a. ",
  ])("%s is none", (path) => { // prettier-ignore
    expect(readFilePath(path)).toBeUndefined();
  }); // prettier-ignore

  it("never gives a name that is not one", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string().map(encodeURIComponent)), (text) => {
        for (const name of readFilePath(`/${text}`)?.names ?? [])
          expect(name).not.toMatch(/^\.{0,2}$|[/\\:\0]/);
      }),
      { numRuns: 5000 },
    );
  });

  it("is hidden where a name begins with a dot", () => {
    expect(isHidden(readFilePath("/a/.git/b")!)).toBe(true);
    expect(isHidden(readFilePath("/a/b.git")!)).toBe(false);
  });
});
