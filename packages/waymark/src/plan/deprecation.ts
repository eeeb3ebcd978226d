import { successorLink } from "../http/successor-link.ts";
import type { Route, Source } from "../routing/route.ts";
import { parseTemplate, Template } from "../routing/template.ts";
import type { Run } from "./run.ts";

/**
 * Sets the header fields that tell clients of a deprecated route: `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a
 * `Link` to the successor. Prepared once; undefined when the route has nothing to tell.
 */
export function deprecationFields(route: Route): ((run: Run) => void) | undefined {
  const { deprecated } = route;
  if (typeof deprecated !== "object") return undefined;
  const fixed: [name: string, value: string][] = [
    ["deprecation", `@${Math.floor(timeOf(deprecated.since, route) / 1000)}`],
  ];
  if (deprecated.sunset !== undefined)
    fixed.push(["sunset", new Date(timeOf(deprecated.sunset, route)).toUTCString()]);
  const expand = deprecated.successor === undefined ? undefined : successorPath(route, deprecated.successor);
  return ({ exchange, params }) => {
    for (const [name, value] of fixed) exchange.appendField(name, value);
    const target = expand?.(params);
    const link = target === undefined ? undefined : successorLink(exchange, target);
    if (link !== undefined) exchange.appendField("link", link);
  };
}

function timeOf(date: string, route: Route): number {
  const time = Date.parse(date);
  if (Number.isNaN(time))
    throw new TypeError(
      `${route.method} ${route.template.text}: '${date}' of deprecated is not an ISO 8601 date`,
    );
  return time;
}

type Expand = (params: readonly string[]) => string | undefined;

/**
 * The successor's path for one request. Its names are those of the endpoint's inputs that stand in the path or are
 * constant; one name left over takes the one path input left over, as in a route's own template. Where a name has no
 * value, no link is sent: a template is not an address.
 */
function successorPath(route: Route, successor: string): Expand | undefined {
  const template = parseTemplate(successor);
  if (!(template instanceof Template))
    throw new TypeError(`${route.method} ${route.template.text}: ${template.join("; ")}`);
  const known = knownValues(route);
  const unknown = template.names.filter((name) => !known.has(name));
  if (unknown.length === 1) {
    const spare = [...known].filter(
      ([name, { wire }]) => wire !== undefined && !template.names.includes(name),
    );
    if (spare.length === 1) known.set(unknown[0]!, spare[0]![1]);
  }
  if (template.names.some((name) => !known.has(name))) return undefined;
  const read = template.names.map((name) => [name, known.get(name)!.read] as const);
  return (params) => template.expand(Object.fromEntries(read.map(([name, value]) => [name, value(params)])));
}

interface Known {
  /** Name in the route's own template; undefined for a constant. */
  readonly wire: string | undefined;
  readonly read: (params: readonly string[]) => unknown;
}

function knownValues(route: Route): Map<string, Known> {
  const known = new Map<string, Known>();
  for (const [name, source] of route.sources) {
    const value = knownValue(route, source);
    if (value !== undefined) known.set(name, value);
  }
  return known;
}

function knownValue(route: Route, source: Source): Known | undefined {
  if (source.from === "constant") return { wire: undefined, read: () => source.value };
  if (source.from !== "path") return undefined;
  const index = route.template.names.indexOf(source.name);
  return { wire: source.name, read: (params) => params[index] };
}
