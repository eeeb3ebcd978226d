import { HttpError } from "./http-error.ts";
import { findJsonError } from "./json-error.ts";

// Strips a byte order mark: RFC 8259 §8.1 forbids sending one and lets a reader ignore it.
const decoder = new TextDecoder("utf-8", { fatal: true });

/** UTF-8 bytes as text; undefined when they are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * The value of a JSON text (RFC 8259). A key `__proto__` becomes an ordinary own property and of two equal keys the last
 * stays. Throws `HttpError` 400, which never repeats what was sent, for an empty body, bytes that are not UTF-8, malformed
 * JSON and more than `maxDepth` arrays and objects inside each other.
 */
export function parseJson(bytes: Uint8Array, maxDepth: number): unknown {
  if (bytes.length === 0) throw new HttpError(400, "The body is empty; JSON is expected.");
  const text = decodeText(bytes);
  if (text === undefined) throw new HttpError(400, "The body is not UTF-8 text.");
  if (hasOpeners(text, maxDepth) && isDeeper(bytes, maxDepth))
    throw new HttpError(400, `The JSON body is nested deeper than ${maxDepth} levels.`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The engine's own message quotes the body.
    throw new HttpError(400, `The body is not valid JSON: ${findJsonError(text)}.`);
  }
}

/** Whether there are more brackets than levels: where not, as in most bodies, the depth need not be measured. */
function hasOpeners(text: string, limit: number): boolean {
  let count = 0;
  for (let at = text.indexOf("{"); at !== -1; at = text.indexOf("{", at + 1))
    if (++count > limit) return true;
  for (let at = text.indexOf("["); at !== -1; at = text.indexOf("[", at + 1))
    if (++count > limit) return true;
  return false;
}

/** Follows brackets outside of strings: one pass, no recursion, and no byte of a UTF-8 sequence looks like one of these. */
function isDeeper(bytes: Uint8Array, limit: number): boolean {
  let depth = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === 0x22) i = endOfString(bytes, i + 1);
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > limit) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}

function endOfString(bytes: Uint8Array, i: number): number {
  for (; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === 0x5c) i++;
    else if (byte === 0x22) break;
  }
  return i;
}
