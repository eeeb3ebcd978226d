/** Signatures by a secret that both sides know (RFC 7518 §3.2), with the bytes that the secret has at least. */
export type SecretAlgorithm = "HS256" | "HS384" | "HS512";
/** Signatures that a public key verifies (RFC 7518 §3.3–3.5, RFC 9864). */
export type KeyAlgorithm =
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "EdDSA"
  | "Ed25519";
/** Signatures of JSON Web Tokens (RFC 7518 §3.1, RFC 8037 §3.1). */
export type Algorithm = SecretAlgorithm | KeyAlgorithm;

export const LEAST_SECRET_BYTES: Readonly<Record<SecretAlgorithm, number>> = {
  HS256: 32,
  HS384: 48,
  HS512: 64,
};

export const KEY_ALGORITHMS: readonly KeyAlgorithm[] = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

/**
 * The algorithms that a token may be signed by: never the token's own choice, or it would say "none", or take a public key
 * for a secret (RFC 8725 §2.1). Throws a `TypeError` where they do not fit what they verify with.
 */
export function algorithmsFor(
  kind: "secret" | "keys",
  given: readonly string[] | undefined,
): readonly Algorithm[] {
  const known: readonly Algorithm[] = kind === "keys" ? KEY_ALGORITHMS : ["HS256", "HS384", "HS512"];
  if (given === undefined) return kind === "keys" ? known : ["HS256"];
  const chosen = known.filter((each) => given.includes(each));
  const unfit = given.find((each) => !(known as readonly string[]).includes(each));
  if (unfit !== undefined || chosen.length === 0)
    throw new TypeError(
      `algorithms: ${unfit === undefined ? "there is none" : `'${unfit}' does not verify`} with ${kind === "keys" ? "public keys" : "a secret"}; ${known.join(", ")} do`,
    );
  return chosen;
}
