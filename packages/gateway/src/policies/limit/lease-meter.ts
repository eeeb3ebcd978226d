import type { LimitRule } from "./limit-rule.ts";
import type { Meter, Times } from "./meter.ts";

/** Milliseconds after which whoever was one too many may ask again: nobody knows when one ends. */
export const LEASE_WAIT = 1000;

/** What is under way. Whoever spent gives it back by `release`. */
export class LeaseMeter implements Meter {
  #active = 0;

  look(_: Times, { limit }: LimitRule): boolean {
    return this.#active < limit;
  }
  spend(): void {
    this.#active++;
  }
  release(): void {
    this.#active--;
  }
  remaining({ limit }: LimitRule): number {
    return Math.max(limit - this.#active, 0);
  }
  reset(): number {
    return 0;
  }
  wait(): number {
    return LEASE_WAIT;
  }
  isIdle(): boolean {
    return this.#active === 0;
  }
}
