import type { JsonSchema } from "../json-schema.ts";
import { SchemaError } from "../schema-error.ts";
import { mapSubschemas } from "../subschemas.ts";

const JSON_TYPES = new Set(["string", "number", "integer", "boolean", "null", "object", "array"]);

/**
 * A TypeBox type is JSON Schema already, but for four things: types beyond JSON, tuples as draft 7 has them, records as
 * patterns, and references by bare `$id`, which become definitions.
 */
export function typeboxJsonSchema(type: object): JsonSchema {
  const $defs = new Map<string, JsonSchema | boolean>();
  const define = (name: string, schema: JsonSchema | boolean): JsonSchema => {
    const known = $defs.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema))
      throw new SchemaError(`two different TypeBox types have the $id "${name}": give one of them another`);
    $defs.set(name, schema);
    return { $ref: pointer(name) };
  };
  const convert = (schema: JsonSchema | boolean): JsonSchema | boolean => {
    if (typeof schema === "boolean") return schema;
    const { $id, $defs: definitions, ...rest } = asDraft2020(schema);
    // A definition names itself by its $id as well.
    for (const [name, definition] of Object.entries(definitions ?? {})) {
      const own = convert(typeof definition === "object" ? { ...definition, $id: undefined } : definition);
      define(name, own);
    }
    const { $ref, ...mapped } = mapSubschemas(rest, convert);
    const converted =
      $ref === undefined ? mapped : { $ref: $ref.startsWith("#") ? $ref : pointer($ref), ...mapped };
    return typeof $id === "string" && $id !== "" ? define($id, converted) : converted;
  };
  const root = convert(type as JsonSchema) as JsonSchema;
  return $defs.size === 0
    ? root
    : { ...root, $defs: Object.fromEntries($defs) as Record<string, JsonSchema> };
}

function pointer(name: string): string {
  return `#/$defs/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function asDraft2020(schema: JsonSchema): JsonSchema {
  const { type, items, additionalItems, patternProperties, ...rest } = schema as JsonSchema & {
    additionalItems?: boolean;
  };
  if (type === "undefined" || type === "void") return { not: {} };
  if (typeof type === "string" && !JSON_TYPES.has(type))
    throw new SchemaError(`TypeBox's ${type} has no form in JSON`);
  return {
    ...(type === undefined ? {} : { type }),
    ...rest,
    ...(Array.isArray(items)
      ? { prefixItems: items, items: additionalItems ?? true }
      : items === undefined
        ? {}
        : { items }),
    ...recordOf(patternProperties),
  };
}

function recordOf(patterns: JsonSchema["patternProperties"]): Partial<JsonSchema> {
  if (patterns === undefined) return {};
  const any = patterns["^.*$"];
  return any !== undefined && Object.keys(patterns).length === 1
    ? { additionalProperties: any }
    : { patternProperties: patterns };
}
