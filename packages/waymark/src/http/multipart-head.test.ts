import { describe, expect, test } from "vitest";
import { HttpError } from "./http-error.ts";
import { parsePartHead, type PartHead } from "./multipart-head.ts";

const parse = (...lines: string[]): PartHead => parsePartHead(new TextEncoder().encode(lines.join("\r\n")));
const said = (disposition: string): [name: string, fileName: string | undefined] => {
  const { name, fileName } = parse(`Content-Disposition: ${disposition}`);
  return [name, fileName];
};

describe("a part's head", () => {
  test("gives name, file name, type and every field", () => {
    const head = parse(
      'CONTENT-disposition: Form-Data; name="a"; FileName="b.TXT"',
      "Content-Type: Text/Plain; charset=utf-8",
      "X-One:  1 ",
    );
    expect(head).toMatchObject({ name: "a", fileName: "b.TXT", type: "text/plain" });
    expect([...head.headers]).toEqual([
      ["content-disposition", 'Form-Data; name="a"; FileName="b.TXT"'],
      ["content-type", "Text/Plain; charset=utf-8"],
      ["x-one", "1"],
    ]);
  });

  test("has a type where it says none: text, or for a file bytes (RFC 7578 §4.4)", () => {
    expect(parse('Content-Disposition: form-data; name="a"').type).toBe("text/plain");
    expect(parse('Content-Disposition: form-data; name="a"; filename="b"').type).toBe(
      "application/octet-stream",
    );
  });

  test.each<[disposition: string, name: string, fileName?: string]>([
    ['form-data; name="a"', "a"],
    ["form-data; name=a", "a"],
    ['form-data;name="a";filename=""', "a", ""],
    ['form-data ; \t name="a" ; filename="b c;d=e.txt"', "a", "b c;d=e.txt"],
    ['form-data; filename="b"; name="a"', "a", "b"],
    ['form-data; name=""', ""],
    ['form-data; name="__proto__"', "__proto__"],
    ['form-data; name="é你好😀"', "é你好😀"],
    // Browsers, and everybody who follows WHATWG's algorithm.
    ['form-data; name="a%22b%0D%0Ac"; filename="%22%22.txt"', 'a"b\r\nc', '"".txt'],
    ['form-data; name="100%25 %2f"', "100%25 %2f"],
    String.raw`form-data; name="a"; filename="C:\temp\b.txt"|a|C:\temp\b.txt`.split("|") as [
      string,
      string,
      string,
    ],
    String.raw`form-data; name="a\"; filename="b\"|a\|b${"\\"}`.split("|") as [string, string, string],
    String.raw`form-data; name="a\\b"|a\\b`.split("|") as [string, string],
    // Those who escape quotes by a backslash, as RFC 2183 has it.
    String.raw`form-data; name="a\"b"; filename="\"c\".txt"|a"b|"c".txt`.split("|") as [
      string,
      string,
      string,
    ],
    String.raw`form-data; name="a\""|a"`.split("|") as [string, string],
    // RFC 8187, by itself.
    ["form-data; name=a; filename*=UTF-8''na%C3%AFve%20%22.txt", "a", 'naïve ".txt'],
    ["form-data; name=a; filename*=utf-8'en'b", "a", "b"],
    // RFC 7578 §4.2: beside a filename it is not to be looked at.
    ["form-data; name=a; filename=b; filename*=UTF-8''..%2f..%2fpwn", "a", "b"],
  ])("reads %s", (disposition, name, fileName) => {
    expect(said(disposition)).toEqual([name, fileName]);
  });
});

describe("is refused", () => {
  test.each([
    ["without a disposition", ["Content-Type: text/plain"]],
    ["when it is empty", [""]],
    ["of another disposition", ['Content-Disposition: attachment; name="a"']],
    ["of a disposition that only begins so", ['Content-Disposition: form-datax; name="a"']],
    ["without a name", ['Content-Disposition: form-data; filename="a"']],
    ["with two names", ['Content-Disposition: form-data; name="a"; name="b"']],
    ["with two file names", ['Content-Disposition: form-data; name="a"; filename="b"; FILENAME="c"']],
    ["with a quote that does not end", ['Content-Disposition: form-data; name="a']],
    ["with something behind a quote", ['Content-Disposition: form-data; name="a"b']],
    ["with a parameter without a value", ['Content-Disposition: form-data; name="a"; filename']],
    ["with an empty parameter", ['Content-Disposition: form-data; name="a";']],
    ["with a comma between parameters", ['Content-Disposition: form-data, name="a"']],
    [
      "with a filename* in another charset",
      ["Content-Disposition: form-data; name=a; filename*=iso-8859-1''%E9"],
    ],
    ["with a filename* that is not UTF-8", ["Content-Disposition: form-data; name=a; filename*=UTF-8''%E9"]],
    [
      "with two dispositions",
      ['Content-Disposition: form-data; name="a"', 'content-disposition: form-data; name="b"'],
    ],
    ["with a folded line", ["Content-Disposition: form-data;", ' name="a"']],
    ["with a line that has no colon", ['Content-Disposition: form-data; name="a"', "nothing"]],
    ["with a space before a colon", ['Content-Disposition : form-data; name="a"']],
    ["with a space before a name", [' Content-Disposition: form-data; name="a"']],
    ["with a bare line feed", ['Content-Disposition: form-data; name="a\n"']],
    ["with a bare carriage return", ['Content-Disposition: form-data; name="a\r"']],
    ["with a NUL", ['Content-Disposition: form-data; name="a\0"']],
    ["with a Content-Type that is none", ['Content-Disposition: form-data; name="a"', "Content-Type: text"]],
  ])("%s", (_, lines) => {
    expect(() => parse(...lines)).toThrow(HttpError);
    expect(() => parse(...lines)).toThrow(expect.objectContaining({ status: 400 }));
  });

  test("when it is not UTF-8", () => {
    expect(() => parsePartHead(Uint8Array.from("a: \xe9", (each) => each.charCodeAt(0)))).toThrow(/UTF-8/);
  });

  test("without repeating anything that was sent", () => {
    expect(() => parse("secret")).toThrow(/^(?!.*secret)/);
  });
});
