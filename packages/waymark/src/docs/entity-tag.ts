/**
 * A strong entity tag of the content: 64 bits of FNV-1a in two halves. It tells versions apart and protects nothing, so
 * it does without `node:crypto`, which not every runtime has.
 */
export function entityTag(content: string | Uint8Array): string {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  let one = 0x811c9dc5;
  let two = 0x9747b28c;
  for (const byte of bytes) {
    one = Math.imul(one ^ byte, 0x01000193);
    two = Math.imul(two ^ byte, 0x85ebca6b);
    two ^= two >>> 13;
  }
  return `"${hex(one)}${hex(two)}-${bytes.length.toString(16)}"`;
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
