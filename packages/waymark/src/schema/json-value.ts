import type { Issue } from "./issue.ts";
import { UNREADABLE } from "./scalar.ts";
import { REPEATED, type ValueReader } from "./value-reader.ts";

/** Arrays and objects inside each other, as `limits.jsonDepth` has it for a body. */
const DEEPEST = 64;

const MALFORMED: Issue = { path: [], message: "expected JSON", code: "malformed" };
const TOO_DEEP: Issue = {
  path: [],
  message: `expected JSON of at most ${DEEPEST} levels`,
  code: "malformed",
};

/** A value that stands in a field as JSON text. Like a body it is not coerced. */
export const JSON_VALUE: ValueReader = {
  read(raw) {
    if (raw === undefined) return undefined;
    return typeof raw === "string" && !isDeeper(raw, DEEPEST) ? parse(raw) : UNREADABLE;
  },
  explain(raw) {
    if (raw === undefined) return [];
    if (typeof raw !== "string") return [REPEATED];
    if (isDeeper(raw, DEEPEST)) return [TOO_DEEP];
    return parse(raw) === UNREADABLE ? [MALFORMED] : [];
  },
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return UNREADABLE;
  }
}

/** Follows brackets outside of strings, in one pass. */
function isDeeper(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  let depth = 0;
  let isString = false;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (sign === '"') isString = !isString;
    else if (isString) {
      if (sign === "\\") i++;
    } else if (sign === "{" || sign === "[") {
      if (++depth > limit) return true;
    } else if (sign === "}" || sign === "]") depth--;
  }
  return false;
}
