import type { Draft } from "./resolve-route.ts";
import type { Deprecation, Source } from "./route.ts";
import type { Template } from "./template.ts";
import type { Versioning } from "./versions.ts";

/**
 * The routes of the default version once more, without its path: who says no version gets it. No document shows them; they
 * go by the same operationId.
 */
export function defaultDrafts(
  drafts: readonly Draft[],
  versioning: Versioning | undefined,
): readonly Draft[] {
  if (versioning?.settings.by !== "path" || versioning.default === undefined) return [];
  return drafts
    .filter(({ route }) => route.version === versioning.default)
    .map((draft) => ({ ...draft, route: { ...draft.route, template: draft.bare, hidden: true } }));
}

/** The routes of versions that are deprecated in favour of another one, each with the same route of that one as successor. */
export function withSuccessors(
  drafts: readonly Draft[],
  versioning: Versioning | undefined,
): readonly Draft[] {
  if (versioning?.settings.by !== "path") return drafts;
  const known = new Map(drafts.map((draft) => [keyOf(draft, draft.route.version), draft]));
  return drafts.map((draft) => {
    const { version, deprecated } = draft.route;
    if (version === undefined || typeof deprecated !== "object") return draft;
    const ofVersion = versioning.detailsOf(version)?.deprecated;
    // A route that gives dates of its own says by them what it has for a successor.
    if (typeof ofVersion !== "object" || ofVersion.successor === undefined || !isSameDates(deprecated, ofVersion)) return draft; // prettier-ignore
    const next = known.get(keyOf(draft, ofVersion.successor));
    if (next === undefined) return draft;
    const successor = byInputs(next.route.template, draft.route.sources);
    return { ...draft, route: { ...draft.route, deprecated: { ...deprecated, successor } } };
  });
}

function keyOf({ route, bare }: Draft, version: string | undefined): string {
  return `${version} ${route.method} ${bare.shape}`;
}

function isSameDates(one: Deprecation, other: Deprecation): boolean {
  return one.successor === undefined && one.since === other.since && one.sunset === other.sunset;
}

/** A template by the names of the inputs, as a successor is written, and not by those on the wire. */
function byInputs({ text }: Template, sources: ReadonlyMap<string, Source>): string {
  const inputs = new Map<string, string>();
  for (const [input, source] of sources) if (source.from === "path") inputs.set(source.name, input);
  return text.replace(/\{([\w-]+)/g, (whole, name: string) => `{${inputs.get(name) ?? name}`);
}
