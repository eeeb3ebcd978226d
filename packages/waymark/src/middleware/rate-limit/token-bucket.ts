import type { Bucket } from "./bucket.ts";
import type { Decision, Policy } from "./policy.ts";

/** Sums of fractions come out a little off: what is missing less than this is there. */
const TOLERANCE = 1e-6;

/**
 * Holds as much as the limit and refills evenly, the limit in a window: a burst passes, then one at a time. Over a window
 * up to twice the limit passes: what was saved, and what came in.
 */
export class TokenBucket implements Bucket {
  #tokens = Infinity;
  #at = 0;

  take(now: number, cost: number, { limit, window }: Policy): Decision {
    const rate = limit / window;
    this.#tokens = Math.min(limit, this.#tokens + (now - this.#at) * rate);
    this.#at = now;
    const allowed = this.#tokens + TOLERANCE >= cost;
    if (allowed) this.#tokens = Math.max(this.#tokens - cost, 0);
    return {
      allowed,
      remaining: Math.floor(this.#tokens + TOLERANCE),
      reset: (limit - this.#tokens) / rate,
      retryAfter: allowed ? 0 : cost > limit ? window : (cost - this.#tokens) / rate,
    };
  }
}
