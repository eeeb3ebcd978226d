import { isRecord } from "./canonical-text.ts";
import type { SchemaObject } from "./document.ts";

/**
 * The output schema without each `additionalProperties: false` that the input schema lacks at the same place.
 *
 * Libraries close what they give out because they drop unknown keys. In a document that would forbid every later field
 * to clients that check what they get, and make two variants of almost every object.
 */
export function withoutClosing(output: SchemaObject, input: SchemaObject | undefined): SchemaObject {
  return input === undefined ? output : (open(output, input) as SchemaObject);
}

/** Values that are data and no schemas (defaults, examples) are the same on both sides, so nothing is opened in them. */
function open(output: unknown, input: unknown): unknown {
  if (Array.isArray(output))
    return output.map((each, index) => open(each, (input as unknown[] | undefined)?.[index]));
  if (!isRecord(output) || !isRecord(input)) return output;
  const entries = Object.entries(output).filter(
    ([keyword]) => keyword !== "additionalProperties" || !isClosing(output, input),
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, open(value, input[key])]));
}

/** Where the types differ the value is transformed, and the input is no measure. */
function isClosing(output: SchemaObject, input: SchemaObject): boolean {
  return (
    output.additionalProperties === false && !("additionalProperties" in input) && output.type === input.type
  );
}
