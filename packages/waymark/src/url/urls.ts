import { endpointOf, type AnyEndpoint } from "../endpoint.ts";
import type { Located } from "../http/owner.ts";
import { nearest } from "../routing/nearest.ts";
import type { Route } from "../routing/route.ts";
import { Misfit, routeUrl } from "./route-url.ts";
import type { Addressable, UrlOptions } from "./url-arguments.ts";

/** The addresses of an application's routes. */
export class Urls {
  readonly #byEndpoint = new Map<AnyEndpoint, Route[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      if (route.mount !== undefined) continue;
      const known = this.#byEndpoint.get(route.endpoint);
      if (known === undefined) this.#byEndpoint.set(route.endpoint, [route]);
      else known.push(route);
    }
    for (const [endpoint, own] of this.#byEndpoint) this.#byEndpoint.set(endpoint, own.toSorted(byRank));
  }

  /** Path and query, from the application's root, and whether it is a socket's. Throws a `TypeError` with why there is none. */
  of(
    addressable: Addressable,
    inputs: Readonly<Record<string, unknown>> = {},
    options: UrlOptions = {},
  ): Located {
    const endpoint = endpointOf(addressable as AnyEndpoint);
    const routes = this.#routesOf(endpoint, options.route);
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
    return found.length === 0 ? undefined : found.toSorted(byRank);
  }
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
