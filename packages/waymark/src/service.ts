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
import { varyBy } from "./routing/vary-by.ts";
import { missInVersions, missOfVersion } from "./routing/version-miss.ts";
import { versionReader } from "./routing/version-reader.ts";
import type { Versioning } from "./routing/versions.ts";
import { VersionedRoutes, type CompiledRoute, type PlacedPlan } from "./versioned-routes.ts";

export interface ServiceOptions {
  readonly routes: readonly Route[];
  readonly pages: readonly DocsPage[];
  /** The application's own error handlers and middleware. */
  readonly scope: RouterScope;
  readonly settings: PlanSettings;
  readonly trailingSlash: TrailingSlash | undefined;
  readonly versioning?: Versioning | undefined;
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
  readonly #versioning: Versioning | undefined;
  /** Where a field of the request tells the version. */
  readonly #versioned: VersionedRoutes | undefined;
  readonly #scopes = new Map<Plan, RouterScope>();
  readonly #missScopes: MissScopes;
  /** Made when first needed: most scopes never miss. */
  readonly #misses = new Map<RouterScope, Outside>();

  constructor({ routes, pages, scope, settings, trailingSlash, versioning }: ServiceOptions) {
    this.#settings = settings;
    this.#hasSockets = routes.some(({ method }) => method === "WEBSOCKET");
    this.#missScopes = new MissScopes(
      scope,
      routes.map((route) => route.scope),
      versioning?.names.map((version) => versioning.prefixOf(version)),
    );
    const compiled = routes.map((route) => ({ route, plan: compilePlan(route, settings) }));
    const reader = versioning && versionReader(versioning);
    this.#versioning = versioning;
    this.#versioned =
      reader &&
      new VersionedRoutes(compiled, reader, {
        versions: versioning!.names,
        trailingSlash,
        otherwise: (exchange, method) => this.#inVersion(exchange, method),
      });
    // Routes come first: where a route stands at the path of a docs page, the route stays.
    const entries: Entry<Plan>[] = [...(this.#versioned?.entries ?? compiled.map(placed))];
    for (const { value, scope: around } of entries as PlacedPlan[]) this.#scopes.set(value, around ?? scope);
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
    const scope = this.#missScopes.of(exchange, (path) =>
      this.#matcher.at(path).map(([method, plan]) => [method, this.#scopes.get(plan)!] as const),
    );
    let outside = this.#misses.get(scope);
    if (outside === undefined) {
      outside = compileOutside(scope, this.#settings, (missed) => this.#answerMiss(missed));
      this.#misses.set(scope, outside);
    }
    return outside;
  }

  /** The best match of the path is of other versions: one that is less special may be of this one. */
  #inVersion(exchange: Exchange, method: string): void | Promise<void> {
    const matcher = this.#matcherFor(exchange);
    const plan = matcher === this.#matcher ? undefined : matcher.find(method, exchange.path);
    if (plan !== undefined) return plan(exchange, matcher.params);
    return method === "WEBSOCKET" ? this.handle(exchange) : this.#miss(exchange)(exchange);
  }

  /** The routes of the version that the request asks for; all of them where it asks for none that there is. */
  #matcherFor(exchange: Exchange): Matcher<Plan> {
    try {
      return this.#versioned!.of(this.#versioned!.reader.version(exchange));
    } catch (error) {
      if (error instanceof HttpError) return this.#matcher;
      throw error;
    }
  }

  #answerMiss(exchange: Exchange): void {
    const { method, path, search } = exchange;
    let matcher = this.#matcher;
    if (this.#versioned !== undefined) {
      const asked = matcher.find(exchange.upgrade === undefined ? method : "WEBSOCKET", path);
      if (asked !== undefined && this.#versioned.asks(asked)) this.#versioned.reader.version(exchange);
      // OPTIONS asks about the path, and a preflight cannot say a version.
      if (method !== "OPTIONS") matcher = this.#matcherFor(exchange);
    }
    const miss = matcher.miss(method, path, search);
    // A 405 may be kept by caches (RFC 9110 §15.5.6), and its methods are those of one version.
    if (miss.reason === "method-not-allowed" && this.#hasVersions(path))
      varyBy(exchange, this.#versioned!.reader.field);
    if (miss.reason === "not-found" && this.#versioning !== undefined)
      throw this.#notFound(this.#versioning, exchange);
    answerMiss(exchange, miss);
  }

  /** Whether a field of the request chooses among what is at a path. */
  #hasVersions(path: string): boolean {
    const versioned = this.#versioned;
    return versioned !== undefined && this.#matcher.at(path).some(([, plan]) => versioned.asks(plan));
  }

  #notFound(versioning: Versioning, exchange: Exchange): HttpError {
    const versioned = this.#versioned;
    return versioned === undefined
      ? missInVersions(versioning, exchange, (other) => this.#matcher.at(other).length > 0)
      : missOfVersion(
          versioning.names.filter((version) => versioned.of(version).at(exchange.path).length > 0),
        );
  }
}

function placed({ route, plan }: CompiledRoute): PlacedPlan {
  return { method: route.method, template: route.template, value: plan, scope: route.scope };
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
