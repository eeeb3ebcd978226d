import type { JsonSchema } from "../snapshot.ts";

/** The schema of a policy's options: an object whose keys are these and no others. */
export function optionsSchema(
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  return { type: "object", description, properties, required, additionalProperties: false };
}

export function text(description: string, more: object = {}): JsonSchema {
  return { type: "string", description, ...more };
}
export function flag(description: string, byDefault: boolean): JsonSchema {
  return { type: "boolean", description, default: byDefault };
}
export function texts(description: string, more: object = {}): JsonSchema {
  return { type: "array", items: { type: "string", ...more }, description };
}
/** One of these words. */
export function choice(description: string, values: readonly string[], byDefault?: string): JsonSchema {
  return { enum: values, description, ...(byDefault === undefined ? {} : { default: byDefault }) };
}

/** Makes a `check` of what throws a `TypeError` or `RangeError` for options that cannot be. */
export function faultOf<O>(make: (options: O) => unknown): (options: O) => string | undefined {
  return (options) => {
    try {
      make(options);
      return undefined;
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError) return error.message;
      throw error;
    }
  };
}
