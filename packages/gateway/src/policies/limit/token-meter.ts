import type { LimitRule } from "./limit-rule.ts";
import { type Meter, type Times, TOLERANCE } from "./meter.ts";

/** Holds as much as the burst, and refills evenly: the limit in a window. */
export class TokenMeter implements Meter {
  #tokens = Number.POSITIVE_INFINITY;
  #at = 0;
  #fullAt = 0;

  look({ steady }: Times, { limit, cost, counting }: LimitRule): boolean {
    const { window, burst } = counting as Extract<LimitRule["counting"], { algorithm: "token-bucket" }>;
    this.#tokens = Math.min(burst, this.#tokens + ((steady - this.#at) * limit) / window);
    this.#at = steady;
    return this.#tokens + TOLERANCE >= cost;
  }
  spend(now: Times, rule: LimitRule): void {
    this.#tokens = Math.max(this.#tokens - rule.cost, 0);
    this.#fullAt = now.steady + this.reset(now, rule);
  }
  remaining(): number {
    return Math.floor(this.#tokens + TOLERANCE);
  }
  reset(_: Times, { limit, counting }: LimitRule): number {
    const { window, burst } = counting as Extract<LimitRule["counting"], { algorithm: "token-bucket" }>;
    return ((burst - this.#tokens) * window) / limit;
  }
  wait(_: Times, { limit, cost, counting }: LimitRule): number {
    const { window, burst } = counting as Extract<LimitRule["counting"], { algorithm: "token-bucket" }>;
    return cost > burst ? window : ((cost - this.#tokens) * window) / limit;
  }
  isIdle({ steady }: Times): boolean {
    return steady >= this.#fullAt;
  }
}
