import fc from "fast-check";
import { expect, it } from "vitest";
import { FieldText } from "./field-text.ts";

const name = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,6}$/);
const value = fc.stringMatching(/^(?:[!-~\x80-\xff](?:[ \t!-~\x80-\xff]{0,8}[!-~\x80-\xff])?)?$/);
const blank = fc.constantFrom("", " ", "\t", "  \t");
const lines = fc.array(fc.tuple(name, blank, value, blank), { maxLength: 6 });

it("gives every line as sent, and joins the lines of one name", () => {
  fc.assert(
    fc.property(lines, (sent) => {
      const text = `\r\n${sent.map(([key, before, text, after]) => `${key}:${before}${text}${after}\r\n`).join("")}`;
      const fields = new FieldText(text);
      const expected = sent.map(([key, , text]) => [key.toLowerCase(), text]);
      expect(fields.entries()).toEqual(expected);
      for (const [key] of expected)
        expect(fields.get(key!)).toBe(
          expected
            .filter(([other]) => other === key)
            .map(([, text]) => text)
            .join(", "),
        );
      expect(fields.get("not-there")).toBeUndefined();
    }),
  );
});

it("joins the lines of Cookie by semicolons", () => {
  expect(new FieldText("\r\nCookie: a=1\r\nX: y\r\ncookie: b=2\r\n").get("cookie")).toBe("a=1; b=2");
});

it("does not find a name at the end of another, nor in a value", () => {
  const fields = new FieldText("\r\nX-Host: a\r\nY: host: b\r\n");
  expect(fields.get("host")).toBeUndefined();
  expect(fields.get("__proto__")).toBeUndefined();
});
