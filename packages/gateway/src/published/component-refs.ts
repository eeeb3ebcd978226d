import { namedReference } from "../policies/validate/named-schemas.ts";

/** The key of a component: its grammar is narrower than that of names (OpenAPI 3.1 §4.8.7). */
export function componentKey(name: string): string {
  return name.replace(/[^A-Za-z0-9.\-_]/g, "_");
}

/** Names of the snapshot's schemas that a value refers to. */
export function refersTo(value: unknown): Set<string> {
  const names = new Set<string>();
  walk(value, names);
  return names;
}

function walk(value: unknown, names: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const reference = key === "$ref" ? namedReference(member) : undefined;
    if (reference === undefined) walk(member, names);
    else names.add(reference.name);
  }
}

/** The same value with references as an OpenAPI document has them. */
export function withComponentRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withComponentRefs);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const reference = key === "$ref" ? namedReference(member) : undefined;
      return [
        key,
        reference === undefined
          ? withComponentRefs(member)
          : `#/components/schemas/${componentKey(reference.name)}${reference.rest}`,
      ];
    }),
  );
}
