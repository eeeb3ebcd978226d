interface ZodNode {
  readonly _zod: { readonly def: Readonly<Record<string, unknown>> };
}

/**
 * Whether a value that a Zod schema takes has a Date in it. Neither text nor JSON carries one, so that such an input would
 * refuse every request; what is made from text (a coercion, a codec, a preprocessing function) is none of these.
 */
export function takesDate(schema: unknown): boolean {
  return isObject(schema) && isZod(schema) && search(schema, new Set());
}

function search(node: ZodNode, seen: Set<unknown>): boolean {
  if (seen.has(node)) return false;
  seen.add(node);
  const { def } = node._zod;
  if (def["type"] === "date") return def["coerce"] !== true;
  if (def["type"] === "pipe") return searchIn(def["in"], seen);
  // A union with something else beside the Date may be meant for that.
  if (def["type"] === "union") return (def["options"] as unknown[]).every((option) => searchIn(option, seen));
  if (def["type"] === "lazy") return searchIn((def["getter"] as () => unknown)(), seen);
  return PARTS.some((part) => searchIn(def[part], seen));
}

/** Where Zod's types keep the types that they are made of. */
const PARTS = ["shape", "element", "items", "rest", "innerType", "valueType", "left", "right", "catchall"];

/** Schemas stand there as they are, in lists and by name. */
function searchIn(part: unknown, seen: Set<unknown>): boolean {
  if (!isObject(part)) return false;
  return isZod(part) ? search(part, seen) : Object.values(part).some((each) => searchIn(each, seen));
}

function isZod(value: object): value is ZodNode {
  return "_zod" in value;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
