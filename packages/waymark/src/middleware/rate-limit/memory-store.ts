import { ExpiringMap } from "../expiring-map.ts";
import { newBucket, type Bucket } from "./bucket.ts";
import type { Decision, Policy, RateLimitStore } from "./policy.ts";

/** How much counts may take of this process's memory. */
export interface MemoryRateLimitStoreOptions {
  /** Keys that are counted at most; above it the one that was not seen for longest is forgotten. Default 100,000. */
  readonly maximumKeys?: number;
  /** Milliseconds of a clock that never goes back; for tests. Default `performance.now`. */
  readonly now?: () => number;
}

/** Counts in the memory of this process. The clock is monotonic: setting the machine's time changes nothing. */
export class MemoryRateLimitStore implements RateLimitStore {
  readonly #buckets: ExpiringMap<Bucket>;
  readonly #now: () => number;

  constructor({ maximumKeys = 100_000, now = () => performance.now() }: MemoryRateLimitStoreOptions = {}) {
    this.#buckets = new ExpiringMap({ maximum: maximumKeys, now });
    this.#now = now;
  }

  /** How many keys are counted at present. */
  get size(): number {
    return this.#buckets.size;
  }

  take(key: string, cost: number, policy: Policy): Decision {
    const bucket = this.#buckets.get(key) ?? newBucket(policy.algorithm);
    // Anew each time, so that the order is that of the last request. After a window it is as good as a new one.
    this.#buckets.set(key, bucket, policy.window);
    return bucket.take(this.#now(), cost, policy);
  }

  /** Forgets what is as good as new. Happens by itself, now and then. */
  sweep(): void {
    this.#buckets.sweep();
  }
}
