import type { CredentialMarker } from "../inputs/marker.ts";
import * as mistakes from "../mistakes.ts";
import type { Mistake } from "../start-up-error.ts";
import { kindOf } from "./kind.ts";
import { nearest } from "./nearest.ts";
import type { DependencyUse, Route, Source } from "./route.ts";

type Sources = ReadonlyMap<string, Source>;

/** RFC 6749 §3.3: what is sent back in `WWW-Authenticate` must fit into a quoted string. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** All that is asked of the caller, each scope once. `asked` comes from routers, endpoint and route. */
export function scopesOf(
  asked: readonly unknown[],
  uses: readonly DependencyUse[],
  sources: Sources,
  report: (mistake: Mistake) => void,
): readonly string[] {
  const all = [
    ...asked,
    ...uses.flatMap(({ dependency }) => dependency.contract.scopes ?? []),
    ...credentialsOf(sources, uses).flatMap(({ scopes }) => scopes),
  ];
  const scopes = new Set<string>();
  for (const scope of all)
    if (typeof scope === "string" && SCOPE.test(scope)) scopes.add(scope);
    else report(mistakes.invalidScope(kindOf(scope)));
  return Object.freeze([...scopes]);
}

/** Tells of scopes that nothing would check, and of those that a scheme does not have. */
export function checkScopes(
  scopes: readonly string[],
  uses: readonly DependencyUse[],
  sources: Sources,
  report: (mistake: Mistake) => void,
): void {
  if (scopes.length === 0) return;
  const judged = judgedCredentials(sources, uses);
  const credentials = credentialsOf(sources, uses);
  // an optional one that is left out asks for nothing, unless somebody else looks
  const isChecked = credentials.some(
    (each) => judged.has(each) || (each.checksScopes === true && !each.optional),
  );
  if (!isChecked) report(mistakes.uncheckedScopes(scopes));
  for (const each of credentials) checkDeclared(scopes, each, report);
}

function checkDeclared(
  scopes: readonly string[],
  { schemeName, declaredScopes, alternatives = [] }: CredentialMarker,
  report: (mistake: Mistake) => void,
): void {
  for (const each of alternatives) checkDeclared(scopes, each, report);
  if (declaredScopes === undefined) return;
  for (const scope of scopes)
    if (!declaredScopes.includes(scope))
      report(mistakes.undeclaredScope(scope, schemeName, nearest(scope, declaredScopes), declaredScopes));
}

/**
 * The credentials whose scopes somebody of the application judges: whoever reads `requiredScopes()` stands for all that it
 * reads, its dependencies included.
 */
export function judgedCredentials(
  sources: Sources,
  uses: Iterable<DependencyUse>,
): ReadonlySet<CredentialMarker> {
  const judged = new Set<CredentialMarker>();
  for (const each of [sources, ...Array.from(uses, (use) => use.sources)]) {
    if (![...each.values()].some(({ from }) => from === "scopes")) continue;
    for (const marker of credentialsOf(each, usesBelow(each))) judged.add(marker);
  }
  return judged;
}

/** Every dependency that a route reaches. */
export function usesOf({ sources, guards }: Pick<Route, "sources" | "guards">): readonly DependencyUse[] {
  const uses = usesBelow(sources);
  for (const guard of guards) usesBelow(guard.sources, uses.add(guard));
  return [...uses];
}

function usesBelow(sources: Sources, found: Set<DependencyUse> = new Set()): Set<DependencyUse> {
  for (const source of sources.values())
    if (source.from === "dependency" && !found.has(source.use))
      usesBelow(source.use.sources, found.add(source.use));
  return found;
}

function credentialsOf(sources: Sources, uses: Iterable<DependencyUse>): CredentialMarker[] {
  const all = [sources, ...Array.from(uses, (use) => use.sources)].flatMap((each) => [...each.values()]);
  return all.flatMap((source) => (source.from === "credential" ? [source.marker] : []));
}
