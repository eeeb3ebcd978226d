import type { JsonSchema } from "./json-schema.ts";

type Subschema = JsonSchema | boolean;

const ONE = ["additionalProperties", "items", "not", "contains", "propertyNames", "if", "then", "else", "unevaluatedItems", "unevaluatedProperties", "contentSchema"]; // prettier-ignore
const LISTS = ["prefixItems", "anyOf", "oneOf", "allOf"];
const RECORDS = ["properties", "patternProperties", "dependentSchemas", "$defs"];

/**
 * A copy of the schema with `map` applied to each direct subschema. Knows where schemas stand (JSON Schema 2020-12,
 * Appendix A of the core), so that what looks like one inside of a `default`, `const` or example is left alone.
 */
export function mapSubschemas(schema: JsonSchema, map: (subschema: Subschema) => Subschema): JsonSchema {
  const copy: Record<string, unknown> = { ...schema };
  for (const keyword of ONE) if (isSchema(copy[keyword])) copy[keyword] = map(copy[keyword]);
  for (const keyword of LISTS) {
    const list = copy[keyword];
    if (Array.isArray(list)) copy[keyword] = list.map((subschema) => map(subschema as Subschema));
  }
  for (const keyword of RECORDS) {
    const record = copy[keyword];
    if (typeof record === "object" && record !== null)
      // fromEntries defines its keys, so that a property called __proto__ stays one.
      copy[keyword] = Object.fromEntries(
        Object.entries(record).map(([key, value]) => [key, map(value as Subschema)]),
      );
  }
  return copy;
}

function isSchema(value: unknown): value is Subschema {
  return typeof value === "boolean" || (typeof value === "object" && value !== null && !Array.isArray(value));
}
