import * as wrong from "../mistakes.ts";
import type { Findings } from "../findings.ts";
import { BrokenReference, type Spot } from "./spot.ts";

/** Longer chains of references are circles. */
const MOST_HOPS = 50;

/** What stands behind the references at a place; undefined, and said why, where that is nowhere. */
export function follow(spot: Spot, findings: Findings): Spot | undefined {
  let found = spot;
  for (let hops = 0; hops < MOST_HOPS; hops++) {
    const { reference } = found;
    if (reference === undefined) return found;
    const target = found.resolve(reference);
    if (target instanceof BrokenReference) {
      const mistake = target.isForeign ? wrong.foreignReference : wrong.brokenReference;
      return findings.mistake(mistake(reference, target.why), found.get("$ref").origin);
    }
    found = target;
  }
  return findings.mistake(
    wrong.brokenReference(spot.reference!, "it goes round in a circle"),
    spot.get("$ref").origin,
  );
}
