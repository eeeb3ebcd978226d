/** How requests are counted. */
export type Algorithm = "sliding-window" | "token-bucket" | "fixed-window";

/** What is allowed. */
export interface Policy {
  readonly algorithm: Algorithm;
  /** Units of cost in a window; a request costs 1 unless told otherwise. */
  readonly limit: number;
  /** Milliseconds. */
  readonly window: number;
}

/** The verdict on one request. Times are milliseconds from now. */
export interface Decision {
  readonly allowed: boolean;
  /** What may still be spent at once. */
  readonly remaining: number;
  /** Until all of the limit is there again. */
  readonly reset: number;
  /** Until what was refused would be allowed; 0 when it was allowed. */
  readonly retryAfter: number;
}

/** Where the counts are kept. Its own failures reject; `rateLimit` decides what they mean. */
export interface RateLimitStore {
  /** Spends `cost` from what is counted under `key`, if it is there. Must be atomic. */
  take(key: string, cost: number, policy: Policy): Decision | Promise<Decision>;
}
