import type { CredentialMarker, WireMarker } from "../inputs/marker.ts";
import { jsonSchema } from "../schema/json-schema.ts";
import { kinds } from "../schema/kinds.ts";
import { objectShape, wireShape } from "../schema/shape.ts";
import { groupMembers, type GroupSource } from "./group-members.ts";
import type { DependencyUse, Route, Source } from "./route.ts";

type Place = GroupSource["marker"]["place"];

/** Whether anything on a route reads a name of a place: its function, its guards, and all their dependencies. */
export type IsRead = (name: string) => boolean;

/** `except` is the group that asks: what it reads itself, it knows. */
export function namesReadOn(route: Route, place: Place, except: GroupSource): IsRead {
  const names = new Set(except.marker.options.allow?.map((name) => lowerIn(place, name)));
  const prefixes: string[] = [];
  const single = (name: string, marker: WireMarker): void => {
    names.add(name);
    if (place !== "query") return;
    const json = jsonSchema(marker.schema, "input");
    if (wireShape(kinds(json, json)) !== "object") return;
    if (marker.options.style === "deepObject") prefixes.push(`${name}[`);
    else
      for (const property of objectShape({ schema: json, root: json }).properties.keys()) names.add(property);
  };
  for (const source of sourcesOf(route)) {
    if (source.from === place) single(source.name, source.marker);
    else if (source.from === "credential")
      for (const name of credentialNames(source.marker, place)) names.add(name);
    else if (source.from === "group" && source !== except && source.marker.place === place)
      for (const { name, marker } of groupMembers(source)) single(name, marker);
  }
  return (name) => names.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}

function* sourcesOf(route: Route): Generator<Source> {
  const seen = new Set<DependencyUse>();
  const visit = function* (sources: Iterable<Source>): Generator<Source> {
    for (const source of sources) {
      yield source;
      if (source.from === "dependency") yield* visitUse(source.use);
    }
  };
  const visitUse = function* (use: DependencyUse): Generator<Source> {
    if (seen.has(use)) return;
    seen.add(use);
    yield* visit(use.sources.values());
  };
  yield* visit(route.sources.values());
  for (const guard of route.guards) yield* visitUse(guard);
}

/** A key has a name of its own; every other scheme is sent in Authorization. */
function credentialNames({ scheme, alternatives }: CredentialMarker, place: Place): string[] {
  if (alternatives !== undefined) return alternatives.flatMap((each) => credentialNames(each, place));
  if (scheme["type"] !== "apiKey") return place === "header" ? ["authorization"] : [];
  return scheme["in"] === place ? [lowerIn(place, String(scheme["name"]))] : [];
}

function lowerIn(place: Place, name: string): string {
  return place === "header" ? name.toLowerCase() : name;
}
