import { resolve } from "./resolve.ts";
import type { JsonSchema } from "./json-schema.ts";
import { SchemaError } from "./schema-error.ts";

type Subschema = JsonSchema | boolean | undefined;

/** Whether a schema says of its values that nobody may read them: `.meta({ secret: true })`, or the format "password". */
export function isMarkedSecret(schema: Subschema, root: JsonSchema): boolean {
  return marked(schema, root, new Set());
}

function marked(schema: Subschema, root: JsonSchema, above: Set<object>): boolean {
  const resolved = followed(schema, root);
  if (resolved === undefined || above.has(resolved)) return false;
  above.add(resolved);
  return saysSecret(resolved) || branchesOf(resolved).some((branch) => marked(branch, root, above));
}

function saysSecret({ secret, format }: JsonSchema): boolean {
  return secret === true || format === "password";
}

/** Whether anything within may be secret: what is not is never looked through. */
export function holdsSecrets(root: JsonSchema): boolean {
  const text = JSON.stringify(root);
  return text.includes('"secret":true') || text.includes('"format":"password"');
}

/** Every text that stands where the schema says that it is secret, whatever else is wrong with the value. */
export function markedSecrets(value: unknown, root: JsonSchema): string[] {
  const found: string[] = [];
  collect(value, root, root, found, 0);
  return found;
}

const DEEPEST = 64;

function collect(value: unknown, schema: Subschema, root: JsonSchema, found: string[], depth: number): void {
  const resolved = depth > DEEPEST ? undefined : followed(schema, root);
  if (resolved === undefined) return;
  if (saysSecret(resolved)) return texts(value, found, depth);
  for (const branch of branchesOf(resolved)) collect(value, branch, root, found, depth + 1);
  if (Array.isArray(value)) {
    const { prefixItems = [], items } = resolved;
    value.forEach((each, index) => collect(each, prefixItems[index] ?? items, root, found, depth + 1));
  } else if (typeof value === "object" && value !== null) {
    const { properties = {}, additionalProperties } = resolved;
    for (const [key, each] of Object.entries(value))
      collect(each, Object.hasOwn(properties, key) ? properties[key] : additionalProperties, root, found, depth + 1); // prettier-ignore
  }
}

function followed(schema: Subschema, root: JsonSchema): JsonSchema | undefined {
  if (typeof schema !== "object") return undefined;
  // What stands beside a reference holds as well (JSON Schema 2020-12 §8.2.3).
  if (schema["secret"] === true) return schema;
  try {
    const resolved = resolve(schema, root);
    return typeof resolved === "object" ? resolved : undefined;
  } catch (error) {
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}

function branchesOf({ anyOf = [], oneOf = [], allOf = [] }: JsonSchema): Subschema[] {
  return [...anyOf, ...oneOf, ...allOf];
}

function texts(value: unknown, found: string[], depth: number): void {
  if (typeof value === "string") found.push(value);
  else if (typeof value === "number" || typeof value === "bigint") found.push(String(value));
  else if (typeof value === "object" && value !== null && depth <= DEEPEST)
    for (const each of Object.values(value)) texts(each, found, depth + 1);
}
