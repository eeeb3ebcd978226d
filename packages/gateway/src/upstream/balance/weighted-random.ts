import type { LiveTarget } from "../target-set.ts";

/** Draws targets in proportion to their weights. */
export class WeightedRandom {
  readonly #targets: readonly LiveTarget[];
  /** Sums of the weights up to each target; undefined where all are equal. */
  readonly #sums: readonly number[] | undefined;

  constructor(targets: readonly LiveTarget[]) {
    this.#targets = targets;
    const { weight } = targets[0]!;
    if (targets.every((target) => target.weight === weight)) return;
    let sum = 0;
    this.#sums = targets.map((target) => (sum += target.weight));
  }

  draw(): LiveTarget {
    const targets = this.#targets;
    const sums = this.#sums;
    if (sums === undefined) return targets[Math.floor(Math.random() * targets.length)]!;
    const point = Math.random() * sums[sums.length - 1]!;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! > point) high = middle;
      else low = middle + 1;
    }
    return targets[low]!;
  }
}
