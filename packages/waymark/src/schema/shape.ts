import type { JsonSchema } from "./json-schema.ts";
import { kinds, type Kind } from "./kinds.ts";
import { resolve } from "./resolve.ts";

/** A schema together with the document that its `$ref`s point into. */
export interface Rooted {
  readonly schema: JsonSchema | boolean;
  readonly root: JsonSchema;
}

/** The alternatives of a schema that admit a kind, `$ref`, `anyOf`, `oneOf` and `allOf` unfolded. */
export function alternatives({ schema, root }: Rooted, kind: Kind): JsonSchema[] {
  const found: JsonSchema[] = [];
  const visited = new Set<unknown>();
  const visit = (subschema: JsonSchema | boolean): void => {
    const resolved = resolve(subschema, root);
    if (typeof resolved === "boolean" || visited.has(resolved)) return;
    visited.add(resolved);
    if (kinds(resolved, root)?.has(kind) === false) return;
    found.push(resolved);
    for (const part of [...(resolved.anyOf ?? []), ...(resolved.oneOf ?? []), ...(resolved.allOf ?? [])])
      visit(part);
  };
  visit(schema);
  return found;
}

/** The schemas of an array's elements: those at fixed places, and those of all further ones. */
export interface ArrayShape {
  readonly prefix: readonly Rooted[];
  readonly rest: Rooted;
}

export function arrayShape(rooted: Rooted): ArrayShape {
  const arrays = alternatives(rooted, "array").filter(({ items, prefixItems }) => items !== undefined || prefixItems !== undefined); // prettier-ignore
  const length = Math.max(0, ...arrays.map(({ prefixItems }) => prefixItems?.length ?? 0));
  const at = (index: number): Rooted =>
    either(
      arrays.map(({ prefixItems, items }) => prefixItems?.[index] ?? items ?? true),
      rooted.root,
    );
  return { prefix: Array.from({ length }, (_, index) => at(index)), rest: at(length) };
}

/** The schemas of an object's properties: the named ones, and that of all others (undefined when it says nothing). */
export interface ObjectShape {
  readonly properties: ReadonlyMap<string, Rooted>;
  readonly additional: Rooted | undefined;
}

export function objectShape(rooted: Rooted): ObjectShape {
  const byName = new Map<string, (JsonSchema | boolean)[]>();
  const others: (JsonSchema | boolean)[] = [];
  for (const { properties, additionalProperties } of alternatives(rooted, "object")) {
    for (const [name, schema] of Object.entries(properties ?? {}))
      byName.set(name, [...(byName.get(name) ?? []), schema]);
    if (typeof additionalProperties === "object") others.push(additionalProperties);
  }
  const properties = new Map(
    [...byName].map(([name, schemas]) => [name, either(schemas, rooted.root)] as const),
  );
  return { properties, additional: others.length === 0 ? undefined : either(others, rooted.root) };
}

function either(schemas: readonly (JsonSchema | boolean)[], root: JsonSchema): Rooted {
  return {
    schema: schemas.length === 0 ? true : schemas.length === 1 ? schemas[0]! : { anyOf: schemas },
    root,
  };
}

export type Shape = "scalar" | "array" | "object";

/** How a schema stands on the wire; undefined where that cannot be told from the value that is sent. */
export function wireShape(admitted: ReadonlySet<Kind> | undefined): Shape | undefined {
  if (admitted === undefined) return "scalar";
  const rest = new Set(admitted);
  rest.delete("null");
  if (!rest.has("array") && !rest.has("object")) return "scalar";
  if (rest.size > 1) return undefined;
  return rest.has("array") ? "array" : "object";
}
