import type { JsonSchema } from "./json-schema.ts";

/** Writes a filtered reply as JSON. */
export type Encode = (value: unknown) => string;

/**
 * The writer of a reply. `schema` is what a generated writer needs; JSON.stringify wins over one on current engines.
 * The writer throws a `TypeError` for what JSON cannot say: cycles, bigints, undefined and functions.
 */
export function encoder(_schema?: JsonSchema): Encode {
  return encode;
}

function encode(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`${typeof value} has no form in JSON`);
  return text;
}
