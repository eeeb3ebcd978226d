interface ZodNode {
  readonly _zod: { readonly def: Readonly<Record<string, unknown>> };
}

const known = new WeakMap<object, boolean>();

/**
 * Whether functions of the application take part in a Zod schema (refinements, transformations), any of which may return
 * a promise. Zod runs a schema as a synchronous one first and drops the promises that it meets: one that rejects is then
 * nobody's, and would end the process.
 */
export function hasZodFunctions(schema: object): boolean {
  let has = known.get(schema);
  if (has === undefined) known.set(schema, (has = isZod(schema) && search(schema, new Set())));
  return has;
}

function search(node: ZodNode, seen: Set<unknown>): boolean {
  if (seen.has(node)) return false;
  seen.add(node);
  const { def } = node._zod;
  if (def["check"] === "custom" || TYPES_WITH_FUNCTIONS.has(def["type"])) return true;
  // A codec is a pipe that converts.
  if (typeof def["transform"] === "function") return true;
  if (def["type"] === "lazy") return searchIn((def["getter"] as () => unknown)(), seen);
  return Object.values(def).some((part) => searchIn(part, seen));
}

const TYPES_WITH_FUNCTIONS: ReadonlySet<unknown> = new Set(["custom", "transform", "promise"]);

/** Schemas stand in a definition as they are, in lists (options, items, checks) and by name (shape). */
function searchIn(part: unknown, seen: Set<unknown>): boolean {
  if (typeof part !== "object" || part === null) return false;
  if (isZod(part)) return search(part, seen);
  const isPlain = Array.isArray(part) || Object.getPrototypeOf(part) === Object.prototype || Object.getPrototypeOf(part) === null; // prettier-ignore
  return isPlain && Object.values(part).some((each) => isObject(each) && isZod(each) && search(each, seen));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isZod(value: object): value is ZodNode {
  return "_zod" in value && isObject(value._zod) && "def" in value._zod && isObject(value._zod.def);
}
