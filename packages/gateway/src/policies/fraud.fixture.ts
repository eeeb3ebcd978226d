import { HttpError } from "waymark/internal";
import { definePolicy } from "../define-policy.ts";

export default definePolicy({
  kind: "fraud",
  phase: "request",
  needs: ["body"],
  schema: { type: "object", properties: { most: { type: "integer" } }, additionalProperties: false },
  run: ({ body, principal }, { most = 10_000 }) =>
    body.amount > most && principal?.scopes.has("large") !== true
      ? new HttpError(403, "Too much at once")
      : undefined,
});

export const named: unknown = definePolicy({
  kind: "named",
  phase: "deny",
  run: () => ({ status: 200, body: { from: "here" } }),
});
export const other: unknown = { kind: "none" };
