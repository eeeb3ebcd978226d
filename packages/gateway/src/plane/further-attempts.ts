import type { LiveTarget } from "../upstream/target-set.ts";
import { retryDelay } from "./retry-after.ts";
import { backoff } from "./retry-budget.ts";
import type { Route } from "./route.ts";

/** The attempts of one request behind its first. Made when that one fails: a request that is answered has nothing of it. */
export class FurtherAttempts {
  /** Those that failed, in their order. */
  readonly tried: LiveTarget[] = [];
  readonly #route: Route;
  /** Retries that were made: those that count. */
  #count = 0;
  #isInBudget = false;
  #hasRedispatched = false;
  #pause: NodeJS.Timeout | undefined = undefined;

  constructor(route: Route) {
    this.#route = route;
  }

  /**
   * Whether one may be made at once. RFC 9112 §9.3.1: a connection that was being closed while it was chosen. Nobody is to
   * blame, and it costs no retry; but it happens once.
   */
  redispatches(): boolean {
    if (this.#hasRedispatched) return false;
    this.#hasRedispatched = true;
    return true;
  }

  /**
   * Makes one more after a pause; false where none is to be made.
   *
   * @param retryAfter what the upstream asked for.
   * @param isFree no upstream has got anything of it: to ask another one is no more load for any.
   */
  plan(retryAfter: string | undefined, isFree: boolean, attempt: () => void): boolean {
    const { operation, runtime } = this.#route;
    const { retry } = operation;
    if (this.#count >= retry.attempts || runtime.targets.breaker !== "closed") return false;
    const delay = retryDelay(retryAfter, backoff(retry, this.#count, Math.random()), retry.backoff.max);
    if (delay === undefined) return false;
    this.#leaveBudget();
    if (!isFree) {
      if (!runtime.budget.begin(retry)) return false;
      this.#isInBudget = true;
    }
    this.#count++;
    this.#pause = setTimeout(attempt, delay);
    return true;
  }

  /** None is made any more. */
  end(): void {
    clearTimeout(this.#pause);
    this.#leaveBudget();
  }

  #leaveBudget(): void {
    if (!this.#isInBudget) return;
    this.#isInBudget = false;
    this.#route.runtime.budget.end();
  }
}
