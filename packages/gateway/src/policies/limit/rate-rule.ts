import { amount, milliseconds } from "../units.ts";
import {
  type CommonOptions,
  type CountedPolicy,
  type Counting,
  type LimitRule,
  ruleOf,
} from "./limit-rule.ts";

export interface LimitOptions extends CommonOptions {
  readonly rate?: string;
  readonly requests?: string | number;
  readonly window?: string | number;
  readonly algorithm?: "token-bucket" | "sliding-window";
  readonly burst?: string | number;
}

/** For checks, where it is only asked whether a rule can be. */
export const NOWHERE = { file: "", line: null, pointer: "" } as const;

/** Throws a `TypeError` for options that make no limit. */
export function limitRule(policy: CountedPolicy, options: LimitOptions): LimitRule {
  const { algorithm = "sliding-window", burst } = options;
  const { requests, window } = rateOf(options);
  if (burst !== undefined && algorithm !== "token-bucket")
    throw new TypeError('burst is for algorithm: "token-bucket"; a sliding window has none');
  const counting: Counting =
    algorithm === "token-bucket"
      ? { algorithm, window, burst: burst === undefined ? requests : amount(burst) }
      : { algorithm, window };
  return ruleOf(policy, options, requests, counting, { failure: "open" });
}

const RATE = /^\s*([^\s/]+)\s*(?:\/|per|\s)\s*(.+?)\s*$/;

function rateOf({ rate, requests, window }: LimitOptions): { requests: number; window: number } {
  if (rate === undefined) {
    if (requests === undefined || window === undefined)
      throw new TypeError('a limit needs rate ("100/min"), or requests and window');
    return { requests: amount(requests), window: milliseconds(window) };
  }
  if (requests !== undefined || window !== undefined)
    throw new TypeError("rate stands in the place of requests and window: say one of them");
  const [, many, time] = RATE.exec(rate) ?? [];
  if (many === undefined || time === undefined)
    throw new TypeError(`rate '${rate}' is not written like 100/min`);
  return { requests: amount(many), window: milliseconds(time) };
}
