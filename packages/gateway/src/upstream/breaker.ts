import type { Breaker as Settings } from "../snapshot.ts";

const SLICES = 10;

/**
 * Stops asking a service that fails: open for a while, then half open for a few probes, and closed again when these
 * succeed. It counts requests of the last `window` in ten slices, so that no timer runs.
 */
export class Breaker {
  readonly #settings: Settings;
  readonly #now: () => number;
  readonly #requests = new Uint32Array(SLICES);
  readonly #failed = new Uint32Array(SLICES);
  #slice = 0;
  /** Of its openings and closings. What was admitted in one era says nothing of the next. */
  #era = 0;
  #openUntil: number | undefined;
  #probing = 0;
  #succeeded = 0;

  /** @param now milliseconds of a clock that never goes back. */
  constructor(settings: Settings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
    this.#slice = this.#sliceOf(now());
  }

  get era(): number {
    return this.#era;
  }
  get state(): "closed" | "open" | "half-open" {
    if (this.#openUntil === undefined) return "closed";
    return this.#now() < this.#openUntil ? "open" : "half-open";
  }
  /** Milliseconds until the next probe. */
  get remaining(): number {
    return this.#openUntil === undefined ? 0 : Math.max(0, this.#openUntil - this.#now());
  }

  /** Whether a request may go out. Each one that did is told of once, by `record` or `forget`, with the era that it went out in. */
  admit(): boolean {
    if (this.#openUntil === undefined) return true;
    if (this.#now() < this.#openUntil || this.#probing >= this.#settings.probes) return false;
    this.#probing++;
    return true;
  }

  record(isFailure: boolean, era: number): void {
    if (era !== this.#era) return;
    if (this.#openUntil !== undefined) {
      this.#probing--;
      if (isFailure) this.#open();
      else if (++this.#succeeded >= this.#settings.probes) this.#close();
      return;
    }
    this.#advance();
    const at = this.#slice % SLICES;
    this.#requests[at]!++;
    if (!isFailure) return;
    this.#failed[at]!++;
    const requests = sum(this.#requests);
    if (requests >= this.#settings.minimum && sum(this.#failed) >= this.#settings.failureRatio * requests)
      this.#open();
  }

  /** What was wrong with the service is known to be over: it is probed now, and not when its time has come. */
  hasten(): void {
    if (this.#openUntil !== undefined) this.#openUntil = Math.min(this.#openUntil, this.#now());
  }

  /** The client left, or nothing was sent: the service is not to blame and not to praise. */
  forget(era: number): void {
    if (era === this.#era && this.#openUntil !== undefined) this.#probing--;
  }

  #open(): void {
    this.#era++;
    this.#openUntil = this.#now() + this.#settings.openFor;
    this.#probing = 0;
    this.#succeeded = 0;
  }
  #close(): void {
    this.#era++;
    this.#openUntil = undefined;
    this.#requests.fill(0);
    this.#failed.fill(0);
  }

  #sliceOf(time: number): number {
    return Math.floor((time * SLICES) / this.#settings.window);
  }
  #advance(): void {
    const slice = this.#sliceOf(this.#now());
    const passed = Math.min(SLICES, slice - this.#slice);
    for (let i = 1; i <= passed; i++) {
      this.#requests[(this.#slice + i) % SLICES] = 0;
      this.#failed[(this.#slice + i) % SLICES] = 0;
    }
    this.#slice = slice;
  }
}

function sum(counts: Uint32Array): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
