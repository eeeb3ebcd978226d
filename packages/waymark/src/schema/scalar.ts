import type { Kind } from "./kinds.ts";

/** What a reader gives for text that has no reading as its schema wants it: the library is then not asked. */
export const UNREADABLE: unique symbol = Symbol("unreadable");

export type Unreadable = typeof UNREADABLE;

/** Text to a value, or UNREADABLE. */
export type ReadScalar = (text: string) => unknown;

// RFC 8259 §6: no leading zeros, no plus sign, no blanks.
const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const asIs: ReadScalar = (text) => text;

/** A reader for the types that are admitted; undefined: any. Where a string is admitted, text stays text. */
export function scalarReader(admitted: ReadonlySet<Kind> | undefined): ReadScalar {
  if (admitted === undefined || admitted.has("string")) return asIs;
  const readNumber = admitted.has("number") ? number : admitted.has("integer") ? integer : nothing;
  if (!admitted.has("boolean")) return readNumber;
  return (text) => (text === "true" ? true : text === "false" ? false : readNumber(text));
}

function number(text: string): number | Unreadable {
  if (!NUMBER.test(text)) return UNREADABLE;
  const value = Number(text);
  return Number.isFinite(value) ? value : UNREADABLE;
}

function integer(text: string): number | Unreadable {
  if (!INTEGER.test(text)) return UNREADABLE;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : UNREADABLE;
}

function nothing(): Unreadable {
  return UNREADABLE;
}

/** What the reader for these types wants, for the issue of a text that it could not read. */
export function expected(admitted: ReadonlySet<Kind> | undefined): string {
  if (admitted === undefined || admitted.has("string")) return "a string";
  const parts: string[] = [];
  if (admitted.has("number")) parts.push("a number");
  else if (admitted.has("integer")) parts.push("an integer");
  if (admitted.has("boolean")) parts.push("true or false");
  return parts.length === 0 ? "no value" : parts.join(", ");
}
