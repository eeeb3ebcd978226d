import type { PolicyKind, Step } from "../../call.ts";
import { faultOf, optionsSchema, texts } from "../options.ts";
import { keeper, pathOf, removeAt } from "./pointer.ts";
import { changedJson } from "./reply-json.ts";

export interface ResponseFilterOptions {
  readonly keep?: readonly string[];
  readonly remove?: readonly string[];
}

const POINTERS = "by JSON pointers, in which * stands for every element: /items/*/price.";

/** The kind `responseFilter`: what of the upstream's JSON the client gets. */
export const responseFilterKind: PolicyKind = {
  kind: "responseFilter",
  phase: "response",
  schema: {
    ...(optionsSchema(
      "What of the JSON of a reply the client gets. Replies that say they are JSON and cannot be read are 502, so that nothing passes by mistake; other media types pass.",
      {
        keep: texts(`Members that stay, with all that is in them, and no others; ${POINTERS}`),
        remove: texts(`Members that do not; ${POINTERS}`),
      },
    ) as object),
    minProperties: 1,
  },
  check: faultOf((options: ResponseFilterOptions) => responseFilterStep(options)),
  step: (options: ResponseFilterOptions) => responseFilterStep(options),
};

function responseFilterStep({ keep, remove = [] }: ResponseFilterOptions): Step {
  const kept = keep === undefined ? undefined : keeper(keep.map(pathOf));
  const removed = remove.map(pathOf);
  return {
    phase: "response",
    kind: "responseFilter",
    needs: ["response-body"],
    respond: (_, reply) =>
      changedJson(reply, (value) => {
        const left = kept === undefined ? value : kept(value);
        for (const path of removed) removeAt(left, path);
        return left;
      }),
  };
}
