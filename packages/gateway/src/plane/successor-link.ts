import { Template } from "waymark/internal";
import type { Operation } from "../snapshot.ts";
import type { GatewayCall } from "./gateway-call.ts";

/** The line of a `Link` to the same thing at the successor (RFC 5829 §3.2). */
export type SuccessorLine = (call: GatewayCall) => string;

/**
 * A successor whose path has names of its own, filled in from the request: by the names of the operation's path, by those of
 * the inputs that they are bound to, and one name that is left over by the one value that is. Undefined where there is no
 * such successor, or nothing to fill a name with: a template is not an address.
 */
export function successorLine({ deprecation, template, bind }: Operation): SuccessorLine | undefined {
  const successor = deprecation?.successor ?? null;
  if (successor === null || !successor.includes("{") || successor === template) return undefined;
  const to = Template.parse(successor);
  const own = Template.parse(template).names;
  const filled = new Map<string, (call: GatewayCall) => string>();
  for (const name of own) filled.set(name, ({ params }) => params.get(name)!);
  for (const { to: input, from } of bind) {
    if (input.in !== "path") continue;
    if ("constant" in from) filled.set(input.name, () => from.constant);
    else if (from.in === "path") filled.set(input.name, filled.get(from.name)!);
  }
  const unknown = to.names.filter((name) => !filled.has(name));
  const spare = own.filter((name) => !to.names.includes(name));
  if (unknown.length === 1 && spare.length === 1) filled.set(unknown[0]!, filled.get(spare[0]!)!);
  if (to.names.some((name) => !filled.has(name))) return undefined;
  return (call) => {
    const path = to.expand(Object.fromEntries(to.names.map((name) => [name, filled.get(name)!(call)])));
    // What cannot stand in a path is not sent back.
    return path === undefined ? "" : `Link: <${path}>; rel="successor-version"\r\n`;
  };
}
