import { Breaker, HttpError } from "waymark/internal";
import type { LimitRule } from "./limit-rule.ts";
import type { MemoryCounters } from "./memory-counters.ts";
import type { OutageLog } from "./outage-log.ts";
import type { RedisCounters } from "./redis-counters.ts";
import { sparing } from "./sparing.ts";
import type { Verdict } from "./verdict.ts";

/** Milliseconds that Redis may take for one request. */
const TIMEOUT = 100;

/**
 * Redis, and what happens while it does not answer: limits that fail open are counted in this process alone, others refuse
 * by 503. After three failures in a row nobody waits for it until it is back: it is tried every half second.
 */
export class GuardedCounters {
  readonly #redis: RedisCounters;
  readonly #local: MemoryCounters;
  readonly #breaker: Breaker;
  readonly #log: OutageLog;

  constructor(
    redis: RedisCounters,
    local: MemoryCounters,
    log: OutageLog,
    report: (problem: string) => void,
    timeout: number = TIMEOUT,
  ) {
    this.#redis = redis;
    this.#local = local;
    this.#log = log;
    const tellOfKey = sparing(report);
    this.#breaker = new Breaker({
      timeout,
      onError: (error) => {
        const message = error instanceof Error ? error.message : String(error);
        const [, key] = /WRONGTYPE (.+) holds something else/.exec(message) ?? [];
        if (key === undefined) this.#log.begun(message);
        else
          tellOfKey(
            `a limit is not counted in Redis: its key ${key} holds something else, which is left alone. Delete it there, or give \`redis\` in the configuration a prefix of its own`,
          );
      },
    });
  }

  async take(
    rules: readonly LimitRule[],
    subjects: readonly string[],
    onLease: (release: () => void) => void,
  ): Promise<Verdict[]> {
    const verdicts = await this.#breaker.attempt(() => this.#redis.take(rules, subjects, onLease));
    if (verdicts !== undefined) {
      this.#log.over();
      return verdicts;
    }
    this.#log.goesOn();
    if (rules.some(({ failure }) => failure === "closed"))
      throw new HttpError(503, "Requests cannot be counted at present.", { headers: { "retry-after": "1" } });
    return this.#local.take(rules, subjects, onLease);
  }
}
