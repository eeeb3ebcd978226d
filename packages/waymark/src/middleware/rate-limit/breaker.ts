import { within } from "../within.ts";

export interface BreakerOptions {
  /** Milliseconds that an attempt may take. */
  readonly timeout: number;
  /** Told of the first failure of an outage, and of every failure that is about one key alone. */
  readonly onError: (error: unknown) => void;
}

/** Failures in a row after which nobody waits any more. */
const MOST_FAILURES = 3;
/** Milliseconds between attempts while nobody waits. */
const PROBE = 500;

/**
 * Keeps what is slow or gone from slowing down everything: an attempt has its time, and after some failures in a row only
 * one attempt each half second is made, for which nobody waits. The first of those that succeeds in time ends that.
 */
export class Breaker {
  readonly #timeout: number;
  readonly #onError: (error: unknown) => void;
  #failures = 0;
  #nextProbe = 0;

  constructor({ timeout, onError }: BreakerOptions) {
    this.#timeout = timeout;
    this.#onError = onError;
  }

  /** What the attempt gives; undefined when it failed, or was not waited for. */
  async attempt<T>(start: () => Promise<T>): Promise<T | undefined> {
    if (this.#failures < MOST_FAILURES) return await this.#tried(start);
    const now = performance.now();
    if (now >= this.#nextProbe) {
      this.#nextProbe = now + PROBE;
      void this.#tried(start);
    }
    return undefined;
  }

  async #tried<T>(start: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await within(this.#timeout, start);
      this.#failures = 0;
      return result;
    } catch (error) {
      if (isAboutKey(error)) this.#onError(error);
      else this.#failed(error);
      return undefined;
    }
  }

  #failed(error: unknown): void {
    if (this.#failures === 0) this.#onError(error);
    this.#failures++;
    if (this.#failures === MOST_FAILURES) this.#nextProbe = performance.now() + PROBE;
  }
}

/** Redis itself is well: somebody else uses that key for something else. */
function isAboutKey(error: unknown): boolean {
  return error instanceof Error && error.message.includes("WRONGTYPE");
}
