import type { Policy } from "../../snapshot.ts";
import { type CommonOptions, type LimitRule, ruleOf } from "./limit-rule.ts";

export interface ConcurrencyOptions extends Omit<CommonOptions, "cost" | "headers"> {
  readonly requests: number;
}

/** Throws a `TypeError` for options that make no limit. */
export function concurrencyRule(
  policy: Pick<Policy, "kind" | "origin">,
  options: ConcurrencyOptions,
): LimitRule {
  return ruleOf(policy, options, options.requests, { algorithm: "leases" }, { failure: "open" });
}
