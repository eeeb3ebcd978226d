import { describe, expect, it } from "vitest";
import { HostList, withoutPort } from "./host-list.ts";

describe("a list of hosts", () => {
  it.each([
    ["example.com", "example.com", true],
    ["example.com", "EXAMPLE.com", true],
    ["Example.com", "example.com", true],
    ["example.com", "example.com.", true],
    ["example.com", "example.com:8080", true],
    ["example.com", "example.com:", true],
    ["example.com:8080", "example.com:8080", true],
    ["example.com:8080", "example.com:8081", false],
    ["example.com:8080", "example.com", false],
    ["example.com", "a.example.com", false],
    ["example.com", "example.com.evil.test", false],
    ["example.com", "evilexample.com", false],
    ["*.example.com", "a.example.com", true],
    ["*.example.com", "a.b.example.com:443", true],
    ["*.example.com", "A.Example.Com.", true],
    ["*.example.com", "example.com", false],
    ["*.example.com", ".example.com", false],
    ["*.example.com", "..example.com", false],
    ["*.example.com", "a..example.com", false],
    ["*.example.com", "evilexample.com", false],
    ["[::1]", "[::1]:8000", true],
    ["[::1]", "[::1]", true],
    ["[::1]", "[::2]", false],
    ["127.0.0.1", "127.0.0.1:8000", true],
  ])("%s and %s: %s", (rule, host, expected) => {
    expect(new HostList([rule]).includes(host)).toBe(expected);
  });

  it.each([
    "*",
    "*.*.com",
    "https://example.com",
    "example.com/x",
    "*.example.com:80",
    "*.",
    "",
    "*.[::1]",
    "a b",
    "u@h",
  ])("says what is wrong with %j", (rule) => {
    expect(() => new HostList([rule])).toThrow(`'${rule}' is not a host`);
  });
  it("is not empty", () => {
    expect(() => new HostList([])).toThrow("lets nobody in");
  });

  it("can cut a port off", () => {
    expect(["a", "a:1", "[::1]", "[::1]:1", "a:"].map(withoutPort)).toEqual([
      "a",
      "a",
      "[::1]",
      "[::1]",
      "a",
    ]);
  });
});
