import type { StringTest } from "./node.ts";

const HIGH_SURROGATE = /[\uD800-\uDBFF]/;

/**
 * Whether a string is long enough, short enough or of the length in code units and in code points alike: libraries, and
 * versions of one library, count one or the other. A code point is one or two units, so it is certain at both ends, and
 * between them where there is no pair of surrogates. Where the two differ it is false, and the library decides.
 */
export function hasLength(value: string, test: "least" | "most" | "exactly", length: number): boolean {
  const units = value.length;
  if (test === "most") return units <= length;
  if (test === "least") return units >= length * 2 - 1 || (units >= length && !HIGH_SURROGATE.test(value));
  return units === length && !HIGH_SURROGATE.test(value);
}

/** The regular expression is the schema's own object; one that is global or sticky starts anew, as it does there. */
export function matches(pattern: RegExp, value: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(value);
}

export function passesString(value: string, test: StringTest): boolean {
  switch (test.test) {
    case "pattern":
      return matches(test.pattern, value);
    case "starts":
      return value.startsWith(test.text);
    case "ends":
      return value.endsWith(test.text);
    case "includes":
      return value.includes(test.text, test.from);
    default:
      return hasLength(value, test.test, test.length);
  }
}
