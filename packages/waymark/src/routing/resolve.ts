import * as mistakes from "../mistakes.ts";
import { StartUpError, type Mistake } from "../start-up-error.ts";
import { collect } from "./collect.ts";
import type { Declaration } from "./declaration.ts";
import { declaredAt } from "./declared-at.ts";
import { mountedRoutes } from "./mount-routes.ts";
import { operationIds } from "./operation-id.ts";
import { resolveRoute, type Draft } from "./resolve-route.ts";
import type { AnyRouter } from "./router.ts";
import type { Route } from "./route.ts";
import type { Overrides } from "./uses.ts";

export interface ResolveOptions {
  /** Dependencies that stand in for others. */
  readonly overrides?: Overrides;
  /** Whether endpoints that say nothing of it are `trusted`. */
  readonly trusted?: boolean;
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
  const settings = { overrides: options.overrides ?? new Map(), trusted: options.trusted ?? false };
  const drafts: Draft[] = [];
  for (const placed of collect(root, (mistake, declaration) => found.addOnce(mistake, declaration, ""))) {
    const { declaration, prefix } = placed;
    const draft = resolveRoute(placed, settings, {
      here: (mistake) => found.add(mistake, declaration, prefix),
      once: (mistake) => found.addOnce(mistake, declaration, prefix),
    });
    if (draft !== undefined) drafts.push(draft);
  }
  const own = drafts.filter(({ route }) => route.mount === undefined);
  const mounted = mountedRoutes(drafts);
  const routes = withOperationIds(own);
  checkSameRoute([...own, ...mounted], found);
  checkSameOperationId(routes, own, found);
  checkCanonical(own, found);
  found.throwIfAny();
  // no document has them, so their operationId is nobody's
  return [...routes, ...mounted.map(({ route }) => ({ ...route, operationId: "" }))];
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
  const ids = operationIds(drafts.map(({ route, operationId }) => ({ ...route, said: operationId })));
  return drafts.map(({ route }, index) => ({ ...route, operationId: ids[index]! }));
}

function checkSameRoute(drafts: readonly Draft[], found: Mistakes): void {
  const first = new Map<string, Draft>();
  for (const draft of drafts) {
    const { method, template } = draft.route;
    const key = `${method} ${template.shape}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, draft);
    else
      found.add(
        mistakes.sameRoute(labelOf(draft), labelOf(other), other.route.declaredAt),
        ...placeOf(draft),
      );
  }
}

function checkSameOperationId(routes: readonly Route[], drafts: readonly Draft[], found: Mistakes): void {
  const first = new Map<string, Draft>();
  for (const [index, { operationId }] of routes.entries()) {
    const draft = drafts[index]!;
    const other = first.get(operationId);
    if (other === undefined) first.set(operationId, draft);
    else if (!isSameRoute(draft, other))
      found.add(
        mistakes.sameOperationId(operationId, labelOf(other), other.route.declaredAt),
        ...placeOf(draft),
      );
  }
}

/** A declaration that stands at several places, its router being included more than once, counts as one. */
function checkCanonical(drafts: readonly Draft[], found: Mistakes): void {
  const first = new Map<unknown, Draft>();
  for (const draft of drafts.filter(({ route }) => route.canonical)) {
    const { endpoint, name } = draft.route;
    const other = first.get(endpoint);
    if (other === undefined) first.set(endpoint, draft);
    else if (other.placed.declaration !== draft.placed.declaration)
      found.add(mistakes.twoCanonical(name, labelOf(other)), ...placeOf(draft));
  }
}

/** Two routes of one method and shape are told of as that; that their ids are the same follows. */
function isSameRoute(a: Draft, b: Draft): boolean {
  return a.route.method === b.route.method && a.route.template.shape === b.route.template.shape;
}

function labelOf({ route: { method, template, mount }, placed: { declaration, prefix } }: Draft): string {
  return mount === undefined ? `${method} ${template.text}` : `mount ${prefix}${declaration.path}`;
}

function placeOf({ placed: { declaration, prefix } }: Draft): [Declaration, string] {
  return [declaration, prefix];
}
