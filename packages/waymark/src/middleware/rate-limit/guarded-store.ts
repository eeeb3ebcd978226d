import { HttpError } from "../../http/http-error.ts";
import { isPromise } from "../../plan/is-promise.ts";
import { contentTag } from "../etag/content-tag.ts";
import { Breaker } from "./breaker.ts";
import { MemoryRateLimitStore } from "./memory-store.ts";
import type { Decision, Policy, RateLimitStore } from "./policy.ts";

export interface GuardOptions {
  readonly failure?: "open" | "closed";
  readonly storeTimeout?: number;
  readonly onStoreError?: (error: unknown) => void;
}

/** Keys come from clients: what is longer is kept as its digest. */
const LONGEST_KEY = 128;

/** A store, and what happens when it fails. One in memory cannot, and is asked without a detour. */
export class GuardedStore {
  readonly #store: RateLimitStore;
  readonly #breaker: Breaker;
  /** Counts while the store does not; undefined where nobody passes then. */
  readonly #local: MemoryRateLimitStore | undefined;

  constructor(
    store: RateLimitStore,
    { failure = "open", storeTimeout = 100, onStoreError = reporter(failure) }: GuardOptions,
  ) {
    this.#store = store;
    this.#breaker = new Breaker({ timeout: storeTimeout, onError: onStoreError });
    this.#local = failure === "open" ? new MemoryRateLimitStore() : undefined;
  }

  take(prefix: string, id: string, cost: number, policy: Policy): Decision | Promise<Decision> {
    if (id.length <= LONGEST_KEY) return this.#take(prefix + id, cost, policy);
    const digest = contentTag(id, false);
    return isPromise(digest)
      ? (digest as Promise<string>).then((text) => this.#take(prefix + text, cost, policy))
      : this.#take(prefix + digest, cost, policy);
  }

  #take(key: string, cost: number, policy: Policy): Decision | Promise<Decision> {
    if (this.#store instanceof MemoryRateLimitStore) return this.#store.take(key, cost, policy);
    return this.#takeGuarded(key, cost, policy);
  }

  async #takeGuarded(key: string, cost: number, policy: Policy): Promise<Decision> {
    const decision = await this.#breaker.attempt(async () => await this.#store.take(key, cost, policy));
    if (decision !== undefined) return decision;
    if (this.#local !== undefined) return this.#local.take(key, cost, policy);
    throw new HttpError(503, "Requests cannot be counted at present.", { headers: { "retry-after": "1" } });
  }
}

function reporter(failure: "open" | "closed"): (error: unknown) => void {
  const meanwhile = failure === "open" ? "each process counts for itself" : "requests are answered with 503";
  return (error) =>
    console.error(
      `rateLimit: the store fails; until it is back ${meanwhile} (\`failure: "${failure}"\`).`,
      error,
    );
}
