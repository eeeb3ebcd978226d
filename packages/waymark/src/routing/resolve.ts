import * as mistakes from "../mistakes.ts";
import { StartUpError, type Mistake } from "../start-up-error.ts";
import { collect } from "./collect.ts";
import type { Declaration } from "./declaration.ts";
import { declaredAt } from "./declared-at.ts";
import { mountedRoutes } from "./mount-routes.ts";
import { operationIds } from "./operation-id.ts";
import { placeVersions } from "./place-versions.ts";
import { resolveRoute, type Draft } from "./resolve-route.ts";
import type { AnyRouter } from "./router.ts";
import type { Route } from "./route.ts";
import type { Overrides } from "./uses.ts";
import { defaultDrafts, withSuccessors } from "./version-drafts.ts";
import type { Versioning } from "./versions.ts";

export interface ResolveOptions {
  /** Dependencies that stand in for others. */
  readonly overrides?: Overrides;
  /** Whether endpoints that say nothing of it are `trusted`. */
  readonly trusted?: boolean;
  readonly versioning?: Versioning | undefined;
  /** There are versions: without `versioning` something is wrong with them, and told. */
  readonly isVersioned?: boolean;
  /** What was found wrong already, to be told with the rest. */
  readonly found?: readonly Mistake[];
}

/**
 * Every route of a router and of those that it includes, with everything about it decided: in the order of declaration,
 * a router's own before those of routers that it includes.
 *
 * Throws a `StartUpError` with all that is wrong, at once.
 */
export function resolveRoutes(root: AnyRouter, options: ResolveOptions = {}): Route[] {
  const found = new Mistakes(options.found);
  const { overrides = new Map(), trusted = false, versioning } = options;
  const isUnknown = versioning === undefined && options.isVersioned === true;
  const settings = { overrides, trusted, versioning };
  const drafts: Draft[] = [];
  for (const placed of collect(root, (mistake, declaration) => found.addOnce(mistake, declaration, ""))) {
    const { declaration, prefix } = placed;
    const once = (mistake: Mistake): void => found.addOnce(mistake, declaration, prefix);
    let here = (mistake: Mistake): void => found.add(mistake, declaration, prefix);
    for (const version of placeVersions(placed, versioning, isUnknown ? () => undefined : here)) {
      const draft = resolveRoute(version, settings, { here, once });
      if (draft !== undefined) drafts.push(draft);
      // What is wrong with a route is wrong with it in every version.
      here = () => undefined;
    }
  }
  const own = withSuccessors(
    drafts.filter(({ route }) => route.mount === undefined),
    versioning,
  );
  const ofDefault = defaultDrafts(own, versioning);
  const mounts = drafts.filter(({ route }) => route.mount !== undefined);
  const mounted = mountedRoutes([...own, ...ofDefault, ...mounts, ...defaultDrafts(mounts, versioning)]);
  const routes = withOperationIds(own);
  checkSameRoute([...own, ...ofDefault, ...mounted], found);
  checkSameOperationId(routes, own, found);
  checkCanonical(own, found);
  found.throwIfAny();
  const ids = new Map(own.map(({ placed }, index) => [placed, routes[index]!.operationId]));
  // no document has them, so their operationId is nobody's
  return [
    ...routes,
    ...ofDefault.map(({ route, placed }) => ({ ...route, operationId: ids.get(placed)! })),
    ...mounted.map(({ route }) => ({ ...route, operationId: "" })),
  ];
}

/** What was found wrong so far, in the order of finding. */
class Mistakes {
  readonly #found: Mistake[];
  readonly #told = new Set<string>();

  constructor(found: readonly Mistake[] = []) {
    this.#found = [...found];
  }

