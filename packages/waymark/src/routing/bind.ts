import type { AnyEndpoint } from "../endpoint.ts";
import type { FileMarker, Marker, WireMarker } from "../inputs/marker.ts";
import * as mistakes from "../mistakes.ts";
import { checkedNames } from "./check-group.ts";
import { groupNames } from "./group-members.ts";
import { isMarker, kindOf } from "./kind.ts";
import { nearest } from "./nearest.ts";
import type { Source } from "./route.ts";
import type { Site } from "./site.ts";
import type { Uses } from "./uses.ts";
import { asWireName, bodyKey, isWireName, wireNameOf } from "./wire-name.ts";

/** A path input whose name is not in the template, and that a leftover name may be given to. */
interface Pending {
  readonly key: string;
  readonly name: string;
  readonly marker: WireMarker;
}

/**
 * Where each input of an endpoint comes from on one route, in the order of declaration.
 *
 * Path names match exactly first. Then one name of the route's own path that nobody reads goes to the one path input of
 * the endpoint that is without: a required one, else an optional one. A prefix's name is never leftover, and a
 * dependency's input never takes one: that would hand a tenant to a user. Guards must have been asked of `uses` before.
 */
export function bindInputs(
  endpoint: AnyEndpoint,
  bind: Readonly<Record<string, unknown>>,
  site: Site,
  uses: Uses,
): ReadonlyMap<string, Source> {
  const inputs = endpoint.contract.input ?? {};
  reportUnknown(bind, Object.keys(inputs), site);
  const isKeyed = Object.values(inputs).filter((marker) => marker?.in === "body").length > 1;
  const sources = new Map<string, Source | undefined>();
  const pending: Pending[] = [];
  for (const [key, declared] of Object.entries(inputs)) {
    if (key === "__proto__") site.reportOnce(mistakes.unusableInputName(key));
    if (!isMarker(declared)) {
      site.reportOnce(mistakes.notAMarker(key, kindOf(declared)));
      site.reads(key); // most often it was meant to
      continue;
    }
    const bound = Object.hasOwn(bind, key) ? bind[key] : undefined;
    const source = sourceOf(key, declared, bound, { site, uses, isKeyed, pending });
    sources.set(key, source);
  }
  for (const { key, source } of matchLeftover(pending, site)) sources.set(key, source);
  return new Map([...sources].filter((entry): entry is [string, Source] => entry[1] !== undefined));
}

/** How the route itself said what an input's name is; undefined: it did not, so a leftover name may take its place. */
type Said = "string" | "marker" | undefined;

interface Context {
  readonly site: Site;
  readonly uses: Uses;
  readonly isKeyed: boolean;
  readonly pending: Pending[];
}

function sourceOf(key: string, declared: Marker, bound: unknown, context: Context): Source | undefined {
  if (bound === undefined) return declaredSource(key, declared, context);
  if (typeof bound === "string") return renamedSource(key, declared, bound, context);
  if (isMarker(bound)) return declaredSource(key, bound, context, saysName(bound) ? "marker" : undefined);
  context.site.report(mistakes.notASource(key, kindOf(bound)));
  return undefined;
}

function declaredSource(key: string, marker: Marker, context: Context, said?: Said): Source | undefined {
  switch (marker.in) {
    case "dependency":
      return { from: "dependency", use: context.uses.of(marker) };
    case "constant":
      return { from: "constant", value: marker.value };
    case "credential":
      return { from: "credential", marker };
    case "request":
    case "response":
    case "scopes":
      return { from: marker.in };
    case "given":
      context.site.report(mistakes.unboundGiven(key));
      return undefined;
    case "body":
      return { from: "body", name: bodyKey(key, marker, context.isKeyed), marker };
    case "group":
      return { from: "group", names: checkedNames(groupNames(marker), marker, context.site), marker };
    case "file":
      return fileSource(marker, marker.options.name ?? key, context);
    case "raw":
      return { from: "raw", marker };
    case "parts":
      return { from: "parts", marker };
    case "path":
    case "path?":
    case "query":
    case "header":
    case "cookie":
    case "form":
      return wireSource(key, marker, wireNameOf(key, marker), context, said);
  }
}

function renamedSource(key: string, declared: Marker, name: string, context: Context): Source | undefined {
  switch (declared.in) {
    case "path":
    case "path?":
    case "query":
    case "header":
    case "cookie":
    case "form":
      return wireSource(key, declared, asWireName(declared.in, name), context, "string");
    case "file":
      return fileSource(declared, name, context);
    case "body":
      if (bodyKey(key, declared, context.isKeyed) !== undefined)
        return { from: "body", name, marker: declared };
      context.site.report(mistakes.wholeBody(key));
      return undefined;
    case "group":
      context.site.report(mistakes.severalWireNames(key));
      return undefined;
    case "dependency":
    case "constant":
    case "credential":
    case "raw":
    case "parts":
    case "request":
    case "response":
    case "scopes":
    case "given":
      context.site.report(mistakes.noWireName(key));
      return undefined;
  }
}

function wireSource(
  key: string,
  marker: WireMarker,
  name: string,
  { site, pending }: Context,
  said: Said,
): Source | undefined {
  if (!isWireName(marker.in, name)) site.report(mistakes.invalidWireName(marker.in, name));
  if (marker.in !== "path" && marker.in !== "path?") return { from: marker.in, name, marker };
  if (site.reads(name)) return { from: "path", name, marker };
  if (said === undefined) {
    pending.push({ key, name, marker });
    return undefined;
  }
  // a string is the route's own word for what its path has, even where the input could do without
  if (said === "marker" && marker.in === "path?") return { from: "absent", marker };
  site.misses(name, mistakes.missingName(site.template.text, name));
  return undefined;
}

function fileSource(marker: FileMarker, name: string, { site }: Context): Source {
  if (name === "") site.report(mistakes.invalidWireName("file", name));
  return { from: "file", name, marker };
}

interface Matched {
  readonly key: string;
  readonly source: Source;
}

function matchLeftover(pending: readonly Pending[], site: Site): Matched[] {
  const leftover = site.ownNames.filter((name) => !site.read.has(name));
  const required = pending.filter(({ marker }) => marker.in === "path");
  const candidates = required.length > 0 ? required : pending;
  const [name] = leftover;
  // two inputs that read one name are one candidate
  const takes =
    name !== undefined && leftover.length === 1 && new Set(candidates.map((each) => each.name)).size === 1;
  if (takes) site.reads(name);
  return pending.flatMap(({ key, name: wanted, marker }): Matched[] => {
    if (takes && candidates.some((each) => each.key === key))
      return [{ key, source: { from: "path", name, marker } }];
    if (marker.in === "path?") return [{ key, source: { from: "absent", marker } }];
    site.misses(wanted, mistakes.missingName(site.template.text, wanted));
    return [];
  });
}

function saysName(marker: Marker): boolean {
  return "options" in marker && "name" in marker.options && marker.options.name !== undefined;
}

function reportUnknown(bind: Readonly<Record<string, unknown>>, inputs: readonly string[], site: Site): void {
  for (const key of Object.keys(bind))
    if (!inputs.includes(key)) site.report(mistakes.unknownInput(key, nearest(key, inputs), inputs));
}
