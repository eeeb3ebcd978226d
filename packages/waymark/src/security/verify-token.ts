import type { JWTVerifyGetKey, JWTVerifyOptions } from "jose";
import { HttpError } from "../http/http-error.ts";
import { validate, type Verdict } from "../schema/validate.ts";
import type { Algorithm } from "./algorithms.ts";
import { invalidToken } from "./challenge.ts";
import { grantedScopes, type JwtClaims } from "./claims.ts";
import type { JwtChecks } from "./jwt-options.ts";
import type { KeySource } from "./key-source.ts";
import { loadJose } from "./load-jose.ts";
import { KeysUnavailable } from "./remote-keys.ts";
import { checkScopes } from "./scopes.ts";

/** Base64url without padding, whose last character has no bits of its own (RFC 4648 §3.5). */
const PART = "(?:[\\w-]{4})*(?:[\\w-]{4}|[\\w-]{2}[AEIMQUYcgkosw048]|[\\w-][AQgw])";
/** RFC 7515 §7.1: three parts. Decoders let other spellings pass; of one token there is one, or a list of revoked ones has gaps. */
const COMPACT = new RegExp(`^${PART}\\.${PART}\\.${PART}$`);

/** Gives the claims of a token that is good; throws 401 for one that is not, 403 where a scope is missing. */
export type VerifyToken = (token: string, scopes: readonly string[]) => Promise<unknown>;

export function tokenVerifier(
  checks: JwtChecks,
  algorithms: readonly Algorithm[],
  keys: KeySource,
): VerifyToken {
  const { claims: schema, scopesOf = grantedScopes, maxLength = 16_384, audience } = checks;
  const options = verifyOptions(checks, algorithms);
  return async (token, scopes) => {
    if (token.length > maxLength) throw invalidToken("The token is too long");
    if (!COMPACT.test(token)) throw invalidToken();
    const claims = await verified(token, keys, options);
    // RFC 7519 §4.1.3: a token that names an audience is for nobody else
    if (audience === undefined && claims.aud !== undefined) throw notAccepted("aud");
    if (scopes.length > 0) checkScopes(scopesOf(claims), scopes);
    return schema === undefined ? claims : accepted(await validate(schema, claims));
  };
}

/** Throws a `TypeError` for what jose would complain of at every token, or overlook. */
function verifyOptions(checks: JwtChecks, algorithms: readonly Algorithm[]): JWTVerifyOptions {
  const { issuer, audience, clockTolerance = 0, requiredClaims = [], typ } = checks;
  if (!(Number.isFinite(clockTolerance) && clockTolerance >= 0))
    throw new TypeError(`clockTolerance is seconds, a number of 0 or more, not ${String(clockTolerance)}`);
  for (const [name, value] of [
    ["issuer", issuer],
    ["audience", audience],
  ] as const)
    if (value === "" || (Array.isArray(value) && value.length === 0))
      throw new TypeError(`${name} is empty: nothing could be it`);
  return {
    algorithms: [...algorithms],
    clockTolerance,
    requiredClaims: ["exp", ...requiredClaims],
    ...(issuer === undefined ? {} : { issuer: listed(issuer) }),
    ...(audience === undefined || audience === false ? {} : { audience: listed(audience) }),
    ...(typ === undefined ? {} : { typ }),
  };
}

function listed(value: string | readonly string[]): string[] {
  return typeof value === "string" ? [value] : [...value];
}

async function verified(token: string, keys: KeySource, options: JWTVerifyOptions): Promise<JwtClaims> {
  const { jwtVerify } = await loadJose();
  const check = async (key: Uint8Array | JWTVerifyGetKey): Promise<JwtClaims> => {
    const result =
      typeof key === "function" ? jwtVerify(token, key, options) : jwtVerify(token, key, options);
    return (await result).payload as JwtClaims;
  };
  try {
    return await first(await keys(), check);
  } catch (error) {
    throw refusal(error) ?? error;
  }
}

type TryKey<K> = (key: K) => Promise<JwtClaims>;

/** What the first key that fits says; of keys that do not, the last one's complaint. */
async function first(
  keys: readonly (Uint8Array | JWTVerifyGetKey)[],
  check: TryKey<Uint8Array | JWTVerifyGetKey>,
): Promise<JwtClaims> {
  let complaint: unknown;
  for (const key of keys)
    try {
      return await check(key);
    } catch (error) {
      complaint = error;
      const candidates = severalKeys(error);
      if (candidates === undefined) {
        if (!isWrongKey(error)) throw error;
        continue;
      }
      // a token that names no key, of an issuer that has several
      const matching = [];
      for await (const candidate of candidates) matching.push(() => candidate);
      try {
        return await first(matching, check);
      } catch (inner) {
        if (!isWrongKey(inner)) throw inner;
        complaint = inner;
      }
    }
  throw complaint ?? new TypeError("no key fits");
}

type Key = Awaited<ReturnType<JWTVerifyGetKey>>;

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function severalKeys(error: unknown): AsyncIterable<Key> | undefined {
  return codeOf(error) === "ERR_JWKS_MULTIPLE_MATCHING_KEYS" ? (error as AsyncIterable<Key>) : undefined;
}

function isWrongKey(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" || code === "ERR_JWKS_NO_MATCHING_KEY";
}

/**
 * The reply for a token that cannot be believed: claims are told of only once the signature is good. Undefined for what
 * is no fault of the token, such as a key that is too weak.
 */
function refusal(error: unknown): HttpError | undefined {
  if (error instanceof KeysUnavailable)
    return new HttpError(503, "Tokens cannot be verified at the moment", {
      headers: { "retry-after": String(Math.max(1, error.retryAfter)) },
    });
  const code = codeOf(error);
  if (code === "ERR_JWT_EXPIRED") return invalidToken("The token has expired");
  if (code === "ERR_JWT_CLAIM_VALIDATION_FAILED")
    return notAccepted(String((error as { claim?: unknown }).claim));
  return /^ERR_J(?:WT|WS|WK|WKS|OSE)_/.test(String(code)) ? invalidToken() : undefined;
}

function notAccepted(claim: string): HttpError {
  return invalidToken(`The token's ${claim} is not accepted here`);
}

function accepted(verdict: Verdict): unknown {
  if (verdict.issues === undefined) return verdict.value;
  const [issue] = verdict.issues;
  throw notAccepted(issue?.path.length ? issue.path.join(".") : "content");
}
