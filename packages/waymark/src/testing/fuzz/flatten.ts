import type { OpenApiDocument } from "../../openapi/document.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";
import { target } from "../../schema/resolve.ts";
import { Ungenerable } from "./ungenerable.ts";

type Schema = JsonSchema | boolean;

/** How often one schema may stand for another. */
const MOST_HOPS = 50;

/**
 * A schema without `$ref` and `allOf` at its top: what they say is put together as far as keywords can. What cannot be put
 * together is left out, so a value made by it has to be judged by the whole.
 */
export function flatten(schema: Schema, document: OpenApiDocument, hops = 0): Schema {
  if (typeof schema === "boolean") return schema;
  const { $ref, allOf, ...own } = schema;
  if ($ref === undefined && allOf === undefined) return own;
  if (hops > MOST_HOPS) throw new Ungenerable("the schema contains nothing but itself");
  const referred = $ref === undefined ? [] : [target($ref, document as unknown as JsonSchema)];
  return [...referred, ...(allOf ?? [])]
    .map((each) => flatten(each, document, hops + 1))
    .reduce(merge, own as Schema);
}

const LARGER = new Set(["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"]);
const SMALLER = new Set(["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]);

/** What both say. */
export function merge(one: Schema, other: Schema): Schema {
  if (one === true) return other;
  if (other === true) return one;
  if (one === false || other === false) return false;
  const merged: Record<string, unknown> = { ...one };
  for (const [keyword, said] of Object.entries(other)) {
    const before = merged[keyword];
    merged[keyword] = before === undefined ? said : both(keyword, before, said);
  }
  return merged;
}

function both(keyword: string, one: unknown, other: unknown): unknown {
  if (LARGER.has(keyword)) return Math.max(one as number, other as number);
  if (SMALLER.has(keyword)) return Math.min(one as number, other as number);
  switch (keyword) {
    case "required":
      return [...new Set([...(one as string[]), ...(other as string[])])];
    case "type":
      return sharedTypes(listOf(one as string | string[]), listOf(other as string | string[]));
    case "enum":
      return (one as unknown[]).filter((each) => (other as unknown[]).some((value) => isSame(value, each)));
    case "properties":
      return mergedProperties(one as Record<string, Schema>, other as Record<string, Schema>);
    case "items":
    case "additionalProperties":
      return merge(one as Schema, other as Schema);
    default:
      // Of two patterns or two lists of alternatives one is made up for, and both are judged.
      return one;
  }
}

function mergedProperties(
  one: Readonly<Record<string, Schema>>,
  other: Readonly<Record<string, Schema>>,
): Record<string, Schema> {
  const merged = { ...one };
  for (const [name, schema] of Object.entries(other))
    merged[name] = Object.hasOwn(one, name) ? { allOf: [one[name]!, schema] } : schema;
  return merged;
}

function sharedTypes(one: readonly string[], other: readonly string[]): string[] {
  const has = (types: readonly string[], type: string): boolean =>
    types.includes(type) || (type === "integer" && types.includes("number"));
  return [
    ...one.filter((type) => has(other, type)),
    ...other.filter((type) => !one.includes(type) && has(one, type)),
  ];
}

export function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** Whether two values are the same JSON. */
export function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** The types that a flat schema admits, told by its other keywords where it does not say; undefined for any. */
export function typesOf(flat: JsonSchema): readonly string[] | undefined {
  if (flat.type !== undefined) return listOf(flat.type as string | string[]);
  const has = (...keywords: string[]): boolean => keywords.some((keyword) => keyword in flat);
  if (has("properties", "required", "additionalProperties", "patternProperties")) return ["object"];
  if (has("items", "prefixItems", "minItems", "maxItems", "uniqueItems")) return ["array"];
  if (has("pattern", "minLength", "maxLength", "format", "contentMediaType")) return ["string"];
  if (has("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")) return ["number"];
  return undefined;
}
