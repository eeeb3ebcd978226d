import { checkField } from "waymark/internal";
import { withoutLines } from "./request-fields.ts";
import type { GatewayCall } from "./gateway-call.ts";
import type { Route } from "./route.ts";

/** The lines of a reply from those of the upstream: the gateway's own take the place of lines that say the same. */
export function replyLines(
  lines: string,
  { replyLines: own, replyNames, successor }: Route,
  call: GatewayCall | undefined,
): string {
  let kept = replyNames === undefined ? lines : withoutLines(lines, replyNames);
  kept += own;
  if (successor !== undefined && call !== undefined) kept += successor(call);
  const given = call?.givenHeaders;
  if (given === undefined || given.size === 0) return kept;
  const replaced = new Set(given.keys());
  replaced.delete("vary");
  if (replaced.size > 0) kept = withoutLines(kept, replaced);
  return kept + linesOf(given);
}

/** Throws a `TypeError` for a name or value that HTTP cannot carry. */
export function linesOf(fields: ReadonlyMap<string, string | null>): string {
  let lines = "";
  for (const [name, value] of fields)
    if (value !== null) {
      checkField(name, value);
      lines += `${name}: ${value}\r\n`;
    }
  return lines;
}
