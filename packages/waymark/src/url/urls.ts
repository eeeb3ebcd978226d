import { endpointOf, type AnyEndpoint } from "../endpoint.ts";
import type { Located } from "../http/owner.ts";
import { nearest } from "../routing/nearest.ts";
import type { Route } from "../routing/route.ts";
import { Misfit, routeUrl } from "./route-url.ts";
import type { Addressable, UrlOptions } from "./url-arguments.ts";

/** The addresses of an application's routes. */
export class Urls {
  readonly #byEndpoint = new Map<AnyEndpoint, Route[]>();
  readonly #versions: readonly string[];

  /** `versions` are those of the application, the latest last. */
  constructor(routes: readonly Route[], versions: readonly string[] = []) {
    this.#versions = versions;
    for (const route of routes) {
      if (route.mount !== undefined) continue;
      const known = this.#byEndpoint.get(route.endpoint);
      if (known === undefined) this.#byEndpoint.set(route.endpoint, [route]);
      else known.push(route);
    }
    for (const [endpoint, own] of this.#byEndpoint) this.#byEndpoint.set(endpoint, this.#sorted(own));
  }

  /**
   * Path and query, from the application's root, and whether it is a socket's. Throws a `TypeError` with why there is none.
   * `near` is the version that goes before others.
   */
  of(
    addressable: Addressable,
    inputs: Readonly<Record<string, unknown>> = {},
    options: UrlOptions = {},
    near?: string,
  ): Located {
    const endpoint = endpointOf(addressable as AnyEndpoint);
    const all = this.#routesOf(endpoint, options.route);
    const routes = ofVersion(all, options.version ?? near, options.version !== undefined);
    if (routes.length === 0)
      throw new TypeError(`${nameOf(endpoint)} has no route of version ${options.version}, and so no URL`);
    const reasons: string[] = [];
    for (const route of routes) {
      const url = routeUrl(route, inputs, options);
      if (!(url instanceof Misfit)) return { path: url, isSocket: route.method === "WEBSOCKET" };
      reasons.push(`${labelOf(route)} ${url.reason}`);
    }
    const [only] = reasons;
    throw new TypeError(
      reasons.length === 1
        ? `there is no such URL: ${only}`
        : `no route of ${nameOf(endpoint)} has such a URL: ${reasons.join("; ")}`,
    );
  }

  #routesOf(endpoint: AnyEndpoint, wanted: string | undefined): readonly Route[] {
    const routes = this.#byEndpoint.get(endpoint) ?? this.#ofFunction(endpoint["~run"]);
    if (routes === undefined)
      throw new TypeError(`${nameOf(endpoint)} has no route in this application, and so no URL`);
    if (wanted === undefined) return routes;
    const found = routes.filter(
      (route) => route.operationId === wanted || labelOf(route) === wanted || route.template.text === wanted,
    );
    if (found.length > 0) return found;
    const known = routes.flatMap((route) => [labelOf(route), route.operationId]);
    const meant = nearest(wanted, [...known, ...routes.map(({ template }) => template.text)]);
    throw new TypeError(
      `${nameOf(endpoint)} has no route '${wanted}': ${meant === undefined ? `its routes are ${routes.map(labelOf).join(", ")}` : `did you mean '${meant}'?`}`,
    );
  }

  /** Of the endpoints that a function was given to: inside of it that is what its own name stands for. */
  #ofFunction(run: unknown): readonly Route[] | undefined {
    const found = [...this.#byEndpoint]
      .filter(([{ "~run": own }]) => own === run)
      .flatMap(([, routes]) => routes);
    return found.length === 0 ? undefined : this.#sorted(found);
  }

  #sorted(routes: readonly Route[]): Route[] {
    return routes.toSorted(byRank).toSorted(byVersion(this.#versions));
  }
}

/** Those of a version first, or alone; routes without one are of every version. The order is kept otherwise. */
function ofVersion(
  routes: readonly Route[],
  wanted: string | undefined,
  isNeeded: boolean,
): readonly Route[] {
  if (wanted === undefined) return routes;
  const fits = ({ version }: Route): boolean => version === undefined || version === wanted;
  const own = routes.filter(fits);
  return isNeeded ? own : [...own, ...routes.filter((route) => !fits(route))];
}

/** The latest first; what is of every version is of the latest. */
function byVersion(versions: readonly string[]): (one: Route, other: Route) => number {
  const orderOf = ({ version }: Route): number =>
    version === undefined ? versions.length - 1 : versions.indexOf(version);
  return (one, other) => orderOf(other) - orderOf(one);
}

/** The canonical one first, those that are on their way out last. */
function byRank(one: Route, other: Route): number {
  return rankOf(one) - rankOf(other);
}
function rankOf({ canonical, deprecated, hidden }: Route): number {
  return canonical ? 0 : deprecated !== false ? 3 : hidden ? 2 : 1;
}

function labelOf({ method, template }: Route): string {
  return `${method} ${template.text}`;
}

function nameOf({ contract, name }: AnyEndpoint): string {
  return contract.name ?? (name === "" ? "the function" : name);
}
