import { commandsOf, type RedisClient, type SendCommand } from "../redis/client.ts";
import { RedisScript } from "../redis/script.ts";
import { rateLimitScript } from "./lua.ts";
import type { Algorithm, Decision, Policy, RateLimitStore } from "./policy.ts";

/** Where in Redis the counts are. */
export interface RedisRateLimitStoreOptions {
  /** Stands before every key. Default "waymark:limit:". */
  readonly prefix?: string;
}

const LETTERS: Readonly<Record<Algorithm, string>> = {
  "sliding-window": "s",
  "token-bucket": "t",
  "fixed-window": "f",
};

/**
 * Counts in Redis, for all processes together: one script a request, one key, by Redis's clock. Works on a cluster. When
 * Redis was set to another time, what is stored counts from then on for at most one window more.
 *
 * ```ts
 * app.use(rateLimit({ limit: 100, window: 60, store: new RedisRateLimitStore(new Redis()) }));
 * ```
 */
export class RedisRateLimitStore implements RateLimitStore {
  readonly #send: SendCommand;
  readonly #prefix: string;
  readonly #scripts: Readonly<Record<Algorithm, RedisScript>>;

  constructor(client: RedisClient, { prefix = "waymark:limit:" }: RedisRateLimitStoreOptions = {}) {
    this.#send = commandsOf(client);
    this.#prefix = prefix;
    this.#scripts = {
      "sliding-window": new RedisScript(rateLimitScript("sliding-window")),
      "token-bucket": new RedisScript(rateLimitScript("token-bucket")),
      "fixed-window": new RedisScript(rateLimitScript("fixed-window")),
    };
  }

  async take(key: string, cost: number, { algorithm, limit, window }: Policy): Promise<Decision> {
    const reply = await this.#scripts[algorithm].run(
      this.#send,
      // Another algorithm would read another's state wrongly.
      [`${this.#prefix}${LETTERS[algorithm]}:${key}`],
      [String(limit), String(window), String(cost)],
    );
    if (!Array.isArray(reply) || reply.length !== 4)
      throw new Error("Redis gave no verdict: is something between it and the client?");
    const [allowed, remaining, reset, retryAfter] = reply.map(Number) as [number, number, number, number];
    return { allowed: allowed === 1, remaining, reset, retryAfter };
  }
}
