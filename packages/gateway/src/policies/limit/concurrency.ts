import type { PolicyKind } from "../../call.ts";
import { faultOf, optionsSchema } from "../options.ts";
import { commonOptions } from "./common-options.ts";
import { countingStep } from "./counting-step.ts";
import { NOWHERE } from "./rate-rule.ts";
import { type ConcurrencyOptions, concurrencyRule } from "./concurrency-rule.ts";

const { headers: _, ...COMMON } = commonOptions("open");

/** The kind `concurrency`: requests that may be under way at a time. */
export const concurrencyKind: PolicyKind = {
  kind: "concurrency",
  phase: "limit",
  schema: optionsSchema(
    "How many requests may be under way at a time, streams and WebSockets included; more are 429.",
    { requests: { type: "integer", minimum: 1, description: "How many." }, ...COMMON },
    ["requests"],
  ),
  check: faultOf((options: ConcurrencyOptions) =>
    concurrencyRule({ kind: "concurrency", origin: NOWHERE }, options),
  ),
  step: (options: ConcurrencyOptions, context) =>
    countingStep(
      [{ kind: "concurrency", phase: "limit", options: { ...options }, origin: context.operation.origin }],
      context,
    ),
};
