import type { CryptoKey, JWK } from "jose";
import { KEY_ALGORITHMS } from "./algorithms.ts";
import { loadJose } from "./load-jose.ts";

/** Told of a key that no token can be verified by: where it was published, it counts as one that is not there. */
export class UnusableKey extends Error {
  override readonly name = "UnusableKey";
  constructor(key: string, reason: string, options?: ErrorOptions) {
    super(`the ${key} verifies no tokens: ${reason}`, options);
  }
}

/** RFC 7518 §3.3, §3.5. */
const LEAST_RSA_BITS = 2048;

const OF_CURVE: ReadonlyMap<unknown, string> = new Map([
  ["P-256", "ES256"],
  ["P-384", "ES384"],
  ["P-521", "ES512"],
  ["Ed25519", "EdDSA"],
]);

/**
 * The keys of a set, without those that cannot verify a signature: one bad key must not cost the others (RFC 7517 §5). Such
 * as are for something else (to encrypt, of another type) go silently; `tell` is told of those that are broken. Throws a
 * `TypeError` for what is no set at all.
 */
export async function usableKeys(set: unknown, tell: (fault: UnusableKey) => void): Promise<JWK[]> {
  const { keys } = (set ?? {}) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new TypeError("what was published is no set of keys (RFC 7517 §5)");
  const judged = await Promise.all(
    keys.map(async (key: unknown, index): Promise<JWK[]> => {
      const fault = await faultOf(key, index);
      if (fault instanceof UnusableKey) tell(fault);
      return fault === undefined ? [key as JWK] : [];
    }),
  );
  return judged.flat();
}

/** Why a key is of no use: a fault to tell of, or "other" for one that is made for something else. */
async function faultOf(key: unknown, index: number): Promise<UnusableKey | "other" | undefined> {
  const unnamed = `key at ${index} of its set`;
  if (typeof key !== "object" || key === null || Array.isArray(key))
    return new UnusableKey(unnamed, "it is no JSON object");
  const jwk = key as JWK;
  const algorithm = verifyingAlgorithm(jwk);
  if (!(KEY_ALGORITHMS as readonly unknown[]).includes(algorithm)) return "other";
  const name = typeof jwk.kid === "string" ? `key ${JSON.stringify(jwk.kid)}` : unnamed;
  try {
    const { importJWK } = await loadJose();
    const imported = await importJWK(jwk, algorithm);
    const reason = weakness(imported);
    return reason === undefined ? undefined : new UnusableKey(name, reason);
  } catch (cause) {
    const reason = cause instanceof Error && cause.message !== "" ? `: ${cause.message}` : "";
    return new UnusableKey(name, `it is malformed${reason}`, { cause });
  }
}

/** What a key would be asked to verify; undefined where it is not meant to. */
function verifyingAlgorithm({ kty, crv, use, alg, key_ops: operations }: JWK): string | undefined {
  if (use !== undefined && use !== "sig") return undefined;
  if (Array.isArray(operations) && !operations.includes("verify")) return undefined;
  if (kty !== "RSA" && kty !== "EC" && kty !== "OKP") return undefined;
  return alg ?? (kty === "RSA" ? "RS256" : OF_CURVE.get(crv));
}

function weakness(key: CryptoKey | Uint8Array): string | undefined {
  if (!("type" in key) || key.type !== "public") return "it is a private one";
  const { modulusLength } = key.algorithm as { modulusLength?: number };
  if (modulusLength === undefined || modulusLength >= LEAST_RSA_BITS) return undefined;
  return `RSA of ${modulusLength} bits, and ${LEAST_RSA_BITS} are the least`;
}
