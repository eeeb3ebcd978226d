import { pointerKey } from "waymark/internal";
import type { JsonSchema } from "../../snapshot.ts";

export type NamedSchemas = Readonly<Record<string, JsonSchema>>;

const START = "#/schemas/";

/** The name in a reference to a schema of the snapshot, and what follows it: `#/schemas/orders.Order/properties/id`. */
export function namedReference($ref: unknown): { readonly name: string; readonly rest: string } | undefined {
  if (typeof $ref !== "string" || !$ref.startsWith(START)) return undefined;
  const end = $ref.indexOf("/", START.length);
  const token = end === -1 ? $ref.slice(START.length) : $ref.slice(START.length, end);
  return { name: pointerKey(token), rest: end === -1 ? "" : $ref.slice(end) };
}

/** What a reference leads to; undefined where there is nothing. References that lead to references are not followed. */
export function referredTo($ref: unknown, schemas: NamedSchemas): JsonSchema | undefined {
  const reference = namedReference($ref);
  if (reference === undefined || !Object.hasOwn(schemas, reference.name)) return undefined;
  let at: unknown = schemas[reference.name];
  for (const token of reference.rest.split("/").slice(1)) {
    const key = pointerKey(token);
    at =
      typeof at === "object" && at !== null && Object.hasOwn(at, key)
        ? (at as Record<string, unknown>)[key]
        : undefined;
  }
  return typeof at === "boolean" || (typeof at === "object" && at !== null) ? (at as JsonSchema) : undefined;
}

/** Follows references until a schema that has none; undefined where one leads nowhere, or round in a circle. */
export function resolved(schema: JsonSchema, schemas: NamedSchemas): JsonSchema | undefined {
  let at: JsonSchema | undefined = schema;
  for (let steps = 0; steps < 64; steps++) {
    if (at === undefined || typeof at === "boolean" || at["$ref"] === undefined) return at;
    at = referredTo(at["$ref"], schemas);
  }
  return undefined;
}
