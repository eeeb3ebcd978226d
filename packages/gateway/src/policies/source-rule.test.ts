// Digests of secrets are compared by sameDigest.
import { expect, it } from "vitest";
import { secretComparisons } from "../../../waymark/src/security/secret-comparisons.fixture.ts";

const NAMED =
  /\b\w*(?:secret|token|password|signature|digest|hash|apiKey|credential|fingerprint|stored)\w*\b/i;

it("compares no secret with ===", () => {
  const { files, found } = secretComparisons(import.meta.dirname, NAMED);
  expect(files).toBeGreaterThan(40);
  expect(found).toEqual([]);
});
