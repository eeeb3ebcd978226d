import { HttpError } from "waymark/internal";
import type { PolicyKind, Step } from "../call.ts";
import { faultOf, optionsSchema } from "./options.ts";
import { bytes, sizeSchema } from "./units.ts";

export interface BodyLimitOptions {
  readonly max: string | number;
}

/** The kind `bodyLimit`: 413 for a larger body, by Content-Length at once, by the bytes that come otherwise. */
export const bodyLimitKind: PolicyKind = {
  kind: "bodyLimit",
  phase: "deny",
  schema: optionsSchema(
    "What the body of a request may have at most, within the `limits` of the operation; more is 413.",
    { max: sizeSchema("") },
    ["max"],
  ),
  isSingle: true,
  check: faultOf((options: BodyLimitOptions) => bodyLimitStep(options)),
  step: (options: BodyLimitOptions, { operation }) => bodyLimitStep(options, operation.limits.body),
};

function bodyLimitStep({ max }: BodyLimitOptions, allowed = Number.POSITIVE_INFINITY): Step {
  const most = Math.min(bytes(max), allowed);
  return {
    phase: "deny",
    kind: "bodyLimit",
    needs: [],
    run({ exchange }): void {
      exchange.bodyLimit = most;
      const length = exchange.header("content-length");
      if (length !== undefined && Number(length) > most)
        throw new HttpError(413, `The body is larger than ${most} bytes`);
    },
  };
}
