export interface ExpiringMapOptions {
  /** Entries at most; above it the one that was set longest ago goes. */
  readonly maximum: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Milliseconds between looks for what has expired. */
const SWEEP = 30_000;

/** A map whose entries go when their time is over, or when there are too many. Its timer does not keep the process alive. */
export class ExpiringMap<V> {
  /** In the order in which they were set. */
  readonly #entries = new Map<string, { readonly value: V; readonly expires: number }>();
  readonly #maximum: number;
  readonly #now: () => number;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor({ maximum, now }: ExpiringMapOptions) {
    this.#maximum = maximum;
    this.#now = now;
  }

  /** Entries, those included that have expired since the last look. */
  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined || entry.expires <= this.#now() ? undefined : entry.value;
  }

  /** @param lifetime milliseconds */
  set(key: string, value: V, lifetime: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, expires: this.#now() + lifetime });
    if (this.#entries.size > this.#maximum) this.#entries.delete(this.#entries.keys().next().value as string);
    this.#timer ??= sweeping(() => this.sweep());
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Forgets what has expired; happens by itself, now and then. Entries whose lifetimes differ may stay a little longer. */
  sweep(): void {
    const now = this.#now();
    for (const [key, { expires }] of this.#entries) {
      // The rest was set later.
      if (expires > now) break;
      this.#entries.delete(key);
    }
    if (this.#entries.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function sweeping(sweep: () => void): ReturnType<typeof setInterval> {
  const timer = setInterval(sweep, SWEEP);
  // Browsers' and edge runtimes' timers are numbers.
  if (typeof timer === "object") timer.unref();
  return timer;
}
