// docs/reference is written from the docstrings, and every export has one.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

it("the reference is what the docstrings say, and every export has one", { timeout: 60_000 }, async () => {
  expect(await check()).toBe("");
});

/** What `npm run docs:reference` would change, and what it misses. */
function check(): Promise<string> {
  return new Promise((settle) => {
    execFile(process.execPath, [join(root, "scripts/reference.mjs"), "--check"], (_error, stdout, stderr) =>
      settle(stdout + stderr),
    );
  });
}
