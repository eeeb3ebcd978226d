import { isDocumented } from "./documented.ts";
import type { Node } from "./fast/node.ts";
import { nodeOf } from "./fast/verdict.ts";

/**
 * Whether a schema is sure to take every text, and with "absent or present" also none. JSON Schema cannot tell:
 * `{ type: "string" }` may have a refinement that it does not know. So only schemas that are read word for word are sure.
 */
export function isAnyText(schema: object, presence: "present" | "absent or present"): boolean {
  const node = nodeOf(schema);
  if (node === undefined) return isDocumented(schema);
  if (node.kind === "optional" || node.kind === "default") return takesText(node.inner);
  return takesText(node) && (presence === "present" || node.kind === "unknown");
}

function takesText(node: Node): boolean {
  return node.kind === "unknown" || (node.kind === "string" && node.tests.length === 0);
}

/** Whether a schema is sure to take whatever it is given. */
export function isAnyValue(schema: object): boolean {
  return nodeOf(schema)?.kind === "unknown" || isDocumented(schema);
}
