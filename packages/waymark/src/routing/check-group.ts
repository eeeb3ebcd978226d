import type { GroupMarker } from "../inputs/marker.ts";
import * as mistakes from "../mistakes.ts";
import { nearest } from "./nearest.ts";
import type { Site } from "./site.ts";
import { isWireName } from "./wire-name.ts";

/** The names of a group's properties as they are, after telling of those that cannot be. */
export function checkedNames(
  names: ReadonlyMap<string, string>,
  { place, options }: GroupMarker,
  site: Site,
): ReadonlyMap<string, string> {
  // without properties the schema is unusable, and that is told of
  if (names.size === 0) return names;
  const properties = [...names.keys()];
  for (const property of Object.keys(options.names ?? {}))
    if (!names.has(property))
      site.reportOnce(mistakes.unknownProperty(property, nearest(property, properties), properties));
  const byName = new Map<string, string>();
  for (const [property, name] of names) {
    if (!isWireName(place, name)) site.report(mistakes.invalidWireName(place, name));
    const other = byName.get(name);
    if (other === undefined) byName.set(name, property);
    else site.report(mistakes.sameWireName(place, name, [other, property]));
  }
  return names;
}
