import { amount } from "../units.ts";
import { type CommonOptions, type CountedPolicy, type LimitRule, type Period, ruleOf } from "./limit-rule.ts";

export interface QuotaOptions extends CommonOptions {
  readonly requests: string | number;
  readonly per: Period;
}

/** Throws a `TypeError` for options that make no quota. */
export function quotaRule(policy: CountedPolicy, options: QuotaOptions): LimitRule {
  const { requests, per } = options;
  const counting = { algorithm: "calendar", period: per } as const;
  return ruleOf(policy, options, amount(requests), counting, { failure: "closed" });
}
