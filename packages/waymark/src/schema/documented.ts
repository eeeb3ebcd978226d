import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import type { JsonSchema } from "./json-schema.ts";

export type Documented<T> = StandardSchemaV1<T, T> & {
  readonly "~standard": StandardSchemaV1.Props<T, T> & StandardJSONSchemaV1.Props<T, T>;
};

const VENDOR = "waymark document";

/** A schema for the document alone: what it describes is read, and made, by code that knows the standard. */
export function documented<T>(schema: JsonSchema): Documented<T> {
  const json = (): Record<string, unknown> => structuredClone(schema) as Record<string, unknown>;
  return {
    "~standard": {
      version: 1,
      vendor: VENDOR,
      validate: (value) => ({ value: value as T }),
      jsonSchema: { input: json, output: json },
    },
  };
}

/** Whether a schema is one of these: it refuses nothing. */
export function isDocumented(schema: object): boolean {
  return (schema as Partial<Documented<unknown>>)["~standard"]?.vendor === VENDOR;
}
