/** How the snapshot's schemas refer to each other. */
const SCHEMAS = "#/schemas/";

/** The key of a component: its grammar is narrower than that of names (OpenAPI 3.1 §4.8.7). */
export function componentKey(name: string): string {
  return name.replace(/[^A-Za-z0-9.\-_]/g, "_");
}

/** Names of the snapshot's schemas that a value refers to. */
export function refersTo(value: unknown): Set<string> {
  const names = new Set<string>();
  walk(value, (reference) => {
    if (reference.startsWith(SCHEMAS)) names.add(nameOf(reference));
  });
  return names;
}

/** The same value with references as an OpenAPI document has them. */
export function withComponentRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withComponentRefs);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === "$ref" && typeof member === "string" && member.startsWith(SCHEMAS)
        ? `#/components/schemas/${componentKey(nameOf(member))}${restOf(member)}`
        : withComponentRefs(member),
    ]),
  );
}

/** `#/schemas/orders.Order/properties/id`: the name ends at the next slash (RFC 6901). */
function nameOf(reference: string): string {
  const [name = ""] = reference.slice(SCHEMAS.length).split("/");
  return decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~");
}
function restOf(reference: string): string {
  const at = reference.indexOf("/", SCHEMAS.length);
  return at === -1 ? "" : reference.slice(at);
}

function walk(value: unknown, found: (reference: string) => void): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === "$ref" && typeof member === "string") found(member);
    else walk(member, found);
  }
}
