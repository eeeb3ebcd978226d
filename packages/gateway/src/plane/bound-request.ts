import { HttpError } from "waymark/internal";
import type { Binding, Operation } from "../snapshot.ts";
import type { GatewayCall } from "./gateway-call.ts";
import { cookieValue, queryPairs, queryValues } from "./request-values.ts";

/** What bindings make of a request: the values of path parameters, and changes that stand in the call. */
export type Binder = (call: GatewayCall) => ReadonlyMap<string, string>;

type Place = Binding["to"]["in"];

/**
 * How the requests of an alias become those of its operation. Names that are bound are the gateway's: what a client sends by
 * the upstream's own name is not what was judged, and does not go on. Undefined where nothing is bound.
 */
export function binderOf({ bind }: Operation): Binder | undefined {
  if (bind.length === 0) return undefined;
  const namesIn = (place: Place): Set<string> =>
    new Set(
      bind.flatMap(({ to, from }) => [
        ...(to.in === place ? [keyOf(place, to.name)] : []),
        ...("in" in from && from.in === place ? [keyOf(place, from.name)] : []),
      ]),
    );
  const [query, header, cookie] = [namesIn("query"), namesIn("header"), namesIn("cookie")];
  return (call) => {
    const path = new Map<string, string>();
    const pairs = queryPairs(call.search)
      .filter(({ name }) => !query.has(name))
      .map(({ raw }) => raw);
    const cookies = cookie.size === 0 ? [] : cookiesWithout(call, cookie);
    for (const name of header) call.upstreamHeaders.set(name, null);
    for (const { to, from } of bind)
      for (const value of "constant" in from ? [from.constant] : valuesOf(call, from)) {
        if (to.in === "path") path.set(to.name, value);
        else if (to.in === "query") pairs.push(`${encodeURIComponent(to.name)}=${encodeURIComponent(value)}`);
        else if (to.in === "cookie") cookies.push(`${to.name}=${value}`);
        else call.upstreamHeaders.set(to.name.toLowerCase(), value);
      }
    if (query.size > 0) call.upstreamSearch = pairs.join("&");
    if (cookie.size > 0) call.upstreamHeaders.set("cookie", cookies.length === 0 ? null : cookies.join("; "));
    return path;
  };
}

function valuesOf(
  { exchange, params }: GatewayCall,
  { in: place, name }: { in: Place; name: string },
): string[] {
  switch (place) {
    case "query":
      return queryValues(exchange.search, name);
    case "path":
      return listed(params.get(name));
    case "header":
      return listed(exchange.header(name.toLowerCase()));
    case "cookie":
      return listed(cookieValue(exchange, name));
  }
}

const listed = (value: string | undefined): string[] => (value === undefined ? [] : [value]);
const keyOf = (place: Place, name: string): string => (place === "header" ? name.toLowerCase() : name);

function cookiesWithout({ exchange }: GatewayCall, names: ReadonlySet<string>): string[] {
  return (exchange.header("cookie") ?? "")
    .split(";")
    .map((each) => each.trim())
    .filter((each) => each !== "" && !names.has(each.split("=", 1)[0]!.trim()));
}

/** The value of a path parameter of the upstream; a path without one would be another path. */
export function pathValue(
  values: ReadonlyMap<string, string>,
  params: ReadonlyMap<string, string>,
  name: string,
): string {
  const value = values.get(name) ?? params.get(name);
  if (value === undefined || value === "") throw new HttpError(400, `A value for '${name}' is missing.`);
  return value;
}
