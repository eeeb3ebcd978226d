import fc from "fast-check";
import { expect, it } from "vitest";
import { visibleLine, visibleText } from "./visible-text.ts";

it("spells what moves a cursor, hides or turns text", () => {
  expect(visibleText("a\u001b[2Jb\u009b31m\u0007\r")).toBe("a\\u001b[2Jb\\u009b31m\\u0007\\u000d");
  expect(visibleText("\u202eabc\u2066\u2028")).toBe("\\u202eabc\\u2066\\u2028");
});

it("leaves ordinary text of every script", () => {
  for (const text of ["plain", "Grüße, 世界 🙂", "a\tb"]) expect(visibleText(text)).toBe(text);
});

it("lets no line look like one of the log", () => {
  expect(visibleText('no\n{"level":"info"}\nmore')).toBe('no\n    {"level":"info"}\n    more');
  expect(visibleText("Error: a\n    at b")).toBe("Error: a\n    at b");
  expect(visibleLine("a\nb\tc")).toBe("a\\nb\\tc");
});

it("gives one line without a control character, whatever came", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(visibleLine(text)).not.toMatch(
        /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/,
      );
    }),
  );
});
