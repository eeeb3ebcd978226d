/** Bytes that delimit HTTP/1.1 messages. */
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const QUESTION = 0x3f;

/** Kinds of a byte in a request target: 0 cannot stand there. */
export const ORDINARY = 1;
export const QUERY_MARK = 2;
export const ODD = 3;

function table(kindOf: (byte: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => kindOf(byte));
}

const TCHAR = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/;
/** 1 for a character of a token (RFC 9110 §5.6.2): methods and field names. */
export const IN_TOKEN: Uint8Array = table((byte) => (TCHAR.test(String.fromCharCode(byte)) ? 1 : 0));

/** 1 for a byte of a field value (RFC 9110 §5.5): visible, space, tab, obs-text; never another control character. */
export const IN_VALUE: Uint8Array = table((byte) => (byte === TAB || (byte >= SP && byte !== 0x7f) ? 1 : 0));

/**
 * Kind of a byte of a request target. Odd is what no URI has but some clients send ("#", bytes above ASCII): it is left
 * to the one place that reads paths strictly. Controls, space and DEL end or break the target.
 */
export const IN_TARGET: Uint8Array = table((byte) => {
  if (byte <= SP || byte === 0x7f) return 0;
  if (byte === QUESTION) return QUERY_MARK;
  return byte === 0x23 || byte === 0x5c || byte > 0x7f ? ODD : ORDINARY;
});

/** The bytes of an ASCII word. */
export function octets(word: string): Uint8Array {
  return Uint8Array.from(word, (character) => character.charCodeAt(0));
}

/** Whether `buffer` has `word` (lower-case letters) at `start`, in any case of letters. */
export function matches(buffer: Uint8Array, start: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) {
    const expected = word[i]!;
    const byte = buffer[start + i]!;
    if (byte === expected) continue;
    if (expected < 0x61 || expected > 0x7a || (byte | 0x20) !== expected) return false;
  }
  return true;
}
