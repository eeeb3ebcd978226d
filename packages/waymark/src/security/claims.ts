import type { OutputOf, Schema } from "../inputs/input.ts";

/** What a token says (RFC 7519 §4), verified. */
export interface JwtClaims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  /** Seconds since the epoch. */
  readonly exp?: number;
  /** Seconds since the epoch. */
  readonly nbf?: number;
  /** Seconds since the epoch. */
  readonly iat?: number;
  readonly jti?: string;
  readonly [claim: string]: unknown;
}

/** What a verified token gives: its claims, as the schema of `claims` makes them where there is one. */
export type ClaimsOf<O> = O extends { readonly claims: infer C extends Schema } ? OutputOf<C> : JwtClaims;

/**
 * What a token allows: `scope`, a text with spaces between (RFC 8693 §4.2, RFC 9068 §2.2.3), and `scp`, the same or a list,
 * as Microsoft's and Okta's have it.
 */
export function grantedScopes({ scope, scp }: JwtClaims): string[] {
  return [scope, scp].flatMap((said) => {
    if (typeof said === "string") return said.split(" ");
    return Array.isArray(said) ? said.filter((each) => typeof each === "string") : [];
  });
}
