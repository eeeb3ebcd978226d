import type * as jose from "jose";

/** What is used of jose. */
export type Jose = Pick<
  typeof jose,
  "jwtVerify" | "SignJWT" | "createLocalJWKSet" | "importSPKI" | "importJWK"
>;

let loading: Promise<Jose> | undefined;

/** Loaded when the first verifier is made: whoever only finds credentials does not pay for it. */
export function loadJose(): Promise<Jose> {
  return (loading ??= importJose());
}

async function importJose(): Promise<Jose> {
  const [{ jwtVerify }, { SignJWT }, { createLocalJWKSet }, { importSPKI, importJWK }] = await Promise.all([
    import("jose/jwt/verify"),
    import("jose/jwt/sign"),
    import("jose/jwks/local"),
    import("jose/key/import"),
  ]);
  return { jwtVerify, SignJWT, createLocalJWKSet, importSPKI, importJWK };
}