  add(mistake: Mistake, declaration: Declaration, prefix: string): void {
    const { method, path, declaredBy, mount } = declaration;
    // a mount is many routes, all with the same fault
    if (mount !== undefined && this.#isTold(`mount ${prefix}${path} ${mistake.code}`)) return;
    const route = `${method} ${prefix}${path}`.trim();
    this.#found.push({ ...mistake, route, at: declaredAt(declaredBy) });
  }

  /** For what several routes share: told at the first of them. */
  addOnce(mistake: Mistake, declaration: Declaration | undefined, prefix: string): void {
    if (this.#isTold(`${mistake.code} ${mistake.message} ${mistake.remedy}`)) return;
    if (declaration === undefined) this.#found.push(mistake);
    else this.add(mistake, declaration, prefix);
  }

  #isTold(key: string): boolean {
    return this.#told.size === this.#told.add(key).size;
  }

  throwIfAny(): void {
    if (this.#found.length > 0) throw new StartUpError(this.#found);
  }
}

function withOperationIds(drafts: readonly Draft[]): Route[] {
  const ids = operationIds(
    drafts.map(({ route, operationId, bare }) => ({ ...route, template: bare, said: operationId })),
  );
  return drafts.map(({ route }, index) => ({ ...route, operationId: ids[index]! }));
}

function checkSameRoute(drafts: readonly Draft[], found: Mistakes): void {
  const first = new FirstOfVersion();
  for (const draft of drafts) {
    const { method, template, version } = draft.route;
    const other = first.add(`${method} ${template.shape}`, version, draft);
    if (other !== undefined)
      found.add(
        mistakes.sameRoute(labelOf(draft), labelOf(other), other.route.declaredAt),
        ...placeOf(draft),
      );
  }
}

function checkSameOperationId(routes: readonly Route[], drafts: readonly Draft[], found: Mistakes): void {
  const first = new FirstOfVersion();
  for (const [index, { operationId, version }] of routes.entries()) {
    const draft = drafts[index]!;
    const other = first.add(operationId, version, draft);
    if (other !== undefined && !isSameRoute(draft, other))
      found.add(
        mistakes.sameOperationId(operationId, labelOf(other), other.route.declaredAt),
        ...placeOf(draft),
      );
  }
}

/** A declaration that stands at several places, its router being included more than once, counts as one. */
function checkCanonical(drafts: readonly Draft[], found: Mistakes): void {
  const first = new FirstOfVersion();
  for (const draft of drafts.filter(({ route }) => route.canonical)) {
    const { endpoint, name, version } = draft.route;
    const other = first.add(endpoint, version, draft);
    if (other !== undefined && other.placed.declaration !== draft.placed.declaration)
      found.add(mistakes.twoCanonical(name, labelOf(other)), ...placeOf(draft));
  }
}

/** The first of several with one key among those of one version: what has no version is of all. */
class FirstOfVersion {
  readonly #first = new Map<unknown, Draft[]>();

  /** The one that is there already, or undefined and the draft is there from now on. */
  add(key: unknown, version: string | undefined, draft: Draft): Draft | undefined {
    const known = this.#first.get(key);
    const other = known?.find(
      ({ route }) => route.version === undefined || version === undefined || route.version === version,
    );
    if (other !== undefined) return other;
    if (known === undefined) this.#first.set(key, [draft]);
    else known.push(draft);
    return undefined;
  }
}

/** Two routes of one method and shape are told of as that; that their ids are the same follows. */
function isSameRoute(a: Draft, b: Draft): boolean {
  return a.route.method === b.route.method && a.route.template.shape === b.route.template.shape;
}

function labelOf({ route, bare, placed: { declaration, prefix, versionPrefix } }: Draft): string {
  const { method, template, mount, version } = route;
  const label = mount === undefined ? `${method} ${template.text}` : `mount ${prefix}${declaration.path}`;
  // A path that says the version needs no word of it.
  if (version === undefined || (versionPrefix !== "" && template !== bare)) return label;
  return `${label} of ${versionPrefix === "" ? `version ${version}` : "the default version"}`;
}

function placeOf({ placed: { declaration, prefix } }: Draft): [Declaration, string] {
  return [declaration, prefix];
}
