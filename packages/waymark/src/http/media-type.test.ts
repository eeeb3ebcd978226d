import { describe, expect, test } from "vitest";
import { isJson, isUtf8, mediaRange, parseMediaType } from "./media-type.ts";

describe("parseMediaType", () => {
  test.each([
    ["Text/HTML", "text/html", {}],
    ["a/b;c=d", "a/b", { c: "d" }],
    ['a/b ; \tC="d;\\"e"; f=', undefined, {}],
    ['a/b ; \tC="d;\\"e" ; f=g', "a/b", { c: 'd;"e', f: "g" }],
    ["a/b;", "a/b", {}],
    ["a/b; ; c=d;", "a/b", { c: "d" }],
    ["a/b;c=d;C=e", undefined, {}],
    ["a/b;c", undefined, {}],
    ["a/b;c =d", undefined, {}],
    ['a/b;c="d', undefined, {}],
    ["a/b c", undefined, {}],
    ["a/b, c/d", undefined, {}],
    [" a/b", undefined, {}],
    ["a", undefined, {}],
    ["/b", undefined, {}],
    ["a/", undefined, {}],
    ["", undefined, {}],
    ["__proto__", undefined, {}],
    ['a/b;c="\0"', undefined, {}],
  ])("%j", (value, type, parameters) => {
    const media = parseMediaType(value);
    expect(media?.type).toBe(type);
    expect(Object.fromEntries(media?.parameters ?? [])).toEqual(type === undefined ? {} : parameters);
  });

  test("a quoted string of backslashes takes no more time than its length", () => {
    expect(parseMediaType(`a/b; c="${"\\\\".repeat(5000)}"`)?.parameters.get("c")).toHaveLength(5000);
    expect(parseMediaType(`a/b; c="${"\\".repeat(10_001)}`)).toBeUndefined();
  });
});

describe("isJson", () => {
  test.each([
    "application/json",
    "application/json; charset=utf-8",
    "APPLICATION/JSON;charset=UTF-8",
    'application/json; charset="utf-8"',
    "application/problem+json",
    "application/vnd.api+json; v=1",
    "application/json;",
  ])("%j is", (value) => {
    expect(isJson(value)).toBe(true);
  });
  test.each([
    "",
    "text/plain",
    "text/json",
    "application/jsonp",
    "application/json-seq",
    "application/x-www-form-urlencoded",
    "application/json; charset=utf-7",
    "application/json; charset=utf-16",
    "application/json, text/plain",
    "application/json text/plain",
    "image/svg+json",
    "application/+jsonx",
  ])("%j is not", (value) => {
    expect(isJson(value)).toBe(false);
  });
});

describe("mediaRange", () => {
  test.each([
    [
      "application/xml",
      ["application/xml", "Application/XML; charset=x"],
      ["application/xml2", "text/xml", "application/xml,a/b", undefined, ""],
    ],
    [
      "image/*",
      ["image/png", "IMAGE/x; a=b"],
      ["images/png", "imagex", "image/", "video/image/png", undefined],
    ],
    ["*/*", ["a/b", "nonsense", undefined], []],
  ])("%s", (range, inside, outside) => {
    const accepts = mediaRange(range)!;
    for (const type of inside) expect([type, accepts(type)]).toEqual([type, true]);
    for (const type of outside) expect([type, accepts(type)]).toEqual([type, false]);
  });

  test.each(["", "xml", "*", "*/xml", "a/b/c", "a/b; q=1", "image/p*", "a /b", "a/b,c/d"])(
    "%j is none",
    (range) => {
      expect(mediaRange(range)).toBeUndefined();
    },
  );
});

test("text is UTF-8 unless its type says otherwise", () => {
  for (const type of ["text/plain", "text/plain; charset=UTF-8", 'a/b;charset="us-ascii"', ""])
    expect(isUtf8(type)).toBe(true);
  for (const type of ["text/plain; charset=utf-16", "a/b;charset=latin1", "a/b; charset=utf-7"])
    expect(isUtf8(type)).toBe(false);
});
