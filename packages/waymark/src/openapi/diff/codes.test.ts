import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { CHANGE_CODES, isChangeCode } from "./codes.ts";

it("stands in the documentation, every code with what it means", () => {
  const page = readFileSync(new URL("../../../../../docs/versions-and-changes.md", import.meta.url), "utf8");
  const rows = Array.from(page.matchAll(/^\| `([\w-]+)` +\| (\w+) +\| (\w+) +\| (.+?) +\|$/gm), (row) =>
    row.slice(1, 5),
  );
  expect(rows).toEqual(
    Object.entries(CHANGE_CODES).map(([code, { received, sent, means }]) => [code, received, sent, means]),
  );
});

it("knows its codes from other words", () => {
  expect(isChangeCode("limit-narrowed")).toBe(true);
  for (const other of ["limit", "", "constructor", "__proto__"]) expect(isChangeCode(other)).toBe(false);
});
