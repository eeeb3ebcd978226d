import type { PolicyKind, Step } from "../../call.ts";
import { faultOf } from "../options.ts";
import { editHeaders, headerEdits, type HeaderOptions, headerSchema } from "./header-options.ts";

/** The kind `responseHeaders`: fields that the client gets of the upstream's reply. */
export const responseHeadersKind: PolicyKind = {
  kind: "responseHeaders",
  phase: "response",
  schema: headerSchema("Changes the fields of the upstream's reply."),
  check: faultOf(headerEdits),
  step: responseHeadersStep,
};

function responseHeadersStep(options: HeaderOptions): Step {
  const edits = headerEdits(options);
  return {
    phase: "response",
    kind: "responseHeaders",
    needs: [],
    respond(call, reply): undefined {
      editHeaders(edits, call.replyHeaders, (name) => reply.headers.get(name), call);
    },
  };
}
