import { expect, it } from "vitest";
import { pkceChallenge, pkceMatches } from "./pkce.ts";

// RFC 7636, appendix B
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

it("makes the challenge of the RFC's example, and knows it again", async () => {
  expect(await pkceChallenge(VERIFIER)).toBe(CHALLENGE);
  expect(await pkceMatches(VERIFIER, CHALLENGE)).toBe(true);
});

it.each<[string | undefined, string]>([
  [undefined, CHALLENGE],
  ["", CHALLENGE],
  [VERIFIER.slice(1), CHALLENGE],
  [`${VERIFIER}x`, CHALLENGE],
  [VERIFIER, ""],
  [VERIFIER, `${CHALLENGE}=`],
  // the method "plain"
  [VERIFIER, VERIFIER],
  ["x".repeat(129), CHALLENGE],
  [`${VERIFIER.slice(1)}é`, CHALLENGE],
])("does not take %j for %j", async (verifier, challenge) => {
  expect(await pkceMatches(verifier, challenge)).toBe(false);
});
