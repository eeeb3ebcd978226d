import type { LiveTarget } from "../target-set.ts";
import type { Balancer } from "./balancer.ts";
import { lessLoaded } from "./load.ts";
import { WeightedRandom } from "./weighted-random.ts";

/**
 * Two targets drawn at random, and of these the one with less to do: nearly as even as looking at all of them, and without
 * the herd that many gateways make that all see the same target idle (Mitzenmacher, "The Power of Two Choices").
 */
export class PowerOfTwo implements Balancer {
  readonly #random: WeightedRandom;

  constructor(targets: readonly LiveTarget[]) {
    this.#random = new WeightedRandom(targets);
  }

  pick(): LiveTarget {
    return lessLoaded(this.#random.draw(), this.#random.draw());
  }
}
