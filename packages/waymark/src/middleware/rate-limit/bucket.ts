import { FixedWindow } from "./fixed-window.ts";
import type { Algorithm, Decision, Policy } from "./policy.ts";
import { SlidingWindow } from "./sliding-window.ts";
import { TokenBucket } from "./token-bucket.ts";

/** The count under one key. `now` is milliseconds of a clock that never goes back. */
export interface Bucket {
  take(now: number, cost: number, policy: Policy): Decision;
}

const BUCKETS: Readonly<Record<Algorithm, new () => Bucket>> = {
  "sliding-window": SlidingWindow,
  "token-bucket": TokenBucket,
  "fixed-window": FixedWindow,
};

export function newBucket(algorithm: Algorithm): Bucket {
  return new BUCKETS[algorithm]();
}
