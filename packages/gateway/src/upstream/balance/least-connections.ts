import type { LiveTarget } from "../target-set.ts";
import type { Balancer } from "./balancer.ts";
import { lessLoaded } from "./load.ts";

/** The target with the fewest requests in flight for its weight; of equal ones each in turn. */
export class LeastConnections implements Balancer {
  readonly #targets: readonly LiveTarget[];
  #next = 0;

  constructor(targets: readonly LiveTarget[]) {
    this.#targets = targets;
  }

  pick(): LiveTarget {
    const targets = this.#targets;
    const first = this.#next++ % targets.length;
    let best = targets[first]!;
    for (let i = 1; i < targets.length; i++) best = lessLoaded(best, targets[(first + i) % targets.length]!);
    return best;
  }
}
