import { isRecord } from "../../documents/record.ts";
import type { JsonSchema } from "../../snapshot.ts";

const ONE: ReadonlySet<string> = new Set([
  "additionalProperties",
  "contains",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
]);
const MANY: ReadonlySet<string> = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const NAMED: ReadonlySet<string> = new Set([
  "$defs",
  "definitions",
  "dependentSchemas",
  "patternProperties",
  "properties",
]);

type Change = (schema: JsonSchema) => JsonSchema;

/** A schema whose direct subschemas (JSON Schema 2020-12) are changed; what only looks like one, in a `const`, is not. */
export function mapSubschemas(schema: { readonly [keyword: string]: unknown }, change: Change): JsonSchema {
  const changed = (each: unknown): unknown => (isSchema(each) ? change(each) : each);
  return mapValues(schema, (value, keyword) => {
    if (ONE.has(keyword)) return changed(value);
    if (MANY.has(keyword) && Array.isArray(value)) return value.map(changed);
    return NAMED.has(keyword) && isRecord(value) ? mapValues(value, changed) : value;
  });
}

function mapValues(
  record: { readonly [name: string]: unknown },
  change: (value: unknown, key: string) => unknown,
): { readonly [name: string]: unknown } {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "boolean" || isRecord(value);
}

/** Whether a schema says nothing about a value. */
export function admitsAll(schema: JsonSchema | null): boolean {
  if (schema === null || schema === true) return true;
  return schema !== false && Object.keys(schema).every((keyword) => SILENT.has(keyword));
}
const SILENT: ReadonlySet<string> = new Set([
  "$comment",
  "default",
  "deprecated",
  "description",
  "example",
  "examples",
  "externalDocs",
  "readOnly",
  "title",
  "writeOnly",
  "xml",
]);
