import type { JWK, JWTVerifyGetKey } from "jose";
import { type Algorithm, LEAST_SECRET_BYTES, type SecretAlgorithm } from "./algorithms.ts";
import { fetchJson } from "./fetch-json.ts";
import type { JwtOptions } from "./jwt-options.ts";
import { loadJose } from "./load-jose.ts";
import { RemoteKeys, type RemoteOptions } from "./remote-keys.ts";
import { Secret } from "./secret.ts";
import { secureUrl } from "./secure-url.ts";
import { type UnusableKey, usableKeys } from "./usable-keys.ts";

/** What a signature may be verified with: tried one after the other. */
export type KeySource = () => Promise<readonly (Uint8Array | JWTVerifyGetKey)[]>;

/** Throws a `TypeError` for what no token could be verified by, or every token. */
export function keySource(options: JwtOptions, algorithms: readonly Algorithm[]): KeySource {
  if (options.secret !== undefined) return secrets(options.secret, algorithms as readonly SecretAlgorithm[]);
  if (options.keys !== undefined) return localKeys(options.keys, algorithms);
  return remoteKeys(() => options.jwksUrl, options);
}

function secrets(
  given: NonNullable<JwtOptions["secret"]>,
  algorithms: readonly SecretAlgorithm[],
): KeySource {
  const all = (Array.isArray(given) ? given : [given]).map(bytesOf);
  const least = Math.max(...algorithms.map((each) => LEAST_SECRET_BYTES[each]));
  if (all.length === 0 || all.some(({ length }) => length < least))
    throw new TypeError(
      `a secret for ${algorithms.join(", ")} has at least ${least} bytes (RFC 7518 §3.2): openssl rand -base64 ${least}`,
    );
  const ready = Promise.resolve(all);
  return () => ready;
}

function bytesOf(secret: string | Uint8Array | Secret): Uint8Array {
  if (secret instanceof Uint8Array) return secret;
  return new TextEncoder().encode(secret instanceof Secret ? secret.reveal() : secret);
}

function localKeys(given: NonNullable<JwtOptions["keys"]>, algorithms: readonly Algorithm[]): KeySource {
  const keys = isList(given) ? given : given.keys;
  if (!isList(keys) || keys.length === 0)
    throw new TypeError("keys takes JSON Web Keys, or PEM texts, or a set { keys: [...] }");
  const pems: string[] = [];
  const jwks: JWK[] = [];
  for (const key of keys)
    if (typeof key === "string") pems.push(publicPem(key, algorithms));
    else jwks.push(publicJwk(key));
  let ready: ReturnType<KeySource> | undefined;
  return () => (ready ??= importKeys(pems, jwks, algorithms[0]!));
}

/** `Array.isArray` does not know that a list may be read-only. */
function isList<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value);
}

async function importKeys(
  pems: readonly string[],
  jwks: JWK[],
  algorithm: Algorithm,
): Promise<JWTVerifyGetKey[]> {
  const { importSPKI, createLocalJWKSet } = await loadJose();
  const imported = await Promise.all(pems.map((pem) => importSPKI(pem, algorithm)));
  const bySet =
    jwks.length === 0 ? [] : [createLocalJWKSet({ keys: await usableKeys({ keys: jwks }, refuse) })];
  return [...imported.map((key) => () => key), ...bySet];
}

/** Keys of one's own are the application's to put right: a logged error says which, whatever token comes. */
function refuse(fault: UnusableKey): never {
  throw fault;
}

function publicPem(pem: string, algorithms: readonly Algorithm[]): string {
  if (!pem.includes("-----BEGIN PUBLIC KEY-----"))
    throw new TypeError("keys takes public keys; a PEM text begins with -----BEGIN PUBLIC KEY----- (SPKI)");
  if (algorithms.length !== 1)
    throw new TypeError(
      'a PEM text does not say its algorithm: give algorithms with one entry, such as ["RS256"]',
    );
  return pem;
}

function publicJwk(jwk: Readonly<Record<string, unknown>>): JWK {
  const { kty } = jwk;
  if (kty !== "RSA" && kty !== "EC" && kty !== "OKP")
    throw new TypeError(`keys takes public keys of type RSA, EC or OKP, not ${JSON.stringify(kty)}`);
  if ("d" in jwk)
    throw new TypeError("keys holds a private key: whoever verifies needs the public one alone");
  const missing = MEMBERS[kty].find((name) => typeof jwk[name] !== "string");
  if (missing !== undefined) throw new TypeError(`keys holds a key of type ${kty} without ${missing}`);
  if (kty === "RSA" && (jwk["n"] as string).length < LEAST_RSA_TEXT)
    throw new TypeError("keys holds an RSA key of less than 2,048 bits (RFC 7518 §3.3)");
  return jwk as JWK;
}

/** RFC 7518 §6.2.1, §6.3.1, RFC 8037 §2. */
const MEMBERS: Readonly<Record<"RSA" | "EC" | "OKP", readonly string[]>> = {
  RSA: ["n", "e"],
  EC: ["crv", "x", "y"],
  OKP: ["crv", "x"],
};

/** Characters of base64url that 2,048 bits take. */
const LEAST_RSA_TEXT = Math.ceil((2048 / 8) * (4 / 3));

/** Keys of a set that is asked for where `locate` says it is at the time. */
export function remoteKeys(
  locate: () => string | URL | Promise<string | URL>,
  options: RemoteOptions,
): KeySource {
  const { timeout = 5000, fetch, allowInsecure } = options;
  const load = async (): Promise<unknown> =>
    fetchJson(secureUrl("jwksUrl", await locate(), allowInsecure), { timeout, fetch });
  const ready = Promise.resolve([new RemoteKeys(load, options).get]);
  return () => ready;
}
