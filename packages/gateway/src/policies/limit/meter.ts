import type { LimitRule } from "./limit-rule.ts";

/** The count of one limit for one subject, in memory. Looking comes before spending, so that several limits agree first. */
export interface Meter {
  /** Whether the rule's cost is there; brings the count up to date. */
  look(now: Times, rule: LimitRule): boolean;
  /** Spends the rule's cost. After `look` in the same step. */
  spend(now: Times, rule: LimitRule): void;
  /** What is left of the limit. */
  remaining(rule: LimitRule): number;
  /** Milliseconds until all of it is there again. */
  reset(now: Times, rule: LimitRule): number;
  /** Milliseconds until the cost is there, where it is not. */
  wait(now: Times, rule: LimitRule): number;
  /** Whether it is as good as a new one. */
  isIdle(now: Times): boolean;
}

/** Two clocks: one that never goes back, and that of the calendar. Milliseconds. */
export interface Times {
  readonly steady: number;
  readonly calendar: number;
}

/** Sums of fractions come out a little off: what is missing less than this is there. */
export const TOLERANCE = 1e-6;
