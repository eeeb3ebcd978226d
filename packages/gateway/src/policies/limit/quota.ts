import type { PolicyKind } from "../../call.ts";
import { choice, faultOf, optionsSchema } from "../options.ts";
import { amountSchema } from "../units.ts";
import { COST, commonOptions } from "./common-options.ts";
import { countingStep } from "./counting-step.ts";
import { NOWHERE } from "./rate-rule.ts";
import type { Period } from "./limit-rule.ts";
import { type QuotaOptions, quotaRule } from "./quota-rule.ts";

const PERIODS: readonly Period[] = ["minute", "hour", "day", "week", "month", "year"];

/** The kind `quota`: what was bought, by the calendar. */
export const quotaKind: PolicyKind = {
  kind: "quota",
  phase: "limit",
  schema: optionsSchema(
    "How many requests may come in a period of the calendar, in UTC; more are 429 until the next one begins. Without Redis it is counted in the memory of this process, and begins anew with it.",
    {
      requests: amountSchema("How many."),
      per: choice("The period. Weeks begin on Monday.", PERIODS),
      cost: COST,
      ...commonOptions("closed"),
    },
    ["requests", "per"],
  ),
  check: faultOf((options: QuotaOptions) => quotaRule({ kind: "quota", origin: NOWHERE }, options)),
  step: (options: QuotaOptions, context) =>
    countingStep(
      [{ kind: "quota", phase: "limit", options: { ...options }, origin: context.operation.origin }],
      context,
    ),
};
