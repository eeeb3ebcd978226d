import type { HandlerContext, Middleware } from "../http/handlers.ts";
import { HttpError } from "../http/http-error.ts";
import type { ResponseHead } from "../http/response.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { isPromise } from "../plan/is-promise.ts";
import { kindOf } from "../routing/kind.ts";
import { middleware } from "./middleware.ts";
import { clientKey } from "./rate-limit/client-key.ts";
import { policyField, seconds, writeFields } from "./rate-limit/fields.ts";
import { GuardedStore } from "./rate-limit/guarded-store.ts";
import { MemoryRateLimitStore } from "./rate-limit/memory-store.ts";
import type { Algorithm, Decision, Policy, RateLimitStore } from "./rate-limit/policy.ts";

/** How often something may be done, by whom it is counted, and where. */
export interface RateLimitOptions {
  /** How much each client may spend in a window; a request costs 1 unless `cost` says otherwise. */
  readonly limit: number;
  /** Seconds. */
  readonly window: number;
  /** Tells this limit from others: in the reply's fields, and in a store that they share. Default "default". */
  readonly name?: string;
  /**
   * Default "sliding-window": never more than the limit in any window. "token-bucket" lets a burst pass and then refills
   * evenly; "fixed-window" is the cheapest, and around the end of a window twice the limit may pass.
   */
  readonly algorithm?: Algorithm;
  /**
   * Whom a request is counted for. Default, and where it gives undefined: the client's address, of IPv6 the /64 network.
   * Behind a proxy see `trustedProxies`, or all clients are one.
   */
  readonly key?: (context: HandlerContext) => string | undefined | Promise<string | undefined>;
  /** What a request costs; 0 is free. Default 1. */
  readonly cost?: number | ((context: HandlerContext) => number);
  /** Requests that are not counted. */
  readonly skip?: (context: HandlerContext) => boolean | Promise<boolean>;
  /** Default: the memory of this process, for this limit alone. */
  readonly store?: RateLimitStore;
  /** What to reply in the place of 429. Its fields are set already; undefined leaves it at 429. */
  readonly onExceeded?: (context: HandlerContext, decision: Decision) => unknown;
  /**
   * When the store fails: "open", the default, counts in the memory of this process until it is back, so that N processes
   * let through up to N times the limit; "closed" answers 503.
   */
  readonly failure?: "open" | "closed";
  /** Milliseconds that the store may take. After three failures in a row nobody waits for it until it is back. Default 100. */
  readonly storeTimeout?: number;
  /** Told when the store fails: once an outage. Default: one line to `console.error`. */
  readonly onStoreError?: (error: unknown) => void;
}

/** A limit: a middleware, and to be spent from by hand. */
export interface RateLimit extends Middleware {
  /**
   * Spends from the limit by hand, for whom only a dependency knows, such as a user: sets the reply's fields, and throws
   * `HttpError` 429 when it is spent.
   *
   * ```ts
   * const perUser = rateLimit({ name: "user", limit: 1000, window: 3600 });
   * const limited = dependency({ input: { user: currentUser, response: response() }, errors: { 429: "Too many requests" } },
   *   ({ user, response }) => perUser.take(response, user.id));
   * ```
   */
  take(response: ResponseHead, key: string, cost?: number): Promise<void>;
}

/** RFC 9457 type of draft-ietf-httpapi-ratelimit-headers §7. */
const QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded";

/**
 * Answers 429 with `Retry-After` to whoever asks too often. Every reply says what is left in `RateLimit` and
 * `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers). Limits of app, router and route count each for itself: give
 * them names.
 *
 * ```ts
 * app.use(rateLimit({ limit: 100, window: 60 }));
 * app.post("/login", login, { middleware: [rateLimit({ name: "login", limit: 5, window: 900 })] });
 * ```
 */
