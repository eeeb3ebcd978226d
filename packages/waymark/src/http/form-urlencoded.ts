import { type FormLimits } from "./form-limits.ts";
import { fieldTooLarge, nameTooLong } from "./form-parts.ts";
import { isLarger } from "./is-larger.ts";
import { HttpError } from "./http-error.ts";
import { parseQuery, type Query } from "../schema/query.ts";

// A byte order mark stays: it is part of the first name.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The fields of an `application/x-www-form-urlencoded` body, within the limits of a form. Throws `HttpError`: 400 for
 * percent-encodings that are malformed, and text that is not UTF-8; 413 for too many fields and too large ones.
 */
export function parseUrlencoded(bytes: Uint8Array, limits: FormLimits): Query {
  const text = decoded(bytes);
  const most = Math.min(limits.fields, limits.parts);
  if (hasMorePairs(text, most)) throw new HttpError(413, `The form has more than ${most} fields.`);
  const form = parseQuery(text, Number.POSITIVE_INFINITY);
  if (form.fault !== undefined) throw new HttpError(400, "The form holds a malformed percent-encoding.");
  const { pairs } = form;
  for (let i = 0; i < pairs.length; i += 2) {
    if (isLarger(pairs[i]!, limits.nameSize)) throw nameTooLong(limits);
    if (isLarger(pairs[i + 1]!, limits.fieldSize)) throw fieldTooLarge(limits);
  }
  return form;
}

function decoded(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new HttpError(400, "The form is not UTF-8 text.");
  }
}

/** Counted before a pair is made. */
function hasMorePairs(text: string, most: number): boolean {
  let count = 0;
  for (let start = 0; start < text.length;) {
    let end = text.indexOf("&", start);
    if (end === -1) end = text.length;
    if (end > start && ++count > most) return true;
    start = end + 1;
  }
  return false;
}
