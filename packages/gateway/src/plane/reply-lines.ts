import { checkField } from "waymark/internal";
import { withoutLines, withoutListed } from "./request-fields.ts";
import type { GatewayCall } from "./gateway-call.ts";
import type { Route } from "./route.ts";

/** The lines of a reply from those of the upstream: the gateway's own take the place of lines that say the same. */
export function replyLines(
  lines: string,
  { replyLines: own, replyNames, replyTable, successor }: Route,
  call: GatewayCall | undefined,
): string {
  let kept = replyTable === undefined ? lines : withoutListed(lines, replyTable);
  kept += own;
  if (successor !== undefined && call !== undefined) kept += successor(call);
  const given = call?.givenHeaders;
  if (given === undefined || given.size === 0) return kept;
  const replaced = unlisted(given, replyNames);
  if (replaced !== undefined) kept = withoutLines(kept, replaced);
  return kept + linesOf(given);
}

/** Names that nobody knew beforehand; undefined where there are none. Vary adds up. */
function unlisted(
  given: ReadonlyMap<string, string | null>,
  listed: ReadonlySet<string>,
): Set<string> | undefined {
  let names: Set<string> | undefined;
  for (const name of given.keys()) if (name !== "vary" && !listed.has(name)) (names ??= new Set()).add(name);
  return names;
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
