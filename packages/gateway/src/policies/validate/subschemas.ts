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
  const mapped: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (ONE.has(keyword) && isSchema(value)) mapped[keyword] = change(value);
    else if (MANY.has(keyword) && Array.isArray(value))
      mapped[keyword] = value.map((each: unknown) => (isSchema(each) ? change(each) : each));
    else if (NAMED.has(keyword) && isRecord(value))
      mapped[keyword] = Object.fromEntries(
        Object.entries(value).map(([name, each]) => [name, isSchema(each) ? change(each) : each]),
      );
    else mapped[keyword] = value;
  }
  return mapped;
}

export function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
