import type { JsonSchema } from "./json-schema.ts";
import { resolve } from "./resolve.ts";

/** The types of JSON Schema; "integer" is the part of "number" without a fraction. */
export type Kind = "string" | "number" | "integer" | "boolean" | "null" | "array" | "object";

/** The types of values that a schema admits; undefined when it says nothing about them. */
export function kinds(schema: JsonSchema | boolean, root: JsonSchema): ReadonlySet<Kind> | undefined {
  return collect(schema, root, new Set());
}

function collect(
  schema: JsonSchema | boolean,
  root: JsonSchema,
  within: ReadonlySet<unknown>,
): ReadonlySet<Kind> | undefined {
  const resolved = resolve(schema, root);
  if (resolved === true) return undefined;
  if (resolved === false) return new Set();
  // A schema inside of itself adds nothing to what its other alternatives admit.
  if (within.has(resolved)) return new Set();
  const inner = new Set(within).add(resolved);
  const { type, enum: values, anyOf, oneOf, allOf, not } = resolved;

  let admitted: ReadonlySet<Kind> | undefined;
  const narrow = (more: ReadonlySet<Kind> | undefined): void => {
    admitted = intersection(admitted, more);
  };
  if (not === true || (typeof not === "object" && Object.keys(not).length === 0)) narrow(new Set());
  if (type !== undefined) narrow(new Set((typeof type === "string" ? [type] : type) as Kind[]));
  if ("const" in resolved) narrow(new Set([kindOf(resolved.const)]));
  if (values !== undefined) narrow(new Set(values.map(kindOf)));
  for (const branches of [anyOf, oneOf])
    if (branches !== undefined) narrow(union(branches.map((branch) => collect(branch, root, inner))));
  for (const part of allOf ?? []) narrow(collect(part, root, inner));
  if (admitted === undefined && resolved.properties !== undefined) return new Set(["object"]);
  if (admitted === undefined && (resolved.items !== undefined || resolved.prefixItems !== undefined)) return new Set(["array"]); // prettier-ignore
  return admitted;
}

/** The type of a JSON value. Numbers are "number" whether whole or not: only a schema can ask for integers. */
export function kindOf(value: unknown): Kind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as Kind;
}

function union(sets: readonly (ReadonlySet<Kind> | undefined)[]): ReadonlySet<Kind> | undefined {
  const all = new Set<Kind>();
  for (const set of sets) {
    if (set === undefined) return undefined;
    for (const kind of set) all.add(kind);
  }
  return all;
}

function intersection(
  a: ReadonlySet<Kind> | undefined,
  b: ReadonlySet<Kind> | undefined,
): ReadonlySet<Kind> | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  const both = new Set<Kind>();
  for (const kind of a) if (b.has(kind) || (kind === "integer" && b.has("number"))) both.add(kind);
  if (b.has("integer") && a.has("number")) both.add("integer");
  return both;
}
