import { groupMembers } from "../routing/group-members.ts";
import { nearest } from "../routing/nearest.ts";
import type { Route, Source } from "../routing/route.ts";
import { UnwritableError, writeWire, type Pair } from "../schema/write-wire.ts";
import type { QueryValue, UrlOptions } from "./url-arguments.ts";

/** Why a route has no address for what was given: goes on after its method and template. */
export class Misfit {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** The path of a route, from the application's root, with its query. */
export function routeUrl(
  route: Route,
  inputs: Readonly<Record<string, unknown>>,
  { params = {}, query = {} }: UrlOptions,
): string | Misfit {
  const values: Record<string, unknown> = { ...params };
  const pairs: Pair[] = [];
  for (const [key, value] of Object.entries(inputs)) {
    if (value === undefined) continue;
    const source = route.sources.get(key);
    if (source === undefined) return new Misfit(unknownInput(key, [...route.sources.keys()]));
    try {
      const misfit = place(key, value, source, values, pairs);
      if (misfit !== undefined) return misfit;
    } catch (error) {
      if (!(error instanceof UnwritableError)) throw error;
      return new Misfit(`'${key}' ${error.message}`);
    }
  }
  for (const [name, value] of Object.entries(query))
    for (const each of Array.isArray(value)
      ? (value as readonly QueryValue[])
      : [value as QueryValue | undefined])
      if (each !== undefined) pairs.push([name, String(each)]);
  const path = pathOf(route, values);
  return path instanceof Misfit || pairs.length === 0 ? path : `${path}?${pairs.map(encoded).join("&")}`;
}

/** Puts one value where its route reads it. */
function place(
  key: string,
  value: unknown,
  source: Source,
  values: Record<string, unknown>,
  pairs: Pair[],
): Misfit | undefined {
  switch (source.from) {
    case "path":
      values[source.name] = writeWire(source.marker, source.name, value)[0]?.[1];
      return undefined;
    case "query":
      pairs.push(...writeWire(source.marker, source.name, value));
      return undefined;
    case "group":
      if (source.marker.place !== "query") break;
      if (typeof value !== "object" || value === null) return new Misfit(`'${key}' has to be an object`);
      for (const [property, own] of Object.entries(value)) {
        const member = groupMembers(source).find((each) => each.property === property);
        pairs.push(
          ...(member === undefined
            ? [[property, String(own)] as const]
            : writeWire(member.marker, member.name, own)),
        );
      }
      return undefined;
    case "constant":
      return Object.is(source.value, value)
        ? undefined
        : new Misfit(`has a fixed '${key}', which is another one`);
    case "absent":
      return new Misfit(`has no '${key}'`);
    default:
      break;
  }
  return new Misfit(`reads '${key}' from ${placeOf(source)}, which is no part of a URL`);
}

function pathOf({ template }: Route, values: Readonly<Record<string, unknown>>): string | Misfit {
  const unknown = Object.keys(values).find((name) => !template.names.includes(name));
  if (unknown !== undefined) return new Misfit(`has no {${unknown}}`);
  const path = template.expand(values);
  if (path !== undefined) return path;
  const missing = template.names.filter((name) => !Object.hasOwn(values, name) || values[name] === undefined);
  if (missing.length > 0) return new Misfit(`needs ${missing.map((name) => `{${name}}`).join(" and ")}`);
  return new Misfit("cannot have an empty value in its path, nor '.' or '..'");
}

function unknownInput(key: string, inputs: readonly string[]): string {
  const meant = nearest(key, inputs);
  return `has no input '${key}'${meant === undefined ? "" : `: did you mean '${meant}'?`}`;
}

function placeOf(source: Source): string {
  if (source.from === "group") return `the ${source.marker.place}`;
  return source.from === "dependency" || source.from === "credential"
    ? `a ${source.from}`
    : `the ${source.from}`;
}

/** Half of a surrogate pair has no encoding. */
function encoded([name, text]: Pair): string {
  return `${encode(name)}=${encode(text)}`;
}
function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\uFFFD"));
}
