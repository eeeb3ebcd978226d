import { hash, timingSafeEqual } from "node:crypto";

/** SHA-256 of a text's UTF-8, in hexadecimal. */
export function sha256(text: string): string {
  return hash("sha256", text, "hex");
}

/** Whether two digests are the same, in a time that does not tell where they differ. Of other lengths they never are. */
export function sameDigest(a: string, b: string): boolean {
  return a.length === b.length && digestComparer(a)(b);
}

/** The same for one digest that many are compared with: what it is made of is made once. */
export function digestComparer(known: string): (given: string) => boolean {
  const left = Buffer.from(known, "latin1");
  const right = Buffer.alloc(left.length);
  return (given) => {
    if (given.length !== left.length) return false;
    right.write(given, "latin1");
    return timingSafeEqual(left, right);
  };
}

/** What tells one credential from another in logs and limits, and gives nothing of it away. */
export function shortDigest(hash: string): string {
  return hash.slice(0, 16);
}
