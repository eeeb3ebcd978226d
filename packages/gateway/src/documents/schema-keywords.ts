/** How the value of a keyword of JSON Schema is read. */
export type KeywordKind =
  | "schema"
  | "schemas"
  | "named-schemas"
  | "items"
  | "number"
  | "count"
  | "text"
  | "names"
  | "list"
  | "flag"
  | "pattern"
  | "type"
  | "dependencies";

/** Keywords that say which values are valid; the others are kept as they are. */
export const KEYWORDS: ReadonlyMap<string, KeywordKind> = new Map<string, KeywordKind>([
  ["type", "type"],
  ["enum", "list"],
  ["properties", "named-schemas"],
  ["patternProperties", "named-schemas"],
  ["dependentSchemas", "named-schemas"],
  ["dependencies", "dependencies"],
  ["additionalProperties", "schema"],
  ["unevaluatedProperties", "schema"],
  ["unevaluatedItems", "schema"],
  ["propertyNames", "schema"],
  ["contains", "schema"],
  ["not", "schema"],
  ["if", "schema"],
  ["then", "schema"],
  ["else", "schema"],
  ["contentSchema", "schema"],
  ["items", "items"],
  ["prefixItems", "schemas"],
  ["allOf", "schemas"],
  ["anyOf", "schemas"],
  ["oneOf", "schemas"],
  ["required", "names"],
  ["multipleOf", "number"],
  ["maximum", "number"],
  ["minimum", "number"],
  ["exclusiveMaximum", "number"],
  ["exclusiveMinimum", "number"],
  ["maxLength", "count"],
  ["minLength", "count"],
  ["maxItems", "count"],
  ["minItems", "count"],
  ["maxProperties", "count"],
  ["minProperties", "count"],
  ["maxContains", "count"],
  ["minContains", "count"],
  ["uniqueItems", "flag"],
  ["nullable", "flag"],
  ["pattern", "pattern"],
  ["format", "text"],
]);

export const TYPES: ReadonlySet<unknown> = new Set([
  "null",
  "boolean",
  "object",
  "array",
  "number",
  "string",
  "integer",
]);

/** Keywords that say nothing of which values are valid, or that are read elsewhere. */
export const ANNOTATIONS: readonly string[] = (
  "$ref $id $schema $anchor $defs $comment $dynamicRef $dynamicAnchor $vocabulary $recursiveRef $recursiveAnchor id " +
  "definitions additionalItems const title description default example examples deprecated readOnly writeOnly " +
  "discriminator xml externalDocs contentEncoding contentMediaType collectionFormat allowEmptyValue"
).split(" ");
