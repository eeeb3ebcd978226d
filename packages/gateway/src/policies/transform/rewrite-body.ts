import { codingOf, isJson } from "waymark/internal";
import type { PolicyKind, Step } from "../../call.ts";
import { faultOf } from "../options.ts";
import { bodyEdits, type BodyOptions, bodySchema } from "./body-edits.ts";
import { readJson, writeJson } from "./json-text.ts";

/** The kind `rewriteBody`: members of a JSON body that the upstream gets. */
export const rewriteBodyKind: PolicyKind = {
  kind: "rewriteBody",
  phase: "request",
  schema: bodySchema("Changes a JSON body before the upstream gets it; other bodies go on as they are."),
  check: faultOf(bodyEdits),
  step: rewriteBodyStep,
};

function rewriteBodyStep(options: BodyOptions): Step {
  const edit = bodyEdits(options);
  return {
    phase: "request",
    kind: "rewriteBody",
    needs: ["body"],
    run(call): void {
      const bytes = call.upstreamBody ?? call.body;
      if (bytes === undefined || bytes.length === 0) return;
      if (!isJson(call.exchange.header("content-type") ?? "")) return;
      // Bytes in a coding are no JSON, and what is written in their place would not be in it.
      codingOf(call.exchange, false);
      const value = readJson(bytes);
      edit(value, call);
      call.upstreamBody = writeJson(value);
    },
  };
}
