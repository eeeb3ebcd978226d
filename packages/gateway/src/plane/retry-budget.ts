import type { Retry } from "../snapshot.ts";

/** What is saved up in good times, in retries: enough for a moment of failures, and not for a storm. */
const MOST_SAVED = 20;

/**
 * How many retries a service may have: of its requests in flight a share, and always a few; and in the long run the same
 * share of all its requests. When everything fails, the upstream gets that much more than it would, and no multiple of it.
 */
export class RetryBudget {
  /** Requests of clients in flight. */
  active = 0;
  #retries = 0;
  #saved = -1;

  /** A request of a client begins; `over` ends it. */
  add({ budget, attempts }: Retry): void {
    this.active++;
    if (attempts === 0) return;
    const before = this.#saved === -1 ? budget.min : this.#saved;
    this.#saved = Math.min(Math.max(MOST_SAVED, budget.min), before + budget.ratio);
  }
  over(): void {
    this.active--;
  }

  /** Whether one more retry may begin; it is counted until `end`. */
  begin({ budget }: Retry): boolean {
    const most = Math.max(budget.min, Math.floor(budget.ratio * this.active));
    if (this.#retries >= most || this.#saved < 1) return false;
    this.#saved--;
    this.#retries++;
    return true;
  }
  end(): void {
    this.#retries--;
  }
}

/** Milliseconds before the retry after `attempt` failures (from 0): full jitter, so that those who failed together part. */
export function backoff({ backoff: { base, max } }: Retry, attempt: number, random: number): number {
  return random * Math.min(max, base * 2 ** attempt);
}
