import { canonicalText, isRecord } from "../../canonical-text.ts";
import type { Spot } from "../source.ts";
import { isFalse, type Conjunction } from "./conjunction.ts";
import { propertySchema } from "./property-schema.ts";
import { atomOf, atomsOf, EVERY_ATOM, intersection, without, type Atom } from "./types.ts";

/** What the parts of one alternative say together. `null` is not among the types and values. */
export interface Shape {
  readonly parts: Conjunction;
  readonly types: ReadonlySet<Atom>;
  /** The values that `enum` and `const` leave, by their canonical text. */
  readonly values: ReadonlyMap<string, unknown> | undefined;
}

/** `types` are lists of `type`, each of which counts as well. */
export function shapeOf({
  parts,
  types,
}: {
  readonly parts: Conjunction;
  readonly types: readonly (readonly string[])[];
}): Shape {
  const said = [...parts.map((spot) => member(spot, "type")), ...types].map(atomsOf);
  const declared = possibleOf(said.reduce(intersection, EVERY_ATOM), parts);
  const lists = parts.flatMap(valueLists);
  if (lists.length === 0) return { parts, types: declared, values: undefined };
  const values = lists.reduce((a, b) => new Map([...a].filter(([text]) => b.has(text))));
  const possible = new Map([...values].filter(([, value]) => isOfType(value, declared)));
  return { parts, types: new Set([...possible.values()].map((value) => atomOf(value)!)), values: possible };
}

/** No object can have a property that is required and forbidden. */
function possibleOf(types: ReadonlySet<Atom>, parts: Conjunction): ReadonlySet<Atom> {
  if (!types.has("object")) return types;
  const required = parts.flatMap((spot) => spot.get("required")?.raw() ?? []);
  const impossible = required.some(
    ({ value }) => typeof value === "string" && isFalse(propertySchema(parts, value)),
  );
  return impossible ? without(types, new Set<Atom>(["object"])) : types;
}

function isOfType(value: unknown, types: ReadonlySet<Atom>): boolean {
  const atom = atomOf(value);
  return atom !== undefined && types.has(atom);
}

function valueLists(spot: Spot): Map<string, unknown>[] {
  const { value } = spot;
  if (!isRecord(value)) return [];
  const lists = Array.isArray(value["enum"]) ? [value["enum"] as unknown[]] : [];
  if (Object.hasOwn(value, "const")) lists.push([value["const"]]);
  return lists.map((list) => new Map(list.map((each) => [canonicalText(each), each])));
}

/** What a part of a shape has under a keyword. */
export function member({ value }: Spot, keyword: string): unknown {
  return isRecord(value) && Object.hasOwn(value, keyword) ? value[keyword] : undefined;
}

/** What all parts have under a keyword. */
export function membersOf({ parts }: Shape, keyword: string): unknown[] {
  return parts.map((spot) => member(spot, keyword)).filter((value) => value !== undefined);
}

/** Where a keyword stands: a place to point at. */
export function spotOf({ parts }: Shape, keyword: string): Spot | undefined {
  return parts.find((spot) => member(spot, keyword) !== undefined);
}
