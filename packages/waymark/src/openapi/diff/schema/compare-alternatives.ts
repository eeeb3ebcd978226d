import type { Conjunction } from "./conjunction.ts";
import type { Alternative, Reading } from "./alternatives.ts";
import { pairAlternatives } from "./pair-alternatives.ts";
import { shapeOf } from "./shape.ts";
import { describeTypes } from "./types.ts";
import type { Spot } from "../source.ts";
import type { Walk } from "./walk.ts";

export interface AlternativeWalk extends Walk {
  /** Whether nothing but words differs between two alternatives. */
  sameAlternative(before: Alternative, after: Alternative): boolean;
  visitAlternative(before: Alternative, after: Alternative, step: string): void;
}

/** Two schemas of which at least one has several alternatives. */
export function compareAlternatives(before: Reading, after: Reading, walk: AlternativeWalk): void {
  const { pairs, removed, added } = pairAlternatives(before.alternatives, after.alternatives, (old, now) =>
    walk.sameAlternative(old, now),
  );
  for (const [old, now] of pairs) walk.visitAlternative(old, now, `<${labelOf(now, after)}>`);
  for (const old of removed) {
    const label = labelOf(old, before);
    const spot = old.parts.at(-1) ?? before.own[0];
    walk.tell({
      code: "alternative-removed",
      spot,
      before: label,
      message: `the alternative ${label} is gone`,
    });
  }
  for (const now of added) {
    const label = labelOf(now, after);
    const spot = now.parts.at(-1) ?? after.own[0];
    walk.tell({ code: "alternative-added", spot, after: label, message: `the alternative ${label} is new` });
  }
  if (before.alternatives.length > 1 && after.alternatives.length > 1) compareExclusion(before, after, walk);
  compareDiscriminators(before, after, walk);
}

function compareExclusion(before: Reading, after: Reading, walk: Walk): void {
  if (before.exclusive === after.exclusive) return;
  const spot = after.own[0] ?? before.own[0];
  if (after.exclusive)
    walk.tell({
      code: "alternatives-narrowed",
      spot,
      message: "anyOf became oneOf: a value may not meet two any more",
    });
  else
    walk.tell({
      code: "alternatives-widened",
      spot,
      message: "oneOf became anyOf: a value may meet several now",
    });
}

function labelOf(alternative: Alternative, { alternatives }: Reading): string {
  if (alternative.name !== undefined) return alternative.name;
  for (const spot of alternative.own) {
    const title = spot.text("title");
    if (title !== undefined) return title;
  }
  const words = describeTypes(shapeOf(alternative).types);
  const alike = alternatives.filter((each) => describeTypes(shapeOf(each).types) === words);
  return alike.length > 1 ? `${words} ${alike.indexOf(alternative) + 1}` : words;
}

/** Generated clients choose the class to decode by it (OpenAPI 3.1, Discriminator Object). */
function compareDiscriminators(before: Reading, after: Reading, walk: Walk): void {
  const [was, is] = [discriminatorOf(before.own), discriminatorOf(after.own)];
  if (was === undefined && is === undefined) return;
  const [old, now] = [was?.text("propertyName"), is?.text("propertyName")];
  const told = { code: "discriminator-changed", spot: is ?? was } as const;
  if (old !== now) {
    const message = `the discriminator was ${old ?? "absent"}, and is ${now ?? "absent"}`;
    walk.tell({ ...told, before: old, after: now, message });
    return;
  }
  const [values, others] = [mappingOf(was!), mappingOf(is!)];
  // An alternative that came or went has been told.
  for (const [value, name] of values)
    if (!others.has(value) && hasAlternative(after, name))
      walk.tell({
        ...told,
        before: value,
        message: `the discriminator does not have the value ${value} any more`,
      });
  for (const [value, name] of others)
    if (!values.has(value) && hasAlternative(before, name))
      walk.tell({ ...told, after: value, message: `the discriminator has the new value ${value}` });
}

function discriminatorOf(own: Conjunction): Spot | undefined {
  return own.map((spot) => spot.get("discriminator")).find((found) => found !== undefined);
}

/** From value to the name of a schema. */
function mappingOf(discriminator: Spot): Map<string, string> {
  const members = Object.entries((discriminator.get("mapping")?.value as object | undefined) ?? {});
  return new Map(members.map(([value, target]) => [value, /[^/]*$/.exec(String(target))![0]]));
}

function hasAlternative({ alternatives }: Reading, name: string): boolean {
  return alternatives.some((each) => each.name === name);
}
