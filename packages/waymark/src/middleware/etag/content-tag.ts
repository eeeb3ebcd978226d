/** Bytes of the digest that are kept: two bodies of one address would have to collide, and nobody gains by that. */
const KEPT = 16;

/**
 * The entity tag of a body: its SHA-256, cut to 128 bits. Without a promise where `node:crypto` is: the web's own digest
 * goes by way of another thread, which takes longer than the digest of an ordinary body.
 */
export function contentTag(content: string | Uint8Array, weak: boolean): string | Promise<string> {
  // Not imported: runtimes without it can still load this module.
  const crypto = globalThis.process?.getBuiltinModule?.("node:crypto");
  if (crypto === undefined) return webTag(content, weak);
  return quoted(crypto.createHash("sha256").update(content).digest(), weak);
}

/** The same by the web's own cryptography. */
export async function webTag(content: string | Uint8Array, weak: boolean): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return quoted(
    new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)),
    weak,
  );
}

function quoted(digest: Uint8Array, weak: boolean): string {
  const text = btoa(String.fromCharCode(...digest.subarray(0, KEPT))).slice(0, -2);
  return `${weak ? "W/" : ""}"${text}"`;
}
