import type { Bucket } from "./bucket.ts";
import type { Decision, Policy } from "./policy.ts";

/** Requests close to each other are one entry, which counts until the last of them is out of the window. */
interface Entry {
  readonly first: number;
  last: number;
  cost: number;
}

/** Entries that a window is parted into at most: memory is bounded by it, whatever the limit. */
export const PARTS = 64;

/**
 * No window of that length, wherever it begins, has more than the limit. Costs that are entered together leave together,
 * up to a 64th of the window late: so the count errs on the strict side, and never on the other.
 */
export class SlidingWindow implements Bucket {
  readonly #entries: Entry[] = [];
  #spent = 0;

  take(now: number, cost: number, { limit, window }: Policy): Decision {
    this.#forget(now - window);
    const allowed = this.#spent + cost <= limit;
    if (allowed && cost > 0) this.#enter(now, cost, window / PARTS);
    const newest = this.#entries.at(-1);
    return {
      allowed,
      remaining: Math.max(limit - this.#spent, 0),
      reset: newest === undefined ? 0 : newest.last + window - now,
      retryAfter: allowed ? 0 : (this.#freeAfter(this.#spent + cost - limit, now - window) ?? window),
    };
  }

  #forget(until: number): void {
    let gone = 0;
    for (const entry of this.#entries) {
      if (entry.last > until) break;
      this.#spent -= entry.cost;
      gone++;
    }
    if (gone > 0) this.#entries.splice(0, gone);
    // Costs may be fractions, whose sums are not exact.
    if (this.#entries.length === 0) this.#spent = 0;
  }

  #enter(now: number, cost: number, together: number): void {
    this.#spent += cost;
    const newest = this.#entries.at(-1);
    if (newest === undefined || now - newest.first > together)
      this.#entries.push({ first: now, last: now, cost });
    else {
      newest.last = now;
      newest.cost += cost;
    }
  }

  /** When so much will have left the window; undefined when so much is not in it. */
  #freeAfter(cost: number, until: number): number | undefined {
    let freed = 0;
    for (const entry of this.#entries) {
      freed += entry.cost;
      if (freed >= cost) return entry.last - until;
    }
    return undefined;
  }
}
