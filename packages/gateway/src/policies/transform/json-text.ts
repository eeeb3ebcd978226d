import { randomBytes } from "node:crypto";
import { DEFAULT_LIMITS, parseJson } from "waymark/internal";

/** Nobody outside knows it, so that no text of a request can pass for a number. */
const MARK = `\u0000${randomBytes(16).toString("hex")}:`;
const MARKED = new RegExp(`"\\\\u0000${MARK.slice(1)}([^"]*)"`, "g");
/** Strings are passed over, so that digits in them stay what they are. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Where none of these is no number could change its text. */
const SUSPICIOUS = /\d{16}|\d[.eE]/;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * The value of JSON that is to be changed and written again: numbers that JavaScript would write otherwise, such as those
 * above 2^53, come as texts that `writeJson` makes the same numbers of again. Throws `HttpError` 400.
 */
export function readJson(bytes: Uint8Array): unknown {
  const value = parseJson(bytes, DEFAULT_LIMITS.jsonDepth);
  const text = decoder.decode(bytes);
  if (!SUSPICIOUS.test(text)) return value;
  return JSON.parse(
    text.replace(TOKEN, (token) =>
      token.startsWith('"') || String(Number(token)) === token ? token : JSON.stringify(MARK + token),
    ),
  );
}

export function writeJson(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value).replace(MARKED, "$1"));
}
