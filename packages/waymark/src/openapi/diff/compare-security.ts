import { isRecord } from "../canonical-text.ts";
import type { Comparison } from "./comparison.ts";
import type { ChangeCode } from "./codes.ts";
import type { Place } from "./findings.ts";
import type { Operation } from "./operations.ts";
import type { Spot } from "./source.ts";

/** One way to sign in: every scheme with its scopes. Empty: nothing is needed. */
type Way = ReadonlyMap<string, ReadonlySet<string>>;

/** What an operation asks for; one of several ways is enough (OpenAPI 3.1, Security Requirement Object). */
export function compareSecurity(
  before: Operation,
  after: Operation,
  place: Place,
  comparison: Comparison,
): void {
  const { schemes, findings } = comparison;
  const was = waysOf(before, (name) => schemes.rename(name));
  const is = waysOf(after, (name) => name);
  const spot = listOf(after) ?? listOf(before) ?? after.spot;
  const tell = (
    code: ChangeCode,
    message: string,
    values: { before?: unknown; after?: unknown } = {},
  ): void => findings.add(place.in("security"), code, { spot, message, ...values });
  const [wasPublic, isPublicNow] = [was.some(isPublic), is.some(isPublic)];
  if (wasPublic && !isPublicNow)
    tell("security-added", `needs ${is.map(describe).join(", or ")}`, { after: is.map(describe) });
  else if (isPublicNow && !wasPublic)
    tell("security-removed", "needs no credentials any more", { before: was.map(describe) });
  else compareWays(was, is, tell);
}

type Tell = (code: ChangeCode, message: string, values?: { before?: unknown; after?: unknown }) => void;

function compareWays(was: readonly Way[], is: readonly Way[], tell: Tell): void {
  let removed = was.filter((way) => !is.some((other) => isSame(way, other)));
  let added = is.filter((way) => !was.some((other) => isSame(way, other)));
  for (const test of [sameSchemes, isContained, (a: Way, b: Way) => isContained(b, a)])
    for (const old of removed) {
      const now = added.find((way) => test(old, way));
      if (now === undefined) continue;
      compareWay(old, now, tell);
      removed = removed.filter((way) => way !== old);
      added = added.filter((way) => way !== now);
    }
  for (const way of removed)
    tell("security-alternative-removed", `${describe(way)} is not enough any more`, {
      before: describe(way),
    });
  for (const way of added)
    tell("security-alternative-added", `${describe(way)} is enough now`, { after: describe(way) });
}

function compareWay(before: Way, after: Way, tell: Tell): void {
  for (const [scheme, scopes] of after) {
    const old = before.get(scheme);
    if (old === undefined) tell("security-scheme-added", `needs ${scheme} as well`, { after: scheme });
    else
      for (const scope of scopes)
        if (!old.has(scope))
          tell("security-scope-added", `needs the scope ${scope} of ${scheme}`, { after: scope });
  }
  for (const [scheme, scopes] of before) {
    const now = after.get(scheme);
    if (now === undefined)
      tell("security-scheme-removed", `does not need ${scheme} any more`, { before: scheme });
    else
      for (const scope of scopes)
        if (!now.has(scope))
          tell("security-scope-removed", `does not need the scope ${scope} of ${scheme} any more`, {
            before: scope,
          });
  }
}

function listOf({ spot }: Operation): Spot | undefined {
  return spot.get("security") ?? spot.source.root.get("security");
}

function waysOf(operation: Operation, rename: (name: string) => string): Way[] {
  const list = listOf(operation)?.value;
  if (!Array.isArray(list) || list.length === 0) return [new Map()];
  return list
    .filter(isRecord)
    .map(
      (way) =>
        new Map(
          Object.entries(way).map(([name, scopes]) => [
            rename(name),
            new Set(Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === "string") : []),
          ]),
        ),
    );
}

function isPublic(way: Way): boolean {
  return way.size === 0;
}

function sameSchemes(a: Way, b: Way): boolean {
  return a.size === b.size && isContained(a, b);
}

/** Whether every scheme of the first is in the second. */
function isContained(a: Way, b: Way): boolean {
  return [...a.keys()].every((scheme) => b.has(scheme));
}

function isSame(a: Way, b: Way): boolean {
  return (
    sameSchemes(a, b) &&
    [...a].every(
      ([scheme, scopes]) =>
        scopes.size === b.get(scheme)?.size && [...scopes].every((scope) => b.get(scheme)?.has(scope)),
    )
  );
}

function describe(way: Way): string {
  return [...way]
    .map(([scheme, scopes]) => (scopes.size === 0 ? scheme : `${scheme} (${[...scopes].join(" ")})`))
    .join(" and ");
}
