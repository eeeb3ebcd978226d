import { LeaseMeter } from "./lease-meter.ts";
import type { Meter, Times } from "./meter.ts";
import { newMeter } from "./new-meter.ts";
import type { LimitRule } from "./limit-rule.ts";
import type { Verdict } from "./verdict.ts";

/** Subjects that one limit is counted for at most; above it the one that was not seen for longest is forgotten. */
const MOST_SUBJECTS = 100_000;
/** Milliseconds between looks for what is as good as new. */
const SWEEP = 30_000;

export interface MemoryCountersOptions {
  readonly mostSubjects?: number;
  /** For tests. */
  readonly now?: () => Times;
}

/** Counts in the memory of this process: bounded, without a promise, and by a clock that nobody can set. */
export class MemoryCounters {
  readonly #limits = new Map<string, Map<string, Meter>>();
  readonly #most: number;
  readonly #now: () => Times;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor({ mostSubjects = MOST_SUBJECTS, now = clocks }: MemoryCountersOptions = {}) {
    this.#most = mostSubjects;
    this.#now = now;
  }

  /** How many subjects are counted at present. */
  get size(): number {
    let size = 0;
    for (const meters of this.#limits.values()) size += meters.size;
    return size;
  }

  /**
   * Spends from all of these, or from none where one of them has too little. Leases are given back by what `onLease` is
   * told.
   */
  take(
    rules: readonly LimitRule[],
    subjects: readonly string[],
    onLease: (release: () => void) => void,
  ): Verdict[] {
    const now = this.#now();
    const meters = rules.map((rule, i) => this.#meter(rule, subjects[i]!));
    const looks = meters.map((meter, i) => meter.look(now, rules[i]!));
    if (!looks.includes(false))
      for (let i = 0; i < meters.length; i++) {
        const meter = meters[i]!;
        meter.spend(now, rules[i]!);
        if (meter instanceof LeaseMeter) onLease(() => meter.release());
      }
    return meters.map((meter, i) => ({
      allowed: looks[i]!,
      remaining: meter.remaining(rules[i]!),
      reset: meter.reset(now, rules[i]!),
      wait: looks[i]! ? 0 : meter.wait(now, rules[i]!),
    }));
  }

  #meter(rule: LimitRule, subject: string): Meter {
    let meters = this.#limits.get(rule.id);
    if (meters === undefined) {
      this.#limits.set(rule.id, (meters = new Map()));
      this.#timer ??= sweeping(() => this.sweep());
    }
    const known = meters.get(subject);
    // Far from full nothing is forgotten, and the order says nothing.
    if (known !== undefined && meters.size * 2 <= this.#most) return known;
    const meter = known ?? newMeter(rule);
    // Anew each time, so that the order is that of the last request.
    if (known !== undefined) meters.delete(subject);
    meters.set(subject, meter);
    if (meters.size > this.#most) this.#forgetOldest(meters);
    return meter;
  }

  /** A lease that is out is not forgotten: of these there are no more than requests under way. */
  #forgetOldest(meters: Map<string, Meter>): void {
    for (const [subject, meter] of meters) {
      if (meter instanceof LeaseMeter && !meter.isIdle()) continue;
      meters.delete(subject);
      if (meters.size <= this.#most) return;
    }
  }

  /** Forgets what is as good as new. Happens by itself, now and then. */
  sweep(): void {
    const now = this.#now();
    for (const [id, meters] of this.#limits) {
      for (const [subject, meter] of meters) if (meter.isIdle(now)) meters.delete(subject);
      if (meters.size === 0) this.#limits.delete(id);
    }
    if (this.#limits.size === 0) this.close();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function clocks(): Times {
  return { steady: performance.now(), calendar: Date.now() };
}

function sweeping(sweep: () => void): ReturnType<typeof setInterval> {
  const timer = setInterval(sweep, SWEEP);
  timer.unref();
  return timer;
}
