/** What a value that is not `null` can be. Numbers are two, so that "integer" is part of "number". */
export type Atom = "string" | "integer" | "fraction" | "boolean" | "object" | "array";

export const EVERY_ATOM: ReadonlySet<Atom> = new Set<Atom>([
  "string",
  "integer",
  "fraction",
  "boolean",
  "object",
  "array",
]);

/** The atoms that a `type` leaves; all of them where it is absent. */
export function atomsOf(type: unknown): ReadonlySet<Atom> {
  if (typeof type !== "string" && !Array.isArray(type)) return EVERY_ATOM;
  const names: readonly unknown[] = Array.isArray(type) ? type : [type];
  return new Set(
    names.flatMap((name) =>
      name === "number"
        ? (["integer", "fraction"] as const)
        : EVERY_ATOM.has(name as Atom)
          ? [name as Atom]
          : [],
    ),
  );
}

/** The atom that a value is; undefined for `null`. */
export function atomOf(value: unknown): Atom | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "fraction";
  return typeof value as Atom;
}

export function intersection(a: ReadonlySet<Atom>, b: ReadonlySet<Atom>): ReadonlySet<Atom> {
  return new Set([...a].filter((atom) => b.has(atom)));
}

export function without(a: ReadonlySet<Atom>, b: ReadonlySet<Atom>): ReadonlySet<Atom> {
  return new Set([...a].filter((atom) => !b.has(atom)));
}

/** As schemas name them. */
export function namesOf(types: ReadonlySet<Atom | "null">): string[] {
  const names: string[] = [...EVERY_ATOM].filter((atom) => types.has(atom) && atom !== "fraction");
  const numbers = types.has("fraction") ? [...names.filter((name) => name !== "integer"), "number"] : names;
  return types.has("null") ? [...numbers, "null"] : numbers;
}

/** "number", "string or object", "anything". */
export function describeTypes(types: ReadonlySet<Atom | "null">): string {
  if ([...EVERY_ATOM].every((atom) => types.has(atom))) return "anything";
  return namesOf(types).join(" or ") || "nothing";
}
