import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newBucket, type Bucket } from "./bucket.ts";
import type { Algorithm, Policy } from "./policy.ts";

const policyOf = (algorithm: Algorithm, limit: number, window: number): Policy => ({
  algorithm,
  limit,
  window,
});

/** Times that requests were let through at. */
function admitted(bucket: Bucket, policy: Policy, times: readonly number[]): number[] {
  return times.filter((now) => bucket.take(now, 1, policy).allowed);
}

/** The most that lies in any window, which begins with one of the times. */
function most(times: readonly number[], window: number): number {
  let found = 0;
  for (const [index, begin] of times.entries())
    found = Math.max(found, times.slice(index).filter((time) => time < begin + window).length);
  return found;
}

/** Bursts and pauses, in milliseconds. */
const arrivals = fc
  .array(
    fc.oneof(
      fc.constant(0),
      fc.double({ min: 0, max: 3, noNaN: true }),
      fc.double({ min: 0, max: 400, noNaN: true }),
    ),
    {
      minLength: 1,
      maxLength: 300,
    },
  )
  .map((gaps) => {
    let now = 1000;
    return gaps.map((gap) => (now += gap));
  });
const limits = fc.integer({ min: 1, max: 40 });
const windows = fc.integer({ min: 1, max: 1000 });

describe("sliding-window", () => {
  it("never lets more than the limit through in any window", () => {
    fc.assert(
      fc.property(arrivals, limits, windows, (times, limit, window) => {
        const policy = policyOf("sliding-window", limit, window);
        expect(most(admitted(newBucket("sliding-window"), policy, times), window)).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 1000 },
    );
  });

  it("lets through all of them as long as they keep to the limit, but for a 64th of the window", () => {
    fc.assert(
      fc.property(arrivals, limits, windows, (times, limit, window) => {
        const policy = policyOf("sliding-window", limit, window);
        const polite = admitted(
          newBucket("sliding-window"),
          policyOf("sliding-window", limit, window * 1.04),
          times,
        );
        expect(admitted(newBucket("sliding-window"), policy, polite)).toEqual(polite);
      }),
    );
  });

  it("counts what came at one time as one", () => {
    const bucket = newBucket("sliding-window");
    const policy = policyOf("sliding-window", 2, 1000);
    expect(bucket.take(0, 1, policy)).toEqual({ allowed: true, remaining: 1, reset: 1000, retryAfter: 0 });
    expect(bucket.take(400, 1, policy)).toEqual({ allowed: true, remaining: 0, reset: 1000, retryAfter: 0 });
    expect(bucket.take(500, 1, policy)).toEqual({
      allowed: false,
      remaining: 0,
      reset: 900,
      retryAfter: 500,
    });
    expect(bucket.take(1000, 1, policy)).toEqual({ allowed: true, remaining: 0, reset: 1000, retryAfter: 0 });
    expect(bucket.take(1001, 1, policy)).toEqual({
      allowed: false,
      remaining: 0,
      reset: 999,
      retryAfter: 399,
    });
  });
});

describe("token-bucket", () => {
  it("lets no more through than was in it and came into it", () => {
    fc.assert(
      fc.property(arrivals, limits, windows, (times, limit, window) => {
        const passed = admitted(newBucket("token-bucket"), policyOf("token-bucket", limit, window), times);
        for (const [first, begin] of passed.entries())
          for (let last = first; last < passed.length; last++)
            expect(last - first + 1).toBeLessThanOrEqual(
              limit + ((passed[last]! - begin) * limit) / window + 0.001,
            );
      }),
    );
  });

  it("refills evenly", () => {
    const bucket = newBucket("token-bucket");
    const policy = policyOf("token-bucket", 10, 1000);
    expect(bucket.take(0, 10, policy)).toEqual({ allowed: true, remaining: 0, reset: 1000, retryAfter: 0 });
    expect(bucket.take(50, 1, policy)).toEqual({ allowed: false, remaining: 0, reset: 950, retryAfter: 50 });
    expect(bucket.take(100, 1, policy)).toMatchObject({ allowed: true, remaining: 0 });
    expect(bucket.take(5000, 1, policy)).toMatchObject({ allowed: true, remaining: 9 });
  });
});

describe("fixed-window", () => {
  it("lets through the limit in each window, which begins with a request", () => {
    fc.assert(
      fc.property(arrivals, limits, windows, (times, limit, window) => {
        const passed = admitted(newBucket("fixed-window"), policyOf("fixed-window", limit, window), times);
        expect(most(passed, window)).toBeLessThanOrEqual(2 * limit);
      }),
    );
    const bucket = newBucket("fixed-window");
    const policy = policyOf("fixed-window", 2, 1000);
    expect(bucket.take(300, 2, policy)).toEqual({ allowed: true, remaining: 0, reset: 1000, retryAfter: 0 });
    expect(bucket.take(1299, 1, policy)).toEqual({ allowed: false, remaining: 0, reset: 1, retryAfter: 1 });
    expect(bucket.take(1300, 1, policy)).toEqual({ allowed: true, remaining: 1, reset: 1000, retryAfter: 0 });
  });
});

describe.each<Algorithm>(["sliding-window", "token-bucket", "fixed-window"])("%s", (algorithm) => {
  it("what is refused is allowed after the time that was said", () => {
    fc.assert(
      fc.property(arrivals, limits, windows, fc.integer({ min: 1, max: 5 }), (times, limit, window, cost) => {
        const policy = policyOf(algorithm, limit, window);
        const bucket = newBucket(algorithm);
        let refused: number | undefined;
        let now = 0;
        for (now of times) {
          const { allowed, retryAfter } = bucket.take(now, Math.min(cost, limit), policy);
          if (!allowed) refused = retryAfter;
          else refused = undefined;
        }
        if (refused === undefined) return;
        expect(refused).toBeGreaterThan(0);
        expect(bucket.take(now + refused + 0.001, Math.min(cost, limit), policy).allowed).toBe(true);
      }),
    );
  });

  it("has all of the limit again after the time that was said", () => {
    fc.assert(
      fc.property(arrivals, limits, windows, (times, limit, window) => {
        const policy = policyOf(algorithm, limit, window);
        const bucket = newBucket(algorithm);
        let reset = 0;
        for (const now of times) reset = now + bucket.take(now, 1, policy).reset;
        expect(bucket.take(reset + 0.001, 0, policy).remaining).toBe(limit);
      }),
    );
  });

  it("what costs nothing is always allowed, and what costs more than there can be never", () => {
    const policy = policyOf(algorithm, 3, 1000);
    const bucket = newBucket(algorithm);
    expect(bucket.take(1, 4, policy).allowed).toBe(false);
    expect(bucket.take(1, 0, policy)).toMatchObject({ allowed: true, remaining: 3 });
    expect(bucket.take(1, 3, policy).allowed).toBe(true);
    expect(bucket.take(1, 0, policy)).toMatchObject({ allowed: true, remaining: 0 });
    expect(bucket.take(1, 0.5, policy).allowed).toBe(false);
    expect(bucket.take(1e6, 4, policy).retryAfter).toBeGreaterThan(0);
  });
});
