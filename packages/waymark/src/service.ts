import type { DocsPage } from "./docs/docs-page.ts";
import type { Exchange } from "./http/exchange.ts";
import { HttpError } from "./http/http-error.ts";
import { takeRootPath } from "./http/root-path.ts";
import { MissScopes } from "./miss-scopes.ts";
import { compileOutside, type Outside } from "./plan/outside.ts";
import { compilePlan, type Plan } from "./plan/plan.ts";
import type { PlanSettings } from "./plan/settings.ts";
import { upgradeRequired } from "./realtime/handshake.ts";
import { Matcher, type Entry, type Miss, type TrailingSlash } from "./routing/matcher.ts";
import type { Route } from "./routing/route.ts";
import type { RouterScope } from "./routing/scope.ts";
import { parseTemplate, Template } from "./routing/template.ts";

export interface ServiceOptions {
  readonly routes: readonly Route[];
  readonly pages: readonly DocsPage[];
  /** The application's own error handlers and middleware. */
  readonly scope: RouterScope;
  readonly settings: PlanSettings;
  readonly trailingSlash: TrailingSlash | undefined;
  /** What clients write before every path; undefined where nothing. */
  readonly rootPath?: string | undefined;
}

/** A started application. Where clients write something before every path, that is taken away first. */
export function startedService(options: ServiceOptions): Service {
  const { rootPath } = options;
  return rootPath === undefined ? new Service(options) : new RootedService(options, rootPath);
}

/** A started application: every route compiled, and found by method and path. */
export class Service {
  readonly #matcher: Matcher<Plan>;
  readonly #settings: PlanSettings;
  readonly #hasSockets: boolean;
  readonly #scopes = new Map<Plan, RouterScope>();
  readonly #missScopes: MissScopes;
  /** Made when first needed: most scopes never miss. */
  readonly #misses = new Map<RouterScope, Outside>();

  constructor({ routes, pages, scope, settings, trailingSlash }: ServiceOptions) {
    this.#settings = settings;
    this.#hasSockets = routes.some(({ method }) => method === "WEBSOCKET");
    this.#missScopes = new MissScopes(
      scope,
      routes.map((route) => route.scope),
    );
    // Routes come first: where a route stands at the path of a docs page, the route stays.
    const entries: Entry<Plan>[] = routes.map((route) => {
      const plan = compilePlan(route, settings);
      this.#scopes.set(plan, route.scope);
      return { method: route.method, template: route.template, value: plan };
    });
    for (const page of pages) {
      const plan = compileOutside(scope, settings, (exchange) => page.respond(exchange));
      this.#scopes.set(plan, scope);
      entries.push({ method: page.method, template: templateOf(page.path), value: plan });
    }
    this.#matcher = new Matcher(entries, trailingSlash);
  }

  /** Whether any route is for WebSockets. */
  get hasSockets(): boolean {
    return this.#hasSockets;
  }

  /** Answers an exchange that has `upgrade`: a path without a WEBSOCKET gets the answer of a request like any other. */
  upgrade(exchange: Exchange): void | Promise<void> {
    const matcher = this.#matcher;
    const plan = matcher.find("WEBSOCKET", exchange.path);
    return plan === undefined ? this.handle(exchange) : plan(exchange, matcher.params);
  }

  /** Answers the exchange, its `end` included. Never throws and never rejects. */
  handle(exchange: Exchange): void | Promise<void> {
    const matcher = this.#matcher;
    const plan = matcher.find(exchange.method, exchange.path);
    if (plan !== undefined) return plan(exchange, matcher.params);
    return this.#miss(exchange)(exchange);
  }

  #miss(exchange: Exchange): Outside {
    const matcher = this.#matcher;
    const scope = this.#missScopes.of(exchange, (path) =>
      matcher.at(path).map(([method, plan]) => [method, this.#scopes.get(plan)!] as const),
    );
    let outside = this.#misses.get(scope);
    if (outside === undefined) {
      outside = compileOutside(scope, this.#settings, (missed) =>
        answerMiss(missed, matcher.miss(missed.method, missed.path, missed.search)),
      );
      this.#misses.set(scope, outside);
    }
    return outside;
  }
}

class RootedService extends Service {
  readonly #root: string;

  constructor(options: ServiceOptions, root: string) {
    super(options);
    this.#root = root;
  }
  override upgrade(exchange: Exchange): void | Promise<void> {
    this.#take(exchange);
    return super.upgrade(exchange);
  }
  override handle(exchange: Exchange): void | Promise<void> {
    this.#take(exchange);
    return super.handle(exchange);
  }

  /** Once: an upgrade that no route takes is handled as any request. An application that is mounted stands below the mount. */
  #take(exchange: Exchange): void {
    if (exchange.root === "" && exchange.base === "") takeRootPath(exchange, this.#root);
  }
}

/** Docs have checked their paths: there is nothing in them that a template could misread. */
function templateOf(path: string): Template {
  const template = parseTemplate(path);
  if (template instanceof Template) return template;
  throw new TypeError(`'${path}' is not a path for the docs`);
}

function answerMiss(exchange: Exchange, miss: Miss): void {
  switch (miss.reason) {
    case "not-found":
      throw new HttpError(404);
    case "bad-encoding":
      throw new HttpError(400, "The path is not valid percent-encoded UTF-8");
    case "upgrade-required":
      throw upgradeRequired(exchange);
    case "method-not-allowed":
      throw new HttpError(405, undefined, { headers: { allow: miss.allow } });
    case "options":
      exchange.status = 204;
      exchange.setField("allow", miss.allow);
      return;
    case "redirect":
      exchange.status = 308;
      exchange.setField("location", miss.location);
      return;
  }
}
