import type { Exchange } from "./http/exchange.ts";
import { commonScope, outwards, type RouterScope } from "./routing/scope.ts";
import { parseTemplate, Template } from "./routing/template.ts";
import { RouteTree } from "./routing/tree.ts";

/** A method that is declared at a path, and what lies around its route. */
type Declared = readonly [method: string, scope: RouterScope];

/**
 * Whose middleware and error handlers are around an answer that no route gives: those of the routes that are at the path, or
 * of the router below whose prefix the path is, or of the app alone. Browsers do not show a 404 or 405 without CORS fields.
 */
export class MissScopes {
  readonly #app: RouterScope;
  readonly #prefixes = new RouteTree<RouterScope>();
  /** Nothing lies around any route but the app: a miss costs no further search then. */
  readonly #isPlain: boolean;

  /** `versions` are what versions put before paths. */
  constructor(app: RouterScope, scopes: readonly RouterScope[], versions: readonly string[] = []) {
    this.#app = app;
    this.#isPlain = scopes.every(({ parent }) => parent === undefined);
    const byPrefix = new Map<string, Set<RouterScope>>();
    for (const scope of new Set(scopes.flatMap(outwards))) {
      if (scope.prefix === undefined) continue;
      const same = byPrefix.get(scope.prefix);
      if (same === undefined) byPrefix.set(scope.prefix, new Set([scope]));
      else same.add(scope);
    }
    for (const [prefix, same] of byPrefix) {
      const scope = commonScope([...same]);
      if (scope === undefined) continue;
      for (const path of new Set(["", ...versions].map((version) => version + prefix)))
        for (const each of [path, `${path}/{rest:path}`]) {
          const template = parseTemplate(each);
          if (template instanceof Template) this.#prefixes.add(template, scope);
        }
    }
  }

  /** `declaredAt` tells what is at a path. */
  of(exchange: Exchange, declaredAt: (path: string) => readonly Declared[]): RouterScope {
    if (this.#isPlain) return this.#app;
    const declared = declaredAt(exchange.path);
    if (declared.length === 0) return this.#prefixes.find(exchange.path) ?? this.#app;
    // A preflight asks about one route (https://fetch.spec.whatwg.org/#cors-preflight-request); a redirect leads to one.
    const wanted =
      exchange.method === "OPTIONS" ? exchange.header("access-control-request-method") : exchange.method;
    const route = declared.find(([method]) => method === wanted);
    return route?.[1] ?? commonScope(declared.map(([, scope]) => scope)) ?? this.#app;
  }
}
