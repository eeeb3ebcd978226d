import type { webcrypto } from "node:crypto";
import { decode, encode } from "jose/base64url";

/** A text that was sealed here before. */
export interface Unsealed {
  readonly text: string;
  /** Sealed with the first secret, and not with one that is on its way out. */
  readonly isCurrent: boolean;
}

/** Makes a text safe to be kept by a client. */
export interface Sealer {
  seal(text: string): Promise<string>;
  /** The text; undefined for whatever was not sealed with one of the secrets. */
  unseal(token: string): Promise<Unsealed | undefined>;
}

export interface SealerOptions {
  /** The first one seals, all unseal. */
  readonly secrets: readonly string[];
  /** What the text is for: sealed for one purpose it is worth nothing for another. */
  readonly purpose: string;
}

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** Bytes as WebCrypto wants them. */
type Bytes = Uint8Array<ArrayBuffer>;

/** Readable by the client, and changeable by nobody: `text.mac` in base64url, the MAC being HMAC-SHA-256. */
export function signing({ secrets, purpose }: SealerOptions): Sealer {
  const keys = derivedKeys(
    secrets,
    `waymark signed ${purpose}`,
    { name: "HMAC", hash: "SHA-256", length: 256 },
    ["sign", "verify"],
  );
  return {
    async seal(content) {
      const body = encode(content);
      const [key] = await keys();
      return `${body}.${encode(new Uint8Array(await crypto.subtle.sign("HMAC", key!, utf8.encode(body))))}`;
    },
    async unseal(token) {
      const dot = token.indexOf(".");
      const mac = dot === -1 ? undefined : decoded(token.slice(dot + 1));
      if (mac === undefined) return undefined;
      const body = token.slice(0, dot);
      for (const [index, key] of (await keys()).entries())
        // In constant time.
        if (await crypto.subtle.verify("HMAC", key, mac, utf8.encode(body)))
          return { text: text.decode(decoded(body)), isCurrent: index === 0 };
      return undefined;
    },
  };
}

/** Bytes of the nonce of AES-GCM (NIST SP 800-38D §8.2). Being random, one secret is good for some 2^32 tokens. */
const NONCE = 12;

/** Neither readable nor changeable: AES-256-GCM, nonce and ciphertext in base64url. */
export function encrypting({ secrets, purpose }: SealerOptions): Sealer {
  const keys = derivedKeys(secrets, `waymark encrypted ${purpose}`, { name: "AES-GCM", length: 256 }, [
    "encrypt",
    "decrypt",
  ]);
  return {
    async seal(content) {
      const iv = crypto.getRandomValues(new Uint8Array(NONCE));
      const [key] = await keys();
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key!, utf8.encode(content));
      const token = new Uint8Array(NONCE + sealed.byteLength);
      token.set(iv);
      token.set(new Uint8Array(sealed), NONCE);
      return encode(token);
    },
    async unseal(token) {
      const bytes = decoded(token);
      if (bytes === undefined || bytes.length <= NONCE) return undefined;
      const iv = bytes.subarray(0, NONCE);
      for (const [index, key] of (await keys()).entries()) {
        try {
          const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, bytes.subarray(NONCE));
          return { text: text.decode(opened), isCurrent: index === 0 };
        } catch {
          // Sealed with another secret, or by nobody.
        }
      }
      return undefined;
    },
  };
}

/**
 * Keys from secrets, by HKDF (RFC 5869): a key for each purpose, so that what one signs is nothing to another. Derived
 * when first needed, as edge runtimes allow no work before the first request.
 */
function derivedKeys(
  secrets: readonly string[],
  info: string,
  algorithm: webcrypto.HmacKeyGenParams | webcrypto.AesKeyGenParams,
  usages: webcrypto.KeyUsage[],
): () => Promise<webcrypto.CryptoKey[]> {
  const derive = async (secret: string): Promise<webcrypto.CryptoKey> => {
    const source = await crypto.subtle.importKey("raw", utf8.encode(secret), "HKDF", false, ["deriveKey"]);
    const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8.encode(info) };
    return crypto.subtle.deriveKey(how, source, algorithm, false, usages);
  };
  let keys: Promise<webcrypto.CryptoKey[]> | undefined;
  return () => (keys ??= Promise.all(secrets.map(derive)));
}

/** Undefined for what is not base64url. */
function decoded(part: string): Bytes | undefined {
  try {
    return decode(part) as Bytes;
  } catch {
    return undefined;
  }
}
