import type { Finished, Watcher } from "./watcher.ts";

/** Seconds that the status page looks back. */
const WINDOW = 60;

/** What the last minute was like for one service. */
export interface Total {
  readonly requests: number;
  /** Replies of 500 and above. */
  readonly errors: number;
  /** Milliseconds; upper bounds of the buckets that half and 99 of 100 requests fall into. null without requests. */
  readonly p50: number | null;
  readonly p99: number | null;
}

/** Bounds in milliseconds, each a quarter above the last: 0.5 ms to about a minute. */
const BOUNDS = Array.from({ length: 53 }, (_, i) => 0.5 * 1.25 ** i);

class Second {
  at = -1;
  requests = 0;
  errors = 0;
  readonly buckets = new Uint32Array(BOUNDS.length + 1);

  reset(at: number): void {
    this.at = at;
    this.requests = 0;
    this.errors = 0;
    this.buckets.fill(0);
  }
}

/** Counts requests by second and service, for the status page: the last minute, and no more. */
export class Totals implements Watcher {
  readonly #services = new Map<string, Second[]>();
  readonly #now: () => number;

  /** @param now milliseconds of a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  over({ operation, status, milliseconds }: Finished): void {
    const service = operation?.service ?? "";
    let seconds = this.#services.get(service);
    if (seconds === undefined)
      this.#services.set(service, (seconds = Array.from({ length: WINDOW }, () => new Second())));
    const at = Math.floor(this.#now() / 1000);
    const second = seconds[at % WINDOW]!;
    if (second.at !== at) second.reset(at);
    second.requests++;
    if (status >= 500) second.errors++;
    if (status !== 101) second.buckets[bucketOf(milliseconds)]!++;
  }

  /** The last minute of a service; "" is what no operation answered. */
  of(service: string): Total {
    const from = Math.floor(this.#now() / 1000) - WINDOW;
    let requests = 0;
    let errors = 0;
    const buckets = new Array<number>(BOUNDS.length + 1).fill(0);
    for (const second of this.#services.get(service) ?? []) {
      if (second.at <= from) continue;
      requests += second.requests;
      errors += second.errors;
      for (let i = 0; i < buckets.length; i++) buckets[i]! += second.buckets[i]!;
    }
    return { requests, errors, p50: quantile(buckets, 0.5), p99: quantile(buckets, 0.99) };
  }
}

function bucketOf(milliseconds: number): number {
  let low = 0;
  let high = BOUNDS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (BOUNDS[middle]! >= milliseconds) high = middle;
    else low = middle + 1;
  }
  return low;
}

function quantile(buckets: readonly number[], share: number): number | null {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = share * total;
  const at = buckets.findIndex((count) => (left -= count) <= 0);
  return Math.round((BOUNDS[at] ?? BOUNDS.at(-1)!) * 10) / 10;
}
