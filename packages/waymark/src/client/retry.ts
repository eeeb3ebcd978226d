/** When a request is sent again. */
export interface RetryOptions {
  /** How often a request is sent again at most. Default 2. */
  readonly attempts?: number;
  /** Methods that may be sent twice. Default: the idempotent ones (RFC 9110 §9.2.2). */
  readonly methods?: readonly string[];
  /** Statuses after which it is worth it. Default 408, 429, 502, 503 and 504. */
  readonly statuses?: readonly number[];
  /** Milliseconds: the first pause is a random part of it, each further one of twice as much. Default 250. */
  readonly delay?: number;
  /** Milliseconds that no pause is longer than, whatever the server asks for. Default 10,000. */
  readonly maxDelay?: number;
}

/** When a request is sent again, and how long before that. */
export class RetryPolicy {
  readonly attempts: number;
  readonly #methods: readonly string[];
  readonly #statuses: readonly number[];
  readonly #delay: number;
  readonly #maxDelay: number;

  constructor(given: number | false | RetryOptions = {}) {
    const options: RetryOptions =
      given === false ? { attempts: 0 } : typeof given === "number" ? { attempts: given } : given;
    this.attempts = options.attempts ?? 2;
    this.#methods = options.methods ?? ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "QUERY"];
    this.#statuses = options.statuses ?? [408, 429, 502, 503, 504];
    this.#delay = options.delay ?? 250;
    this.#maxDelay = options.maxDelay ?? 10_000;
  }

  /** Whether a method may be sent again at all. */
  admits(method: string): boolean {
    return this.attempts > 0 && this.#methods.includes(method);
  }

  afterStatus(status: number): boolean {
    return this.#statuses.includes(status);
  }

  /** Milliseconds before the attempt after `attempt`, counted from 0: backoff with full jitter, or what the server asked for. */
  pause(attempt: number, retryAfter: string | null, random: () => number = Math.random): number {
    const asked = millisecondsOf(retryAfter);
    if (asked !== undefined) return Math.min(asked, this.#maxDelay);
    return random() * Math.min(this.#maxDelay, this.#delay * 2 ** attempt);
  }
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function millisecondsOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