export function rateLimit(options: RateLimitOptions): RateLimit {
  const limiter = new Limiter(options);
  const { key, cost = 1, skip, onExceeded, failure } = options;

  const count = (context: HandlerContext, given: string | undefined): unknown => {
    const spent = typeof cost === "number" ? cost : cost(context);
    const id = given === undefined ? `a:${clientKey(context.request)}` : `k:${given}`;
    return settled(limiter.spend(context.response, id, spent), (decision) =>
      decision.allowed ? undefined : refuse(context, decision),
    );
  };
  const refuse = (context: HandlerContext, decision: Decision): unknown => {
    const { response } = context;
    response.headers.set("retry-after", String(seconds(decision.retryAfter)));
    if (onExceeded === undefined) throw limiter.exceeded();
    response.status = 429;
    return settled(onExceeded(context, decision), (value) => {
      if (value === undefined) throw limiter.exceeded();
      return value;
    });
  };
  const before = (context: HandlerContext): unknown =>
    settled(skip?.(context), (skipped) =>
      skipped === true ? undefined : settled(key?.(context), (given) => count(context, given)),
    );
  const errors = {
    429: "Too many requests",
    ...(failure === "closed" ? { 503: "Requests cannot be counted at present" } : {}),
  };

  return Object.assign(middleware({ before, errors: () => errors }), {
    async take(response: ResponseHead, id: string, spent = 1): Promise<void> {
      const decision = await limiter.spend(response, `k:${id}`, spent);
      if (decision.allowed) return;
      response.headers.set("retry-after", String(seconds(decision.retryAfter)));
      throw limiter.exceeded();
    },
  });
}
makesMiddleware(rateLimit, "rateLimit({ limit: 100, window: 60 })");

/** Goes on with a value when it is there: at once if that is now. */
function settled<T, R>(value: T | Promise<T>, then: (value: T) => R): R | Promise<Awaited<R>> {
  return isPromise(value) ? ((value as Promise<T>).then(then) as Promise<Awaited<R>>) : then(value as T);
}

/** Names by store: two limits of one name would spend from each other. */
const names = new WeakMap<RateLimitStore, Set<string>>();

/** What a limit is, and where it is counted. */
class Limiter {
  readonly #name: string;
  readonly #policy: Policy;
  readonly #field: string;
  readonly #store: GuardedStore;

  constructor(options: RateLimitOptions) {
    const { name = "default", store = new MemoryRateLimitStore() } = options;
    this.#policy = policyOf(options);
    this.#name = checkedName(name, store);
    this.#field = policyField(name, this.#policy);
    this.#store = new GuardedStore(store, options);
  }

  /** Spends, and says so in the reply. */
  spend(response: ResponseHead, id: string, cost: number): Decision | Promise<Decision> {
    if (!Number.isFinite(cost) || cost < 0)
      throw new TypeError(`rateLimit: a request costs a number of 0 or more, not ${kindOf(cost)}`);
    const taken = this.#store.take(`${this.#name}:`, id, cost, this.#policy);
    return settled(taken, (decision) => {
      writeFields(response.headers, this.#name, this.#field, decision);
      return decision;
    });
  }

  exceeded(): HttpError {
    const { limit, window } = this.#policy;
    return new HttpError(429, `More than ${limit} in ${seconds(window)} s.`, {
      type: QUOTA_EXCEEDED,
      members: { "violated-policies": [this.#name] },
    });
  }
}

const ALGORITHMS: readonly Algorithm[] = ["sliding-window", "token-bucket", "fixed-window"];

function policyOf({ limit, window, algorithm = "sliding-window" }: RateLimitOptions): Policy {
  if (!Number.isFinite(limit) || limit <= 0)
    throw new TypeError(`rateLimit: limit is a number above 0, not ${kindOf(limit)}`);
  if (!Number.isFinite(window) || window <= 0)
    throw new TypeError(`rateLimit: window is a number of seconds above 0, not ${kindOf(window)}`);
  if (!ALGORITHMS.includes(algorithm))
    throw new TypeError(`rateLimit: algorithm is one of ${ALGORITHMS.join(", ")}, not ${kindOf(algorithm)}`);
  return { algorithm, limit, window: window * 1000 };
}

function checkedName(name: string, store: RateLimitStore): string {
  if (!/^[\w.-]{1,64}$/.test(name))
    throw new TypeError(`rateLimit: a name is letters, digits, ".", "_" and "-", not ${kindOf(name)}`);
  const taken = names.get(store) ?? new Set();
  if (taken.has(name))
    throw new TypeError(
      `rateLimit: another limit of that store is named '${name}': give this one a name of its own`,
    );
  names.set(store, taken.add(name));
  return name;
}
