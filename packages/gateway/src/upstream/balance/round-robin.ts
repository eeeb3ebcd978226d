import type { LiveTarget } from "../target-set.ts";
import type { Balancer } from "./balancer.ts";

/** Each target in turn, the heavier more often and never in a row where it can be helped (nginx's smooth round robin). */
export class RoundRobin implements Balancer {
  readonly #targets: readonly LiveTarget[];
  /** How far each is ahead or behind of its share. */
  readonly #credit: number[];
  readonly #total: number;

  constructor(targets: readonly LiveTarget[]) {
    this.#targets = targets;
    this.#credit = targets.map(() => 0);
    this.#total = targets.reduce((sum, { weight }) => sum + weight, 0);
  }

  pick(): LiveTarget {
    const credit = this.#credit;
    let best = 0;
    for (let i = 0; i < credit.length; i++) {
      credit[i]! += this.#targets[i]!.weight;
      if (credit[i]! > credit[best]!) best = i;
    }
    credit[best]! -= this.#total;
    return this.#targets[best]!;
  }
}
