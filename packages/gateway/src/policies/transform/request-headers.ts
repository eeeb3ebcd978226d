import type { PolicyKind, Step } from "../../call.ts";
import { faultOf } from "../options.ts";
import { editHeaders, headerEdits, type HeaderOptions, headerSchema } from "./header-options.ts";

/** The kind `requestHeaders`: fields that the upstream gets. */
export const requestHeadersKind: PolicyKind = {
  kind: "requestHeaders",
  phase: "request",
  schema: headerSchema("Changes the fields that the upstream gets."),
  check: faultOf(headerEdits),
  step: requestHeadersStep,
};

function requestHeadersStep(options: HeaderOptions): Step {
  const edits = headerEdits(options);
  return {
    phase: "request",
    kind: "requestHeaders",
    needs: [],
    run(call): void {
      editHeaders(edits, call.upstreamHeaders, (name) => call.exchange.header(name), call);
    },
  };
}
