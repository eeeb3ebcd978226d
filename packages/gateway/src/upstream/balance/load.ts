import type { LiveTarget } from "../target-set.ts";

/** Of two targets the one that would have less in flight for its weight. */
export function lessLoaded(one: LiveTarget, other: LiveTarget): LiveTarget {
  return (other.active + 1) * one.weight < (one.active + 1) * other.weight ? other : one;
}
