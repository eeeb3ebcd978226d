import type { Route } from "../routing/route.ts";
import type { TagObject } from "./document.ts";
import type { Webhook } from "./webhooks.ts";

/** What one document is about. */
export interface Selection {
  /** Routes of this version, and those that are of all. */
  readonly version: string | undefined;
  /** Routes for one of these, and those that are for everybody. */
  readonly audiences: readonly string[];
}

interface Chosen {
  readonly version?: string | readonly string[] | undefined;
  readonly audience?: string | readonly string[] | undefined;
}

/** Whether something stands in a document. */
export function isSelected(
  { version, audience }: Chosen,
  { version: wanted, audiences }: Selection,
): boolean {
  return (
    (version === undefined || wanted === undefined || [version].flat().includes(wanted)) &&
    (audience === undefined || [audience].flat().some((each) => audiences.includes(each)))
  );
}

/** Tags that a document tells of: without those that only routes and webhooks have that it leaves out. */
export function selectedTags(
  tags: readonly TagObject[] | undefined,
  all: readonly (readonly string[])[],
  shown: readonly (readonly string[])[],
): readonly TagObject[] | undefined {
  if (tags === undefined) return undefined;
  const parents = new Map(tags.map(({ name, parent }) => [name, parent]));
  const used = withParents(all.flat(), parents);
  const kept = withParents(shown.flat(), parents);
  return tags.filter(({ name }) => kept.has(name) || !used.has(name));
}

function withParents(
  names: readonly string[],
  parents: ReadonlyMap<string, string | undefined>,
): ReadonlySet<string> {
  const all = new Set(names);
  for (const name of names)
    for (let at = parents.get(name); at !== undefined && !all.has(at); at = parents.get(at)) all.add(at);
  return all;
}

export function tagsOfAll(routes: readonly Route[], webhooks: readonly Webhook[]): (readonly string[])[] {
  return [...routes.filter(({ hidden }) => !hidden).map(({ tags }) => tags), ...webhooks.map(({ request }) => request.tags ?? [])]; // prettier-ignore
}
