// Secrets are compared by secretEquals.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { secretComparisons } from "./secret-comparisons.fixture.ts";

const NAMED = /\b\w*(?:secret|token|password|signature|challenge|verifier|apiKey|credential)\w*\b/i;

it("compares no secret with ===", () => {
  const { files, found } = secretComparisons(import.meta.dirname, NAMED);
  expect(files).toBeGreaterThan(20);
  expect(found).toEqual([]);
});

it("would be told of one", () => {
  const folder = mkdtempSync(join(tmpdir(), "waymark-rule-"));
  const lines = [
    "if (given === user.token) enter();",
    "if (token === undefined || token.length !== 32) leave();",
    "// token === given",
  ];
  writeFileSync(join(folder, "a.ts"), lines.join("\n"));
  writeFileSync(join(folder, "a.test.ts"), lines.join("\n"));
  expect(secretComparisons(folder, NAMED)).toEqual({ files: 1, found: ["a.ts:1 given === user.token"] });
  rmSync(folder, { recursive: true });
});
