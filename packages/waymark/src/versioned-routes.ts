import type { Exchange } from "./http/exchange.ts";
import type { Plan } from "./plan/plan.ts";
import { Matcher, type Entry, type TrailingSlash } from "./routing/matcher.ts";
import type { Method, Route } from "./routing/route.ts";
import { commonScope, type RouterScope } from "./routing/scope.ts";
import type { VersionReader } from "./routing/version-reader.ts";

/** A route and what answers it. */
export interface CompiledRoute {
  readonly route: Route;
  readonly plan: Plan;
}

/** A plan at its place, with what lies around it. */
export interface PlacedPlan extends Entry<Plan> {
  readonly scope: RouterScope | undefined;
}

/** Answers a request whose version has nothing at the best match of its path. */
export type Otherwise = (exchange: Exchange, method: string) => void | Promise<void>;

/** One method and shape: a plan for every version, or one for all. */
interface Leaf {
  readonly method: Method;
  readonly routes: Map<string | undefined, CompiledRoute>;
}

/**
 * The routes of an application whose versions are told by a field of the request. Routes of one method and shape share a
 * place in the tree, where the version chooses among their plans; routes without a version are not asked for one.
 */
export class VersionedRoutes {
  readonly entries: readonly PlacedPlan[];
  readonly reader: VersionReader;
  readonly #versioned = new Set<Plan>();
  readonly #byVersion: ReadonlyMap<string, Matcher<Plan>>;

  constructor(
    routes: readonly CompiledRoute[],
    reader: VersionReader,
    { versions, trailingSlash, otherwise }: { versions: readonly string[]; trailingSlash: TrailingSlash | undefined; otherwise: Otherwise }, // prettier-ignore
  ) {
    this.reader = reader;
    const leaves = leavesOf(routes);
    const placed = leaves.map((leaf) => ({ leaf, entry: this.#placed(leaf, otherwise) }));
    this.entries = placed.map(({ entry }) => entry);
    this.#byVersion = new Map(
      versions.map((version) => {
        const own = placed.filter(({ leaf }) => leaf.routes.has(version) || leaf.routes.has(undefined));
        return [version, new Matcher(own.map(({ entry }) => entry), trailingSlash)]; // prettier-ignore
      }),
    );
  }

  /** Whether a plan asks for a version. */
  asks(plan: Plan): boolean {
    return this.#versioned.has(plan);
  }

  /** The routes of one version, with those that are of all: what a path is for those who ask for it. */
  of(version: string): Matcher<Plan> {
    return this.#byVersion.get(version)!;
  }

  #placed({ method, routes }: Leaf, otherwise: Otherwise): PlacedPlan {
    const all = [...routes.values()];
    const { template } = all[0]!.route;
    const scope = commonScope(all.map(({ route }) => route.scope));
    const ofAll = routes.get(undefined);
    if (ofAll !== undefined && routes.size === 1) return { method, template, value: ofAll.plan, scope };
    const plans = new Map<string, Plan>();
    for (const [version, { plan }] of routes) if (version !== undefined) plans.set(version, plan);
    const value = byVersion(plans, this.reader, ofAll?.plan ?? ((exchange) => otherwise(exchange, method === "WEBSOCKET" ? method : exchange.method))); // prettier-ignore
    this.#versioned.add(value);
    return { method, template, value, scope };
  }
}

function byVersion(plans: ReadonlyMap<string, Plan>, reader: VersionReader, others: Plan): Plan {
  return (exchange, params) => {
    const plan = reader.choose(exchange, plans);
    return plan === undefined ? others(exchange, params) : plan(exchange, params);
  };
}

function leavesOf(routes: readonly CompiledRoute[]): readonly Leaf[] {
  const leaves = new Map<string, Leaf>();
  for (const compiled of routes) {
    const { method, template, version } = compiled.route;
    const key = `${method} ${template.shape}`;
    const leaf = leaves.get(key);
    if (leaf === undefined) leaves.set(key, { method, routes: new Map([[version, compiled]]) });
    else leaf.routes.set(version, compiled);
  }
  // RFC 9110 §9.3.2: where some versions declare HEAD themselves, GET stands in for it in the others.
  for (const [key, { routes: heads }] of leaves) {
    if (!key.startsWith("HEAD ")) continue;
    for (const [version, compiled] of leaves.get(key.replace("HEAD", "GET"))?.routes ?? [])
      if (!heads.has(version) && !heads.has(undefined)) heads.set(version, compiled);
  }
  return [...leaves.values()];
}
