import type { JsonSchema } from "./json-schema.ts";
import { SchemaError } from "./schema-error.ts";

/** Follows `$ref` (RFC 6901 pointers into the same document) until a schema that has none. */
export function resolve(schema: JsonSchema | boolean, root: JsonSchema): JsonSchema | boolean {
  const seen = new Set<string>();
  let current = schema;
  while (typeof current === "object" && typeof current.$ref === "string") {
    if (seen.has(current.$ref)) throw new SchemaError(`the schema's $ref ${current.$ref} refers to itself`);
    seen.add(current.$ref);
    current = target(current.$ref, root);
  }
  return current;
}

/** The schema that a `$ref` points at. Throws a `SchemaError` when there is none. */
export function target($ref: string, root: JsonSchema): JsonSchema | boolean {
  let current: unknown = root;
  if ($ref.startsWith("#"))
    for (const token of $ref.slice(1).split("/").slice(1)) {
      const key = decodeURIComponent(token).replaceAll("~1", "/").replaceAll("~0", "~");
      current = typeof current === "object" && current !== null && Object.hasOwn(current, key) ? (current as Record<string, unknown>)[key] : undefined; // prettier-ignore
    }
  else current = undefined;
  if ((typeof current !== "object" && typeof current !== "boolean") || current === null)
    throw new SchemaError(`the schema refers to ${$ref}, which it does not have`);
  return current as JsonSchema | boolean;
}
