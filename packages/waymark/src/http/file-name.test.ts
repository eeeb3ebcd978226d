import fc from "fast-check";
import { expect, test } from "vitest";
import { safeFileName } from "./file-name.ts";

test.each([
  ["report.pdf", "report.pdf"],
  ["Grüße 你好.txt", "Grüße 你好.txt"],
  [".env", ".env"],
  ["../../etc/passwd", "passwd"],
  ["..\\..\\boot.ini", "boot.ini"],
  ["C:\\Users\\ada\\photo.jpg", "photo.jpg"],
  ["/etc/", "unnamed"],
  ["", "unnamed"],
  [".", "unnamed"],
  ["..", "unnamed"],
  ["a/..", "unnamed"],
  [" . . ", "unnamed"],
  ["a\0.txt\r\n", "a.txt"],
  ["a.txt:stream", "a.txt_stream"],
  ['<a>|"b"?*', "_a___b___"],
  ["invoice\u202Efdp.exe", "invoicefdp.exe"],
  ["a\uFEFF\u200Fb", "ab"],
  ["name. . ", "name"],
  ["CON", "_CON"],
  ["com1.txt", "_com1.txt"],
  ["console", "console"],
  ["a\uD800b", "ab"],
])("%j is kept as %j", (said, name) => {
  expect(safeFileName(said)).toBe(name);
});

test("a long name keeps its ending, and ends between characters", () => {
  expect(safeFileName(`${"é".repeat(300)}.jpeg`)).toMatch(/^é{124}\.jpeg$/);
  expect(safeFileName(`a.${"b".repeat(300)}`)).toHaveLength(254);
  expect(safeFileName("😀".repeat(100))).toBe("😀".repeat(63));
});

test("whatever is said, the name is one segment that every file system takes", () => {
  const any = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc
      .array(fc.constantFrom("..", "/", "\\", "\0", ".", " ", "con", "a", "😀", "\u202e", "\ud800"))
      .map((all) => all.join("")),
  );
  fc.assert(
    fc.property(any, (said) => {
      const name = safeFileName(said);
      expect(name).not.toMatch(/[/\\<>:"|?*\p{Cc}\p{Surrogate}]|[. ]$|^ /u);
      expect(["", ".", ".."]).not.toContain(name);
      expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(255);
      expect(safeFileName(name)).toBe(name);
    }),
    { numRuns: 2000 },
  );
});
