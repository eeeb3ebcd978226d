import { jsonSchema, type JsonSchema, type Side } from "./json-schema.ts";
import { mapSubschemas } from "./subschemas.ts";
import type { StandardSchemaV1 } from "@standard-schema/spec";

/** Keys of `$defs` that a library made up: neither anyone's choice nor the same in the next run. */
const GENERATED: Readonly<Record<string, RegExp>> = {
  zod: /^__schema\d+$/,
  arktype: /^[A-Za-z]+\d+$/,
  valibot: /^\d+$/,
};

/**
 * The JSON Schema of one side as a document shows it: `$defs` holds what has a name of its own and what contains itself;
 * every other definition stands where it was referred to. Throws a `SchemaError` like `jsonSchema`.
 */
export function documentSchema(schema: StandardSchemaV1<any, any>, side: Side): JsonSchema {
  const json = jsonSchema(schema, side);
  if (json.$defs === undefined) return json;
  const generated = GENERATED[schema["~standard"].vendor];
  let current = json;
  const keys = Object.keys(json.$defs).filter((key) => generated?.test(key));
  // Objects last: of a cycle through an array of objects, the object is what a reader wants to see named.
  keys.sort((a, b) => Number(json.$defs![a]!.type === "object") - Number(json.$defs![b]!.type === "object"));
  for (const key of keys) current = inline(current, key);
  return foldRoot(current);
}

function pointer(key: string): string {
  return `#/$defs/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Puts a definition where it is referred to, unless it contains itself. */
function inline(root: JsonSchema, key: string): JsonSchema {
  const { [key]: definition, ...others } = root.$defs!;
  const $ref = pointer(key);
  let recursive = false;
  const look = (schema: JsonSchema | boolean): JsonSchema | boolean => {
    if (typeof schema === "boolean") return schema;
    recursive ||= schema.$ref === $ref;
    return mapSubschemas(schema, look);
  };
  look(definition!);
  if (recursive) return root;
  const replace = (schema: JsonSchema | boolean): JsonSchema | boolean => {
    if (typeof schema === "boolean") return schema;
    const { $ref: reference, ...beside } = mapSubschemas(schema, replace);
    if (reference === undefined) return beside;
    return reference === $ref ? { ...definition, ...beside } : { $ref: reference, ...beside };
  };
  const { $defs: _, ...rest } = root;
  const replaced = replace(Object.keys(others).length === 0 ? rest : { ...rest, $defs: others });
  return replaced as JsonSchema;
}

/** Valibot writes a recursive schema twice: as itself and as the definition that it refers to. */
function foldRoot(root: JsonSchema): JsonSchema {
  const { $defs, ...rest } = root;
  const text = JSON.stringify(rest);
  const same = Object.keys($defs ?? {}).find((key) => JSON.stringify($defs![key]) === text);
  return same === undefined ? root : { $ref: pointer(same), $defs: $defs! };
}
