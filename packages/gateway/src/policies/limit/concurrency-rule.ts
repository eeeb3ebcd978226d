import { type CommonOptions, type CountedPolicy, type LimitRule, ruleOf } from "./limit-rule.ts";

export interface ConcurrencyOptions extends Omit<CommonOptions, "cost" | "headers"> {
  readonly requests: number;
}

/** Throws a `TypeError` for options that make no limit. */
export function concurrencyRule(policy: CountedPolicy, options: ConcurrencyOptions): LimitRule {
  return ruleOf(policy, options, options.requests, { algorithm: "leases" }, { failure: "open" });
}
