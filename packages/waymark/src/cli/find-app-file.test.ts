import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findAppFile } from "./find-app-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waymark-find-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("takes the file that was named", () => {
  writeFileSync(join(folder, "api.ts"), "");
  expect(findAppFile("api.ts", folder)).toBe(join(folder, "api.ts"));
  expect(findAppFile(join(folder, "api.ts"), "/")).toBe(join(folder, "api.ts"));
});

it("finds the conventional ones, TypeScript and the root first", () => {
  mkdirSync(join(folder, "src"));
  for (const name of ["src/main.js", "app.js", "src/app.ts", "app.ts"]) {
    writeFileSync(join(folder, name), "");
    expect(findAppFile(undefined, folder)).toBe(join(folder, name));
  }
});

it("says what it looked for", () => {
  expect(() => findAppFile(undefined, folder)).toThrow(
    `No application in ${folder}: none of app.ts, main.ts,`,
  );
  expect(() => findAppFile("nope.ts", folder)).toThrow(`There is no file nope.ts in ${folder}.`);
  expect(() => findAppFile(".", folder)).toThrow(". is not a file.");
});
