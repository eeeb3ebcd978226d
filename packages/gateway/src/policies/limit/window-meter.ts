import type { LimitRule } from "./limit-rule.ts";
import { type Meter, type Times, TOLERANCE } from "./meter.ts";

/** Entries that a window is parted into at most: memory is bounded by it, whatever the limit. */
const PARTS = 64;

interface Entry {
  readonly first: number;
  last: number;
  cost: number;
}

/**
 * No window of that length, wherever it begins, has more than the limit. What is entered together leaves together, up to a
 * 64th of the window late: the count errs on the strict side, never on the other.
 */
export class WindowMeter implements Meter {
  readonly #window: number;
  readonly #entries: Entry[] = [];
  #spent = 0;

  constructor(window: number) {
    this.#window = window;
  }

  look({ steady }: Times, { limit, cost }: LimitRule): boolean {
    const until = steady - this.#window;
    let gone = 0;
    for (const { last, cost: left } of this.#entries) {
      if (last > until) break;
      this.#spent -= left;
      gone++;
    }
    if (gone > 0) this.#entries.splice(0, gone);
    // Costs may be fractions, whose sums are not exact.
    if (this.#entries.length === 0) this.#spent = 0;
    return this.#spent + cost <= limit + TOLERANCE;
  }
  spend({ steady }: Times, { cost }: LimitRule): void {
    if (cost === 0) return;
    this.#spent += cost;
    const newest = this.#entries.at(-1);
    if (newest === undefined || steady - newest.first > this.#window / PARTS)
      this.#entries.push({ first: steady, last: steady, cost });
    else {
      newest.last = steady;
      newest.cost += cost;
    }
  }
  remaining({ limit }: LimitRule): number {
    return Math.max(limit - this.#spent, 0);
  }
  reset({ steady }: Times): number {
    const newest = this.#entries.at(-1);
    return newest === undefined ? 0 : newest.last + this.#window - steady;
  }
  wait({ steady }: Times, { limit, cost }: LimitRule): number {
    let freed = 0;
    for (const entry of this.#entries) {
      freed += entry.cost;
      if (freed >= this.#spent + cost - limit) return entry.last + this.#window - steady;
    }
    return this.#window;
  }
  isIdle({ steady }: Times): boolean {
    const newest = this.#entries.at(-1);
    return newest === undefined || steady >= newest.last + this.#window;
  }
}
