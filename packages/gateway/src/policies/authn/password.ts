import { scrypt } from "node:crypto";
import { sameDigest } from "../digest.ts";

/** What `scrypt$N$r$p$salt$hash` says: salt and hash in base64. */
interface StoredPassword {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Memory that one check may take: N 2^17 with r 8 is 128 MiB. */
const MOST_MEMORY = 256 * 1024 * 1024;

/** Throws a `TypeError` for a text that no password could be checked against. */
export function storedPassword(text: string): StoredPassword {
  const [scheme, n, r, p, salt, hash, ...rest] = text.split("$");
  const cost = Number(n);
  const blockSize = Number(r);
  const parallelization = Number(p);
  const digest = Buffer.from(hash ?? "", "base64");
  const isUsable =
    scheme === "scrypt" &&
    rest.length === 0 &&
    Number.isInteger(cost) &&
    cost > 1 &&
    (cost & (cost - 1)) === 0 &&
    Number.isInteger(blockSize) &&
    blockSize > 0 &&
    Number.isInteger(parallelization) &&
    parallelization > 0 &&
    128 * cost * blockSize < MOST_MEMORY &&
    digest.length >= 16;
  if (!isUsable)
    throw new TypeError("a password is kept as scrypt$N$r$p$salt$hash, with salt and hash in base64");
  return { cost, blockSize, parallelization, salt: Buffer.from(salt ?? "", "base64"), hash: digest };
}

/** Whether it is the password; takes as long as the stored one says, some 50 ms, on a thread of its own. */
export function isPassword(given: string, stored: StoredPassword): Promise<boolean> {
  const { cost, blockSize, parallelization, salt, hash } = stored;
  return new Promise((resolve, reject) => {
    const options = { N: cost, r: blockSize, p: parallelization, maxmem: MOST_MEMORY + 1024 * 1024 };
    scrypt(given, salt, hash.length, options, (error, derived) => {
      if (error === null) resolve(sameDigest(derived.toString("latin1"), hash.toString("latin1")));
      else reject(error);
    });
  });
}
