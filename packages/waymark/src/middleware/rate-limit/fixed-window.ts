import type { Bucket } from "./bucket.ts";
import type { Decision, Policy } from "./policy.ts";

/**
 * Counts anew from the first request after a window ended. The cheapest; around a border two windows' worth may pass in
 * a moment.
 */
export class FixedWindow implements Bucket {
  #begin = 0;
  #spent = 0;

  take(now: number, cost: number, { limit, window }: Policy): Decision {
    if (this.#spent === 0 || now >= this.#begin + window) {
      this.#begin = now;
      this.#spent = 0;
    }
    const allowed = this.#spent + cost <= limit;
    if (allowed) this.#spent += cost;
    const reset = this.#begin + window - now;
    return {
      allowed,
      remaining: Math.max(limit - this.#spent, 0),
      reset: this.#spent === 0 ? 0 : reset,
      retryAfter: allowed ? 0 : reset,
    };
  }
}
