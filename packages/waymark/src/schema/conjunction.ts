import type { JsonSchema } from "./json-schema.ts";
import { target } from "./resolve.ts";

type Subschema = JsonSchema | boolean;

/** Everything that applies to a value together: a schema, its `allOf` and what its `$ref` points at, as one. */
export interface Conjunction {
  /** One schema without `$ref` and `allOf`; a member that several parts declare is an `allOf` of theirs. */
  readonly own: JsonSchema;
  /** Each an `anyOf` or `oneOf`. */
  readonly unions: readonly (readonly Subschema[])[];
}

/** Conjunctions of the schemas of one document. */
export class Conjunctions {
  readonly #root: JsonSchema;
  readonly #ids = new Map<Subschema, number>();
  readonly #combined = new Map<string, JsonSchema>();

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  of(schema: JsonSchema): Conjunction {
    const parts = this.#parts(schema);
    const unions = parts.flatMap(({ anyOf, oneOf }) => [anyOf, oneOf]).filter((union) => union !== undefined);
    if (parts.length === 1) return { own: parts[0]!, unions };
    const own: Record<string, unknown> = {};
    const set = (keyword: string, value: unknown): void => {
      if (value !== undefined) own[keyword] = value;
    };
    set("type", typesOf(parts));
    const values = parts.flatMap((part) => ("const" in part ? [part.const] : (part.enum ?? [])));
    if (values.length > 0) own["enum"] = values;
    set("properties", this.#byKey(parts.map(({ properties }) => properties)));
    set("patternProperties", this.#byKey(parts.map(({ patternProperties }) => patternProperties)));
    set(
      "additionalProperties",
      this.#combine(parts.map(additionalOf).filter((additional) => additional !== false)),
    );
    set("items", this.#combine(parts.map(({ items }) => items)));
    const length = Math.max(...parts.map(({ prefixItems }) => prefixItems?.length ?? 0));
    if (length > 0)
      set("prefixItems", Array.from({ length }, (_, i) => this.#combine(parts.map(({ prefixItems, items }) => prefixItems?.[i] ?? items)) ?? true)); // prettier-ignore
    return { own: own as JsonSchema, unions };
  }

  #parts(schema: JsonSchema): JsonSchema[] {
    const parts = new Set<JsonSchema>();
    const visit = (each: Subschema | undefined): void => {
      if (typeof each !== "object" || parts.has(each)) return;
      parts.add(each);
      const { $ref, allOf, then, else: otherwise, dependentSchemas } = each as JsonSchema & Conditional;
      if ($ref !== undefined) visit(target($ref, this.#root));
      // What applies under a condition is declared all the same.
      for (const part of [...(allOf ?? []), then, otherwise, ...Object.values(dependentSchemas ?? {})])
        visit(part);
    };
    visit(schema);
    return [...parts];
  }

  #byKey(
    records: readonly (Readonly<Record<string, Subschema>> | undefined)[],
  ): Record<string, Subschema> | undefined {
    const present = records.filter((record) => record !== undefined);
    if (present.length < 2) return present[0];
    const byKey = new Map<string, Subschema[]>();
    for (const record of present)
      for (const [key, schema] of Object.entries(record)) byKey.set(key, [...(byKey.get(key) ?? []), schema]);
    return Object.fromEntries([...byKey].map(([key, schemas]) => [key, this.#combine(schemas)!]));
  }

  /** The same object for the same schemas, so that what contains itself stays finite. */
  #combine(schemas: readonly (Subschema | undefined)[]): Subschema | undefined {
    const distinct = [
      ...new Set(schemas.filter((schema) => schema !== undefined).map((schema) => this.#target(schema))),
    ];
    if (distinct.length < 2) return distinct[0];
    const key = distinct.map((schema) => this.#id(schema)).join();
    let combined = this.#combined.get(key);
    if (combined === undefined) this.#combined.set(key, (combined = { allOf: distinct }));
    return combined;
  }

  #target(schema: Subschema): Subschema {
    return typeof schema === "object" && schema.$ref !== undefined && Object.keys(schema).length === 1
      ? target(schema.$ref, this.#root)
      : schema;
  }

  #id(schema: Subschema): number {
    let id = this.#ids.get(schema);
    if (id === undefined) this.#ids.set(schema, (id = this.#ids.size));
    return id;
  }
}

interface Conditional {
  readonly then?: Subschema;
  readonly else?: Subschema;
  readonly dependentSchemas?: Readonly<Record<string, Subschema>>;
}

/** `unevaluatedProperties` means what `additionalProperties` does, with a wider view of what is declared: ours is as wide. */
export function additionalOf(schema: JsonSchema): Subschema | undefined {
  return schema.additionalProperties ?? (schema["unevaluatedProperties"] as Subschema | undefined);
}

function typesOf(parts: readonly JsonSchema[]): readonly string[] | undefined {
  const lists = parts.map(({ type }) => type).filter((type) => type !== undefined);
  if (lists.length === 0) return undefined;
  return lists.map((type) => (typeof type === "string" ? [type] : [...type])).reduce((all, types) => all.filter((type) => types.includes(type))); // prettier-ignore
}
