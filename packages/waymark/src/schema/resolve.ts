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
  let current: unknown = definitionNamed($ref, root);
  if (current !== undefined) return current as JsonSchema | boolean;
  current = root;
  if ($ref.startsWith("#"))
    for (const token of $ref.slice(1).split("/").slice(1)) {
      const key = pointerKey(token);
      current = typeof current === "object" && current !== null && Object.hasOwn(current, key) ? (current as Record<string, unknown>)[key] : undefined; // prettier-ignore
    }
  else current = undefined;
  if ((typeof current !== "object" && typeof current !== "boolean") || current === null)
    throw new SchemaError(`the schema refers to ${$ref}, which it does not have`);
  return current as JsonSchema | boolean;
}

/** The key that a token of a pointer in a fragment stands for (RFC 6901 §4, §6); one that is badly encoded for itself. */
export function pointerKey(token: string): string {
  let decoded = token;
  try {
    decoded = decodeURIComponent(token);
  } catch {
    // Not every library encodes what it writes.
  }
  return decoded.replaceAll("~1", "/").replaceAll("~0", "~");
}

const DEFINITION = /^#\/(\$defs|definitions)\//;

/** What follows `#/$defs/` in a reference, as it stands. */
export function definitionKey($ref: string): string | undefined {
  const match = DEFINITION.exec($ref);
  return match === null ? undefined : $ref.slice(match[0].length);
}

/** Zod writes the ids of schemas into references as they are, a "/" or "%" in them included: asked first. */
function definitionNamed($ref: string, root: JsonSchema): JsonSchema | boolean | undefined {
  const match = DEFINITION.exec($ref);
  if (match === null) return undefined;
  const definitions: unknown = (root as Record<string, unknown>)[match[1]!];
  const key = $ref.slice(match[0].length);
  return typeof definitions === "object" && definitions !== null && Object.hasOwn(definitions, key)
    ? (definitions as Record<string, JsonSchema | boolean>)[key]
    : undefined;
}
