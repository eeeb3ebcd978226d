import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type SourceWatcher, watchSources } from "./source-watcher.ts";

let folder = "";
let changes: string[] = [];
let watcher: SourceWatcher;

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "waymark-watch-")));
  changes = [];
  for (const name of [
    "api/package.json",
    "api/src/app.ts",
    "api/src/part.ts",
    "api/data.json",
    "api/dist/app.js",
    "shared/tax.ts",
    "shared/other.ts",
  ])
    write(name, "0");
  watcher = watchSources(
    at("api/src/app.ts"),
    (paths) => changes.push(...paths),
    (error) => {
      throw error;
    },
  );
  await watcher.ready;
});
afterEach(async () => {
  await watcher.close();
  rmSync(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);

function write(name: string, text: string): void {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
}

async function expectChange(name: string): Promise<void> {
  await vi.waitFor(() => expect(changes).toContain(at(name)), { timeout: 5000 });
  expect(new Set(changes)).toEqual(new Set([at(name)]));
  changes = [];
}

it("tells of every save, also when the editor replaces the file", async () => {
  for (const text of ["1", "2", "3"]) {
    write("api/src/part.ts.tmp", text);
    renameSync(at("api/src/part.ts.tmp"), at("api/src/part.ts"));
    await expectChange("api/src/part.ts");
  }
  write("api/src/app.ts", "1");
  await expectChange("api/src/app.ts");
});

it("tells of files that are new, in folders that are new, and of the environment", async () => {
  write("api/lib/deep/new.js", "1");
  await expectChange("api/lib/deep/new.js");
  write("api/.env", "A=1");
  await expectChange("api/.env");
});

it("says nothing of data, of what was built and installed, and of other packages", async () => {
  for (const name of [
    "api/data.json",
    "api/dist/app.js",
    "api/node_modules/x/index.js",
    "api/.git/x.js",
    "shared/tax.ts",
  ])
    write(name, "1");
  write("api/src/part.ts", "1");
  await expectChange("api/src/part.ts");
});

it("tells of what the application imported, wherever it is, however quickly it is saved", async () => {
  for (const name of ["api/data.json", "api/dist/app.js", "shared/tax.ts"]) {
    watcher.add(at(name));
    for (const text of ["1", "2", "3"]) {
      for (const half of ["a", "b"]) {
        write(`${name}.tmp`, text + half);
        renameSync(at(`${name}.tmp`), at(name));
      }
      await expectChange(name);
    }
  }
  write("shared/other.ts", "1");
  write("api/src/part.ts", "1");
  await expectChange("api/src/part.ts");
});
