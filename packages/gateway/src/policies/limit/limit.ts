import type { PolicyKind } from "../../call.ts";
import { choice, faultOf, optionsSchema, text } from "../options.ts";
import { amountSchema, durationSchema } from "../units.ts";
import { COST, commonOptions } from "./common-options.ts";
import { countingStep } from "./counting-step.ts";
import { type LimitOptions, limitRule, NOWHERE } from "./rate-rule.ts";

/** The kind `limit`: 429 for whoever asks too often. */
export const limitKind: PolicyKind = {
  kind: "limit",
  phase: "limit",
  schema: optionsSchema("How many requests may come in a time; more are 429 with Retry-After.", {
    rate: text('"100/min", "5/s", "10k/h", "20 per 10s"; in the place of `requests` and `window`.'),
    requests: amountSchema("How many."),
    window: durationSchema("In what time."),
    algorithm: choice(
      'How they are counted: "sliding-window" lets no more than that pass in any such time; "token-bucket" refills evenly, and lets what was saved up pass at once.',
      ["sliding-window", "token-bucket"],
      "sliding-window",
    ),
    burst: amountSchema("What may be saved up in a token bucket. Default: `requests`."),
    cost: COST,
    ...commonOptions("open"),
  }),
  check: faultOf((options: LimitOptions) => limitRule({ kind: "limit", origin: NOWHERE }, options)),
  step: (options: LimitOptions, context) =>
    countingStep(
      [{ kind: "limit", phase: "limit", options: { ...options }, origin: context.operation.origin }],
      context,
    ),
};
