import { LEAST_SECRET_BYTES, type SecretAlgorithm } from "./algorithms.ts";
import type { JwtClaims } from "./claims.ts";
import { loadJose } from "./load-jose.ts";
import { Secret } from "./secret.ts";

/** How a JSON Web Token is signed, and how long it is good. */
export interface SignJwtOptions {
  /** At least as long as the hash: 32 bytes for HS256. */
  readonly secret: string | Uint8Array | Secret;
  /** Seconds for which the token is good. */
  readonly expiresIn: number;
  readonly issuer?: string;
  readonly audience?: string | readonly string[];
  /** Default HS256. */
  readonly algorithm?: SecretAlgorithm;
}

/**
 * A token signed by a secret of one's own (RFC 7519), which `jwt({ secret })` verifies: for an application that issues
 * tokens for itself. Everybody who has it can read what it says.
 *
 * ```ts
 * const accessToken = await signJwt({ sub: user.id, scope: "items:write" }, { secret, expiresIn: 15 * 60 });
 * ```
 *
 * Rejects with a `TypeError` for a secret that is too short, or a time that is none.
 */
export async function signJwt(claims: JwtClaims, options: SignJwtOptions): Promise<string> {
  const { secret, expiresIn, issuer, audience, algorithm = "HS256" } = options;
  const key = secret instanceof Uint8Array ? secret : new TextEncoder().encode(revealed(secret));
  const least = LEAST_SECRET_BYTES[algorithm];
  if (!(key.length >= least))
    throw new TypeError(`a secret for ${algorithm} has at least ${least} bytes (RFC 7518 §3.2)`);
  if (!(Number.isFinite(expiresIn) && expiresIn > 0))
    throw new TypeError(`expiresIn is seconds, a number above 0, not ${String(expiresIn)}`);
  const { SignJWT } = await loadJose();
  const now = Math.floor(Date.now() / 1000);
  const signing = new SignJWT({
    ...claims,
    iat: now,
    exp: now + Math.floor(expiresIn),
    ...(issuer === undefined ? {} : { iss: issuer }),
    ...(audience === undefined ? {} : { aud: typeof audience === "string" ? audience : [...audience] }),
  } as ConstructorParameters<typeof SignJWT>[0]);
  return signing.setProtectedHeader({ alg: algorithm, typ: "JWT" }).sign(key);
}

function revealed(secret: string | Secret): string {
  return secret instanceof Secret ? secret.reveal() : secret;
}
