import { HttpError } from "waymark/internal";
import type { Call, Step, StepContext } from "../../call.ts";
import type { Policy } from "../../snapshot.ts";
import { sha256 } from "../digest.ts";
import { concurrencyRule, type ConcurrencyOptions } from "./concurrency-rule.ts";
import { connectRedis } from "./connect-redis.ts";
import { GuardedCounters } from "./guarded-counters.ts";
import { limitRule, type LimitOptions } from "./rate-rule.ts";
import type { LimitRule } from "./limit-rule.ts";
import { MemoryCounters } from "./memory-counters.ts";
import { OutageLog } from "./outage-log.ts";
import { quotaRule, type QuotaOptions } from "./quota-rule.ts";
import { RedisCounters } from "./redis-counters.ts";
import type { Verdict } from "./verdict.ts";

/**
 * All limits of an operation as one step: spent from together, or not at all. Without a promise where they are counted in
 * memory. Throws a `TypeError` for options that make no limit.
 */
export function countingStep(policies: readonly Policy[], context: StepContext): Step {
  const rules = distinct(policies);
  const fields = new LimitFields(rules);
  const answer = (call: Call, verdicts: readonly Verdict[]): void => {
    fields.write(call, verdicts);
    for (const { allowed } of verdicts)
      if (!allowed)
        throw exceeded(
          rules.filter((_, i) => !verdicts[i]!.allowed),
          verdicts,
        );
  };
  const step = { phase: "limit", kind: "limit", needs: [], gives: fields.names } as const;
  const keeps = rules.some(({ counting }) => counting.algorithm === "leases");
  const leasesOf = (call: Call): KeepLease => (keeps ? (release) => call.onEnd(release) : NO_LEASES);
  const subjectsOf = (call: Call): string[] => rules.map(({ subject }) => subject(call));
  const counters = countersOf(context);
  if (counters instanceof MemoryCounters)
    return { ...step, run: (call) => answer(call, counters.take(rules, subjectsOf(call), leasesOf(call))) };
  return {
    ...step,
    async run(call) {
      answer(call, await counters.take(rules, subjectsOf(call), leasesOf(call)));
    },
  };
}

/** What counts for a gateway: its own memory alone where it has no Redis, without a promise. */
export function countersOf(context: StepContext): MemoryCounters | GuardedCounters {
  const local = context.shared(
    "limits",
    () => new MemoryCounters(),
    (counters) => counters.close(),
  );
  return context.redis === null ? local : redisCounters(context, local);
}

type KeepLease = (release: () => void) => void;

const NO_LEASES: KeepLease = () => undefined;

function redisCounters(context: StepContext, local: MemoryCounters): GuardedCounters {
  const { url, prefix } = context.redis!;
  const report = (problem: string, error?: unknown): void => context.report(problem, error);
  return context.shared(
    `limits:${url}:${prefix}`,
    () => {
      const connection = connectRedis(url, (reason) => log.begun(reason));
      const log = new OutageLog(connection.place, report);
      const counters = new RedisCounters(connection.send, prefix);
      return {
        guarded: new GuardedCounters(counters, local, log, report),
        async close(): Promise<void> {
          counters.close();
          await connection.close();
        },
      };
    },
    (made) => made.close(),
  ).guarded;
}

function ruleOfPolicy(policy: Policy): LimitRule {
  const { kind, options } = policy;
  if (kind === "quota") return quotaRule(policy, options as unknown as QuotaOptions);
  if (kind === "concurrency") return concurrencyRule(policy, options as unknown as ConcurrencyOptions);
  return limitRule(policy, options as LimitOptions);
}

/**
 * Each with counters of its own, but those of one name: of two that are the same in all that tells counters apart their order
 * does. A policy that reaches an operation twice counts once. Names tell limits apart in the fields of one reply.
 */
function distinct(policies: readonly Policy[]): LimitRule[] {
  const places = new Map<string, string[]>();
  const unique = policies.flatMap((policy) => {
    const rule = ruleOfPolicy(policy);
    const place =
      policy.options["name"] === undefined ? `${policy.origin.file}#${policy.origin.pointer}` : "";
    const others = places.get(rule.id);
    if (others === undefined) {
      places.set(rule.id, [place]);
      return [rule];
    }
    if (others.includes(place)) return [];
    others.push(place);
    return [{ ...rule, id: sha256(`${rule.id} ${others.length}`).slice(0, 16) }];
  });
  const seen = new Map<string, number>();
  return unique.map((rule) => {
    const count = (seen.get(rule.name) ?? 0) + 1;
    seen.set(rule.name, count);
    return count === 1 ? rule : { ...rule, name: `${rule.name}-${count}` };
  });
}

/** What replies say of limits (draft-ietf-httpapi-ratelimit-headers). */
class LimitFields {
  /** The fields that `write` sets. */
  readonly names: readonly string[];
  readonly #policy: string;
  readonly #told: readonly { readonly index: number; readonly start: string }[];

  constructor(rules: readonly LimitRule[]) {
    this.#told = rules.flatMap(({ name, isTold }, index) =>
      isTold ? [{ index, start: `"${name}";r=` }] : [],
    );
    this.#policy = rules
      .filter(({ isTold }) => isTold)
      .map(policyText)
      .join(", ");
    this.names = this.#policy === "" ? [] : ["ratelimit-policy", "ratelimit"];
  }

  write({ replyHeaders }: Call, verdicts: readonly Verdict[]): void {
    if (this.#policy === "") return;
    let text = "";
    for (const { index, start } of this.#told) {
      const { remaining, reset } = verdicts[index]!;
      text += `${text === "" ? "" : ", "}${start}${Math.floor(remaining)};t=${seconds(reset)}`;
    }
    replyHeaders.set("ratelimit-policy", this.#policy);
    replyHeaders.set("ratelimit", text);
  }
}

/** Seconds of the periods that always have as many. */
const LENGTHS: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400, week: 604_800 };

function policyText({ name, limit, counting }: LimitRule): string {
  const window =
    "window" in counting
      ? seconds(counting.window)
      : "period" in counting
        ? LENGTHS[counting.period]
        : undefined;
  return `"${name}";q=${Math.floor(limit)}${window === undefined ? "" : `;w=${window}`}`;
}

/** Whole seconds, rounded up: whoever waits so long has waited long enough. What fractions add up to is a little off. */
function seconds(milliseconds: number): number {
  return Math.max(Math.ceil(milliseconds / 1000 - 1e-6), 0);
}

/** RFC 9457 type of draft-ietf-httpapi-ratelimit-headers. */
const QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded";

function exceeded(rules: readonly LimitRule[], verdicts: readonly Verdict[]): HttpError {
  const wait = Math.max(...verdicts.map((verdict) => verdict.wait));
  return new HttpError(429, rules.map(sentence).join(" "), {
    type: QUOTA_EXCEEDED,
    headers: { "retry-after": String(Math.max(seconds(wait), 1)) },
    members: { "violated-policies": rules.map(({ name }) => name) },
  });
}

function sentence({ limit, counting }: LimitRule): string {
  switch (counting.algorithm) {
    case "leases":
      return `More than ${limit} at a time.`;
    case "calendar":
      return `More than ${limit} in ${counting.period === "hour" ? "an" : "a"} ${counting.period}.`;
    default:
      return `More than ${limit} in ${seconds(counting.window)} s.`;
  }
}
