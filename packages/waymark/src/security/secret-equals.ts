type Comparable = string | Uint8Array;

/**
 * Whether two secrets are the same, without telling by the time it takes where they differ, or how long the right one is:
 * their SHA-256 hashes are compared, in constant time. For keys and tokens; passwords belong hashed by argon2, bcrypt or
 * scrypt, which have comparisons of their own.
 *
 * ```ts
 * if (!secretEquals(key, process.env.API_KEY ?? "")) throw new HttpError(401);
 * ```
 */
export function secretEquals(a: Comparable, b: Comparable): boolean {
  // Asked for when it is needed: an import would keep runtimes without it from loading the module at all.
  const crypto = globalThis.process?.getBuiltinModule?.("node:crypto");
  if (crypto === undefined) return sameBytes(bytesOf(a), bytesOf(b));
  const hash = (value: Comparable): Uint8Array => crypto.createHash("sha256").update(bytesOf(value)).digest();
  return crypto.timingSafeEqual(hash(a), hash(b));
}

/** For runtimes whose only hash is asynchronous: always as many steps as `a`, what the caller sent, has bytes. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ (b[i % Math.max(b.length, 1)] ?? 0);
  return difference === 0;
}

function bytesOf(value: Comparable): Uint8Array {
  return typeof value === "string" ? new TextEncoder().encode(value) : value;
}
