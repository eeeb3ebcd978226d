import { secretEquals } from "./secret-equals.ts";

/** RFC 7636 §4.1: long enough not to be guessed. */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;

/**
 * Whether a client that shows `verifier` at the token endpoint is the one that sent `challenge` (of the method S256) to the
 * authorization endpoint (RFC 7636 §4.6). The method "plain" protects against nothing and is not served: refuse it where
 * the code is asked for.
 */
export async function pkceMatches(verifier: string | undefined, challenge: string): Promise<boolean> {
  if (verifier === undefined || !VERIFIER.test(verifier)) return false;
  return secretEquals(await pkceChallenge(verifier), challenge);
}

/** The challenge of a verifier by the method S256 (RFC 7636 §4.2): its SHA-256 hash in base64url. */
export async function pkceChallenge(verifier: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return btoa(String.fromCharCode(...new Uint8Array(hash)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
