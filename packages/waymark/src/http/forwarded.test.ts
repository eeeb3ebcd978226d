import { describe, expect, it } from "vitest";
import { parseForwarded } from "./forwarded.ts";

const read = (value: string): Record<string, string>[] =>
  parseForwarded(value).map((each) => Object.fromEntries(each));

describe("the field Forwarded", () => {
  it.each([
    ["", []],
    [
      "for=192.0.2.60;proto=https;by=203.0.113.43",
      [{ for: "192.0.2.60", proto: "https", by: "203.0.113.43" }],
    ],
    ['For="[2001:db8:cafe::17]:4711"', [{ for: "[2001:db8:cafe::17]:4711" }]],
    ["for=192.0.2.43, for=198.51.100.17", [{ for: "192.0.2.43" }, { for: "198.51.100.17" }]],
    ['for=_hidden;host="a, b;c"', [{ for: "_hidden", host: "a, b;c" }]],
    ['for="a\\"b"', [{ for: 'a"b' }]],
    ["for=192.0.2.1:4711", [{ for: "192.0.2.1:4711" }]],
  ])("%s", (value, elements) => {
    expect(read(value)).toEqual(elements);
  });

  it("gives nothing of what stands before a fault: whoever wrote it may have written it on purpose", () => {
    expect(read('for="open, for=192.0.2.1')).toEqual([{}, { for: "192.0.2.1" }]);
    expect(read("for=192.0.2.9;;proto=http, for=192.0.2.1")).toEqual([{}, { for: "192.0.2.1" }]);
    expect(read('for="x, for="192.0.2.1"')).toEqual([{}, { for: "192.0.2.1" }]);
    expect(read("nonsense")).toEqual([{}]);
  });
});
