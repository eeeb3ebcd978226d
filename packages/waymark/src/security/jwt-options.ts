import type { Schema } from "../inputs/input.ts";
import type { Algorithm } from "./algorithms.ts";
import type { JwtClaims } from "./claims.ts";
import type { RemoteOptions } from "./remote-keys.ts";
import type { Secret } from "./secret.ts";

/** What is asked of a token besides its signature. */
export interface ClaimChecks {
  /** Whom the token must be for: one of these in its `aud`. `false`: whoever it is for. */
  readonly audience?: string | readonly string[] | false;
  /** Algorithms that tokens may be signed by. Default: HS256 for a secret, all with public keys for keys. */
  readonly algorithms?: readonly Algorithm[];
  /** Seconds by which clocks may differ, for `exp` and `nbf`. Default 0. */
  readonly clockTolerance?: number;
  /** Claims that must be there, besides `exp`: a token that is good for ever is refused. */
  readonly requiredClaims?: readonly string[];
  /** The `typ` of the token's header: "at+jwt" for access tokens by RFC 9068, so that no ID token is taken for one. */
  readonly typ?: string;
  /** What the claims must look like, and what the function is given of them. */
  readonly claims?: Schema;
  /** What a token allows. Default: its `scope` and `scp` claims. */
  readonly scopesOf?: (claims: JwtClaims) => Iterable<string>;
  /** Characters that a token may have. Default 16,384. */
  readonly maxLength?: number;
}

/** What a JSON Web Token must be to be believed. */
export interface JwtChecks extends ClaimChecks {
  /** Who must have issued the token: its `iss`. */
  readonly issuer?: string | readonly string[];
}

type SecretText = string | Uint8Array | Secret;

/** Tokens signed by a secret of one's own, at least as long as the hash (32 bytes for HS256). */
export interface BySecret {
  /** Several while one takes the place of another: each of them verifies. */
  readonly secret: SecretText | readonly SecretText[];
}

/** A public key as a JSON Web Key (RFC 7517), or as PEM, which needs `algorithms` of one entry. */
export type PublicKey = Readonly<Record<string, unknown>> | string;

/** Tokens signed by the holder of a private key. */
export interface ByKeys {
  readonly keys: readonly PublicKey[] | { readonly keys: readonly PublicKey[] };
}

/** Tokens of an issuer that publishes its keys (RFC 7517 §5). */
export interface ByJwks extends RemoteOptions {
  readonly jwksUrl: string | URL;
}

type Without<K extends string> = { readonly [k in K]?: undefined };
/** One of `secret`, `keys` and `jwksUrl`, and what is asked of the tokens. Keys of others need `audience`. */
export type JwtOptions = JwtChecks &
  (
    | (BySecret & Without<"keys" | "jwksUrl">)
    | (ByKeys & Without<"secret" | "jwksUrl">)
    | (ByJwks & Without<"secret" | "keys">)
  );
