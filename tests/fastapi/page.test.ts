// The page for those who come from FastAPI names tests: they are there, by path and by title.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/coming-from-fastapi.md"), "utf8");
const [features, behaviours] = page.split(/^## (?=Different on purpose|Not there)/m) as [string, string];

/** The cells of every row of the tables in a text, but for heads and rules. */
function rowsOf(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^\| *(?:-|FastAPI)/.test(line))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1));
}

test.each([...rowsOf(features), ...rowsOf(behaviours).filter(({ length }) => length === 3)])(
  "%s",
  (_feature, _way, tests) => {
    // a feature that has no place here, with what to do instead
    if (tests === "-") return;
    const named = Array.from(tests!.matchAll(/`([^`]+\.test(?:-d)?\.ts)`/g), ([, path]) => path!);
    expect(named.length, tests).toBeGreaterThan(0);
    for (const path of named) {
      const from = /^(?:tests|packages|examples)\//.test(path) ? path : `packages/waymark/src/${path}`;
      expect(existsSync(join(root, from)), path).toBe(true);
    }
  },
);

test("at least forty behaviours are told apart, each with a test of its title", () => {
  const source = readFileSync(join(import.meta.dirname, "behaviour.test.ts"), "utf8");
  const titles = Array.from(source.matchAll(/^ {2}test\("([^"]+)"/gm), ([, title]) => title!);
  const told = rowsOf(behaviours).flatMap(([, waymark, proof]) => (proof === undefined ? [waymark!] : []));
  expect(told.length).toBeGreaterThan(40);
  expect(told.toSorted()).toEqual(titles.toSorted());
});
