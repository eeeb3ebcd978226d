import { isRecord } from "../../canonical-text.ts";
import type { Spot } from "../source.ts";
import { assertionsOf } from "./assertions.ts";
import type { Conjunction } from "./conjunction.ts";
import { shapeOf } from "./shape.ts";
import { namesOf } from "./types.ts";

/** One way to meet a schema: no `$ref`, `allOf`, `anyOf` or `oneOf` of its parts is left to be read. */
export interface Alternative {
  readonly parts: Conjunction;
  /** Those that say something about this alternative alone. */
  readonly own: Conjunction;
  /** Types that `anyOf: [{ type: … }, { type: … }]` leaves, of each such list. */
  readonly types: readonly (readonly string[])[];
  /** The last step of the reference that it is behind. */
  readonly name?: string;
}

export interface Reading {
  /** Where its title, description, default and the like stand, the outermost first. */
  readonly own: Conjunction;
  readonly alternatives: readonly Alternative[];
  /** More than one alternative, by `oneOf`. */
  readonly exclusive: boolean;
}

/** Beyond this many, `anyOf` and `oneOf` beside each other are not multiplied out any more. */
const MOST_ALTERNATIVES = 256;
const ANYTHING: Reading = { own: [], alternatives: [{ parts: [], own: [], types: [] }], exclusive: false };
const NOTHING: Reading = { own: [], alternatives: [], exclusive: false };

/** The schema as a list of alternatives, `null` aside. However it is spread over references, equal schemas read the same. */
export function readAlternatives(schema: Conjunction): Reading {
  return schema.map((spot) => readOne(spot, [])).reduce(both, ANYTHING);
}

function readOne(spot: Spot, above: readonly string[]): Reading {
  const { value, source } = spot;
  if (value === false) return NOTHING;
  // A schema that consists of itself says nothing more.
  if (!isRecord(value) || above.includes(spot.pointer)) return ANYTHING;
  const path = [...above, spot.pointer];
  if (isNever(spot, path)) return NOTHING;
  const target = typeof value["$ref"] === "string" ? source.target(value["$ref"]) : undefined;
  if (target !== undefined && source.isThreeZero) return named(readOne(target, path), spot);
  let reading: Reading = {
    own: [spot],
    alternatives: [{ parts: [spot], own: [], types: [] }],
    exclusive: false,
  };
  if (target !== undefined) reading = both(reading, named(readOne(target, path), spot));
  for (const member of spot.get("allOf")?.raw() ?? []) reading = both(reading, readOne(member, path));
  for (const keyword of ["anyOf", "oneOf"] as const) {
    const members = spot.get(keyword)?.raw();
    if (members !== undefined && members.length > 0)
      reading = both(reading, union(members, keyword === "oneOf", path));
  }
  return reading;
}

function union(members: readonly Spot[], exclusive: boolean, path: readonly string[]): Reading {
  // What is only null, or nothing at all, is no alternative.
  const readings = members
    .map((member) => readOne(member, path))
    .map((reading) => ({ ...reading, alternatives: reading.alternatives.filter(isPossible) }))
    .filter(({ alternatives }) => alternatives.length > 0);
  const [first, ...others] = readings;
  if (first === undefined) return NOTHING;
  if (others.length === 0) return first;
  const alternatives = readings.flatMap((reading) =>
    reading.alternatives.map((each) => Object.assign({}, each, { own: [...reading.own, ...each.own] })),
  );
  if (!alternatives.every(isBareType)) return { own: [], alternatives, exclusive };
  const types = alternatives.flatMap((each) => namesOf(shapeOf(each).types));
  return { own: [], alternatives: [{ parts: [], own: [], types: [types] }], exclusive: false };
}

/** Whether something other than null meets it. */
export function isPossible(alternative: Alternative): boolean {
  return shapeOf(alternative).types.size > 0;
}

function both(a: Reading, b: Reading): Reading {
  const own = [...a.own, ...b.own];
  // Too many to tell: what is left out is compared as little as a keyword that is not known.
  if (a.alternatives.length * b.alternatives.length > MOST_ALTERNATIVES) return { ...a, own };
  return {
    own,
    alternatives: a.alternatives.flatMap((one) => b.alternatives.map((other) => merged(one, other))),
    exclusive: a.exclusive || b.exclusive,
  };
}

function merged(a: Alternative, b: Alternative): Alternative {
  const name = b.name ?? a.name;
  return {
    parts: [...a.parts, ...b.parts],
    own: [...a.own, ...b.own],
    types: [...a.types, ...b.types],
    ...(name === undefined ? {} : { name }),
  };
}

/** The outermost reference names the one alternative that is behind it. */
function named(reading: Reading, { value }: Spot): Reading {
  const name = /[^/]*$/.exec((value as { $ref: string }).$ref)![0];
  const [only] = reading.alternatives;
  return reading.alternatives.length === 1 && name !== ""
    ? { ...reading, alternatives: [{ ...only!, name }] }
    : reading;
}

/** `{ type: "string" }`, and nothing else that a value could fail. */
function isBareType({ parts }: Alternative): boolean {
  return parts.every((part) => assertionsOf(part).every((keyword) => keyword === "type"));
}

/** `{ not: {} }` is how libraries write what nothing meets. */
function isNever(spot: Spot, path: readonly string[]): boolean {
  const not = spot.get("not");
  return not !== undefined && isFree(readOne(not, path).alternatives);
}

/** Whether they say nothing at all about the value. */
export function isFree([only, ...others]: readonly Alternative[]): boolean {
  return (
    only !== undefined &&
    others.length === 0 &&
    only.types.length === 0 &&
    only.parts.every((part) => assertionsOf(part).length === 0)
  );
}
