import type { Comparison } from "./comparison.ts";
import { compareWords } from "./compare-words.ts";
import type { Place } from "./findings.ts";
import { match, type Operation } from "./operations.ts";
import { keyOfParameter, parametersOf, type Parameter } from "./parameters.ts";
import { readAlternatives } from "./schema/alternatives.ts";
import { shapeOf } from "./schema/shape.ts";

/** Parameters of two operations: those of the path by their position, the others by their name. */
export function compareParameters(
  before: Operation,
  after: Operation,
  place: Place,
  comparison: Comparison,
): void {
  const { pairs, removed, added } = match(
    parametersOf(before),
    parametersOf(after),
    (each) => (each.position >= 0 ? `path ${each.position}` : keyOfParameter(each)),
    // What is still alone has gone from query to header, and the like.
    (each) => `moved ${each.name.toLowerCase()}`,
  );
  const { findings } = comparison;
  for (const [old, now] of pairs) compareParameter(old, now, placeOf(now, place), comparison);
  for (const old of removed)
    findings.add(placeOf(old, place), "parameter-removed", {
      spot: old.spot,
      message: "the parameter is gone",
    });
  for (const now of added)
    if (now.required)
      findings.add(placeOf(now, place), "required-parameter-added", {
        spot: now.spot,
        message: "the required parameter is new",
      });
    else
      findings.add(placeOf(now, place), "parameter-added", {
        spot: now.spot,
        message: "the optional parameter is new",
      });
}

function placeOf(parameter: Parameter, place: Place): Place {
  return place.in(`${parameter.place} ${parameter.name}`);
}

function compareParameter(before: Parameter, after: Parameter, place: Place, comparison: Comparison): void {
  const { findings, schemas } = comparison;
  const { spot } = after;
  if (before.place !== after.place) {
    const message = `the parameter went from ${before.place} to ${after.place}`;
    findings.add(place, "parameter-moved", { spot, before: before.place, after: after.place, message });
  } else compareStyle(before, after, place, comparison);
  if (after.place === "path" && before.name !== after.name) {
    const message = `the parameter was called ${before.name}`;
    findings.add(place, "parameter-renamed", { spot, before: before.name, after: after.name, message });
  }
  // One of the path is always there, whatever the document says.
  if (after.place !== "path" && before.required !== after.required)
    if (after.required)
      findings.add(place, "parameter-became-required", { spot, message: "the parameter is required now" });
    else findings.add(place, "parameter-became-optional", { spot, message: "the parameter is optional now" });
  compareWords(before.spot, after.spot, place, findings);
  schemas.compare(before.schema, after.schema, place, findings);
}

function compareStyle(before: Parameter, after: Parameter, place: Place, { findings }: Comparison): void {
  // Scalars are written the same, exploded or not.
  const exploded = isCompound(before) || isCompound(after);
  const differences = (["style", "explode", "allowReserved", "catchAll"] as const).filter(
    (key) => before[key] !== after[key] && (key !== "explode" || exploded),
  );
  for (const key of differences) {
    // What is reserved may be escaped all the same, and the rest of a path may be one segment.
    const widened =
      (key === "allowReserved" || key === "catchAll") && after[key] === (place.flow === "received");
    findings.add(place, "parameter-style-changed", {
      spot: after.spot,
      before: before[key],
      after: after[key],
      message: `${NAMES[key]} was ${String(before[key])}, and is ${String(after[key])}`,
      ...(widened ? { kind: "compatible" } : {}),
    });
    // Another style has another default for the other.
    if (key === "style") break;
  }
}

const NAMES = {
  style: "the style",
  explode: "explode",
  allowReserved: "allowReserved",
  catchAll: "whether it takes the rest of the path",
};

function isCompound({ schema }: Parameter): boolean {
  return readAlternatives(schema).alternatives.some((each) => {
    const { types } = shapeOf(each);
    return types.has("array") || types.has("object");
  });
}
