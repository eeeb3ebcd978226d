import { mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { watchFiles, type WatchedFiles } from "./watch-files.ts";

let folder = "";
let told: (readonly string[])[] = [];
let watched: WatchedFiles;

const at = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "waymark-watch-")));
  for (const name of ["a.yaml", "b.yaml", "c.yaml"]) writeFileSync(at(name), "0");
  told = [];
  watched = watchFiles(
    (paths) => void told.push(paths),
    (error) => {
      throw error;
    },
  );
});
afterEach(() => {
  watched.close();
  rmSync(folder, { recursive: true });
});

/** The next save that is told of. */
async function next(): Promise<string[]> {
  await vi.waitFor(() => expect(told).not.toHaveLength(0), { timeout: 5000 });
  return told.shift()!.toSorted();
}

it("tells of the files of one save together, and of no others", async () => {
  watched.only([at("a.yaml"), at("b.yaml")]);
  writeFileSync(at("c.yaml"), "1");
  writeFileSync(at("a.yaml"), "1");
  writeFileSync(at("b.yaml.tmp"), "1");
  renameSync(at("b.yaml.tmp"), at("b.yaml"));
  expect(await next()).toEqual([at("a.yaml"), at("b.yaml")]);
  expect(told).toEqual([]);
});

it("watches what it is told last", async () => {
  watched.only([at("a.yaml")]);
  watched.only([at("b.yaml")]);
  writeFileSync(at("a.yaml"), "1");
  writeFileSync(at("b.yaml"), "1");
  expect(await next()).toEqual([at("b.yaml")]);
  watched.only([at("a.yaml")]);
  writeFileSync(at("a.yaml"), "2");
  expect(await next()).toEqual([at("a.yaml")]);
});
