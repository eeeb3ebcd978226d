import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHost } from "./host.ts";

describe("isHost", () => {
  test.each([
    "localhost",
    "localhost:8000",
    "example.com",
    "EXAMPLE.com:",
    "127.0.0.1",
    "[::1]",
    "[::1]:80",
    "a_b.example",
    "xn--bcher-kva.example",
    "a-b",
  ])("%s is one", (host) => {
    expect(isHost(host)).toBe(true);
    // The second time it is remembered.
    expect(isHost(host)).toBe(true);
  });

  test.each([
    "",
    " ",
    "a b",
    "a/b",
    "a?b",
    "a#b",
    "a\\b",
    "u@a",
    "a:b",
    "a:-1",
    "a:99999",
    "a, b",
    "[::g]",
    "[::1",
    "::1",
    "é",
    'a"b',
    "{a}",
    "%00",
    "%zz",
    "256.256.256.256",
    ":80",
    "a\0",
    "a\n",
    "a".repeat(300),
  ])("%j is none", (host) => {
    expect(isHost(host)).toBe(false);
    expect(isHost(host)).toBe(false);
  });

  test("what is accepted is a host to the URL standard, with nothing around it", () => {
    const characters = fc.constantFrom(..."ab.0189:-_[]@/?#\\%;,'\"~ é\t\0".split(""), "::1", "%41");
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 12 }), (parts) => {
        const host = parts.join("");
        if (!isHost(host)) return;
        const url = new URL(`http://${host}/path?query`);
        expect([url.pathname, url.search, url.username, url.password]).toEqual(["/path", "?query", "", ""]);
      }),
    );
  });
});
