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
    const meters: Meter[] = [];
    const verdicts: { allowed: boolean; remaining: number; reset: number; wait: number }[] = [];
    let isAllowed = true;
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i]!;
      const meter = this.#meter(rule, subjects[i]!);
      const allowed = meter.look(now, rule);
      isAllowed &&= allowed;
      meters.push(meter);
      verdicts.push({ allowed, remaining: 0, reset: 0, wait: allowed ? 0 : meter.wait(now, rule) });
    }
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i]!;
      const meter = meters[i]!;
      const verdict = verdicts[i]!;
      if (isAllowed) {
        meter.spend(now, rule);
        if (meter instanceof LeaseMeter) onLease(() => meter.release());
      }
      verdict.remaining = meter.remaining(rule);
      verdict.reset = meter.reset(now, rule);
    }
    return verdicts;
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

/** Of one moment. Few ask for the calendar. */
class Clocks implements Times {
  readonly steady: number = performance.now();
  #calendar: number | undefined;

  get calendar(): number {
    return (this.#calendar ??= Date.now());
  }
}

function clocks(): Times {
  return new Clocks();
}

function sweeping(sweep: () => void): ReturnType<typeof setInterval> {
  const timer = setInterval(sweep, SWEEP);
  timer.unref();
  return timer;
}
