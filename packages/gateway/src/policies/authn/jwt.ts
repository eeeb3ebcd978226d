import { readFileSync } from "node:fs";
import { bearerToken, isPromise, type CredentialMarker } from "waymark/internal";
import { jwt, openIdConnect, type Algorithm, type JwtClaims, type PublicKey } from "waymark/security";
import type { Call, Principal, StepContext } from "../../call.ts";
import type { SecurityScheme } from "../../snapshot.ts";
import { sha256, shortDigest } from "../digest.ts";
import { guardedFetch } from "./guarded-fetch.ts";
import type { SchemeCheck } from "./scheme-check.ts";
import { Verdicts } from "./verdicts.ts";

type JwtScheme = Extract<SecurityScheme, { kind: "jwt" }>;

interface Found {
  readonly token: string;
  readonly call: Call;
}

/**
 * A bearer token that is a JSON Web Token, verified by the framework. Verdicts are kept for `cacheTime` milliseconds, and
 * never beyond the token's `exp`: so long a key that was withdrawn still counts. Keys are shared by all operations and
 * outlive a reload.
 */
export function jwtCheck(
  name: string,
  scheme: JwtScheme,
  cacheTime: number,
  context: StepContext,
): SchemeCheck<Found> {
  const id = `jwt:${sha256(JSON.stringify([name, scheme, keysIn(scheme)]))}`;
  const marker = context.shared(id, () =>
    markerOf(scheme, (error) => context.report(`keys of the security scheme '${name}'`, error)),
  );
  // What one operation remembers for an hour is none of another's that does for a second.
  const verdicts = context.shared(`${id}:${cacheTime}`, () => new Verdicts<Principal>());
  return {
    kind: "jwt",
    challenge: "Bearer",
    location: { in: "header", name: "authorization" },
    find(call) {
      const token = bearerToken(call.exchange);
      return token === undefined ? undefined : { token, call };
    },
    judge({ token, call }) {
      const digest = sha256(token);
      const known = cacheTime === 0 ? undefined : verdicts.get(digest);
      if (known !== undefined) return known;
      const remember = (claims: JwtClaims): Principal => {
        const known = principal(name, scheme, claims, digest);
        verdicts.set(digest, known, Math.min(Date.now() + cacheTime, (claims.exp ?? 0) * 1000));
        return known;
      };
      const verified = marker.read(call.exchange, []);
      return isPromise(verified)
        ? (verified as Promise<JwtClaims>).then(remember)
        : remember(verified as JwtClaims);
    },
  };
}

/** Throws a `TypeError` for a scheme under which tokens could be forged, or none could be verified. */
function markerOf(scheme: JwtScheme, onFetchError: (error: unknown) => void): CredentialMarker {
  const { issuer, audiences, algorithms, keys, leeway, allowHosts } = scheme;
  const remote = { onFetchError, fetch: guardedFetch(allowHosts) };
  const options = {
    audience: audiences.length === 0 ? (false as const) : audiences,
    // An empty list leaves it to the framework: all that public keys verify.
    ...(algorithms.length === 0 ? {} : { algorithms: algorithms as readonly Algorithm[] }),
    ...(issuer === null ? {} : { issuer }),
    clockTolerance: leeway / 1000,
  };
  if ("discovery" in keys)
    return openIdConnect({
      ...options,
      ...remote,
      discoveryUrl: keys.discovery,
    }) as unknown as CredentialMarker;
  if ("jwks" in keys)
    return jwt({ ...options, ...remote, jwksUrl: keys.jwks }) as unknown as CredentialMarker;
  return jwt({ ...options, keys: publicKeys(keys.file) }) as unknown as CredentialMarker;
}

/** The text of a file of keys: with other keys it is another verifier. */
function keysIn({ keys }: JwtScheme): string {
  return "file" in keys ? readFileSync(keys.file, "utf8") : "";
}

function publicKeys(file: string): readonly PublicKey[] | { readonly keys: readonly PublicKey[] } {
  const text = readFileSync(file, "utf8");
  if (text.includes("-----BEGIN")) return [text];
  const value = JSON.parse(text) as { readonly keys?: readonly PublicKey[] } & Readonly<
    Record<string, unknown>
  >;
  return value.keys === undefined ? [value] : { keys: value.keys };
}

/** Subjects are unique within their issuer alone (RFC 7519 §4.1.2). */
function principal(name: string, { scopeClaim }: JwtScheme, claims: JwtClaims, digest: string): Principal {
  const { sub, iss } = claims;
  const client = claims["client_id"] ?? claims["azp"];
  const who =
    sub !== undefined
      ? `sub:${sub}`
      : typeof client === "string"
        ? `client:${client}`
        : `token:${shortDigest(digest)}`;
  return {
    id: iss === undefined ? who : `${who}@${iss}`,
    consumer: null,
    scheme: name,
    credential: shortDigest(digest),
    scopes: new Set(scopesIn(claims[scopeClaim])),
    claims,
  };
}

/** RFC 6749 §3.3: a scope has no space in it. Where an issuer's has, the upstream would read several. */
function scopesIn(said: unknown): string[] {
  if (typeof said === "string") return said.split(" ").filter((each) => each !== "");
  return Array.isArray(said) ? said.filter((each) => typeof each === "string" && /^[^ ]+$/.test(each)) : [];
}
