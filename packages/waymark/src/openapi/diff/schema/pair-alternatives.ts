import { canonicalText } from "../../canonical-text.ts";
import type { Alternative } from "./alternatives.ts";
import { propertiesOf } from "./objects.ts";
import { shapeOf } from "./shape.ts";
import { intersection } from "./types.ts";

export interface Pairing {
  readonly pairs: readonly (readonly [Alternative, Alternative])[];
  readonly removed: readonly Alternative[];
  readonly added: readonly Alternative[];
}

type Test = (before: Alternative, after: Alternative) => boolean;

/**
 * Which alternative became which: of the same name, the same in everything, told apart by the same value ("card" in a
 * property `type`), or the only ones left of a kind.
 */
export function pairAlternatives(
  before: readonly Alternative[],
  after: readonly Alternative[],
  same: Test,
): Pairing {
  const pairs: [Alternative, Alternative][] = [];
  let [removed, added] = [before, after];
  const pair = (test: Test): void => {
    const [taken, found] = [new Set<Alternative>(), new Set<Alternative>()];
    for (const [index, old] of removed.entries()) {
      const fits = (now: Alternative | undefined): boolean =>
        now !== undefined && !taken.has(now) && test(old, now);
      // The one in the same place first: most lists keep their order.
      const now = fits(added[index]) ? added[index] : added.find(fits);
      if (now === undefined) continue;
      pairs.push([old, now]);
      found.add(old);
      taken.add(now);
    }
    removed = removed.filter((each) => !found.has(each));
    added = added.filter((each) => !taken.has(each));
  };
  pair((old, now) => old.name !== undefined && old.name === now.name);
  pair(same);
  pair((old, now) => markOf(old) !== "" && markOf(old) === markOf(now));
  if (removed.length === 1 && added.length === 1) pair((old, now) => areAlike(old, now));
  return { pairs, removed, added };
}

/** The values of its properties that can only be one. */
function markOf(alternative: Alternative): string {
  const marks = [...propertiesOf(shapeOf(alternative))].flatMap(([name, { schema }]) => {
    const { values } = shapeOf({ parts: schema.map((spot) => spot.follow()), types: [] });
    return values?.size === 1 ? [canonicalText([name, ...values.values()])] : [];
  });
  return marks.toSorted().join();
}

/** Of two names they are two things; without, they have a type in common, and objects most of their properties. */
function areAlike(before: Alternative, after: Alternative): boolean {
  if (before.name !== undefined && after.name !== undefined) return false;
  const [was, is] = [shapeOf(before), shapeOf(after)];
  const [old, now] = [was, is].map((shape) => new Set(propertiesOf(shape).keys()));
  const common = [...old!].filter((name) => now!.has(name)).length;
  return (
    intersection(was.types, is.types).size > 0 &&
    markOf(before) === markOf(after) &&
    common * 2 >= Math.max(old!.size, now!.size)
  );
}
