import type { PolicyKind, Step } from "../../call.ts";
import { faultOf } from "../options.ts";
import { bodyEdits, type BodyOptions, bodySchema } from "./body-edits.ts";
import { changedJson } from "./reply-json.ts";

/** The kind `responseBody`: members of the JSON that the client gets. */
export const responseBodyKind: PolicyKind = {
  kind: "responseBody",
  phase: "response",
  schema: bodySchema("Changes the JSON of the upstream's reply; other replies go on as they are."),
  check: faultOf(bodyEdits),
  step: responseBodyStep,
};

function responseBodyStep(options: BodyOptions): Step {
  const edit = bodyEdits(options);
  return {
    phase: "response",
    kind: "responseBody",
    needs: ["response-body"],
    respond: (call, reply) =>
      changedJson(reply, (value) => {
        edit(value, call);
        return value;
      }),
  };
}
