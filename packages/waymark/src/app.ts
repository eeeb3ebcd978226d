import { checkAppOptions, type AppOptions } from "./app-options.ts";
import { AppScopes } from "./app-scopes.ts";
import { asDependency, type AnyDependency, type Dependency } from "./dependency.ts";
import type { DocsPaths } from "./docs/settings.ts";
import { Documents, type DocumentName } from "./documents.ts";
import type { ErrorDeclarations } from "./endpoint.ts";
import { guardedPages } from "./guarded-pages.ts";
import type { Exchange } from "./http/exchange.ts";
import { HttpError } from "./http/http-error.ts";
import { DEFAULT_LIMITS, type Limits } from "./http/limits.ts";
import { writeProblem } from "./http/problem.ts";
import { secretlessLogger } from "./http/secretless-logger.ts";
import type { Located, Owner } from "./http/owner.ts";
import type { Input, Inputs, ValueOf } from "./inputs/input.ts";
import type { Logger } from "./logger.ts";
import { Mounts } from "./mounts.ts";
import type { OpenApiDocument } from "./openapi/document.ts";
import type { Webhook } from "./openapi/webhooks.ts";
import type { AppScope } from "./plan/app-scope.ts";
import { runOutsideRequest } from "./plan/outside-request.ts";
import { OpenStreams } from "./plan/open-streams.ts";
import { versioningOf } from "./routing/check-versions.ts";
import type { WebhookRequest } from "./routing/outgoing.ts";
import { jobRoute } from "./routing/job-route.ts";
import { resolveRoutes, type ResolveOptions } from "./routing/resolve.ts";
import type { Route } from "./routing/route.ts";
import { Router, seal } from "./routing/router.ts";
import type { RouterScope } from "./routing/scope.ts";
import type { Versioning } from "./routing/versions.ts";
import { fetchHandler, type FetchHandler } from "./server/fetch.ts";
import { requestInMemory, type RequestInMemory } from "./server/memory.ts";
import { startedService, type Service } from "./service.ts";
import { StandIns } from "./stand-ins.ts";
import { publicUrl } from "./url/public-url.ts";
import type { Addressable, UrlArguments, UrlOptions } from "./url/url-arguments.ts";
import { Urls } from "./url/urls.ts";

/**
 * An application: routes, and what lies around all of them. It only records until it starts; then everything is checked
 * at once (`StartUpError`) and every route is compiled.
 *
 * ```ts
 * const app = new App({ title: "Catalogue", version: "1.0.0" });
 * app.get("/items/{itemId}", readItem);
 * export default app; // waymark dev app.ts, or serve(app, { port: 8000 }), or app.fetch
 * ```
 */
export class App<G extends string = never, const E extends ErrorDeclarations = {}>
  extends Router<"", G, E>
  implements Owner
{
  /** Tells an application from anything else, across copies of this package. */
  readonly "~waymark" = "app";
  /** What one request may cost. */
  readonly limits: Limits;
  readonly #options: AppOptions<G, E>;
  readonly #versioning: Versioning | undefined;
  readonly #standIns = new StandIns();
  readonly #scopes = new AppScopes();
  readonly #streams = new OpenStreams();
  #service: Service | undefined;
  #starting: Promise<Service> | undefined;
  #serving = false;
  #isSealed = false;
  #draining = false;
  #secretless: Logger | undefined;
  #mounts = new Mounts([]);
  #rootPath: string | undefined;
  #urls: Urls | undefined;
  readonly #webhooks: Webhook[] = [];

  constructor(options: AppOptions<G, E> = {}) {
    const { dependencies, audience, hidden, errors } = options;
    super({
      ...(dependencies && { dependencies }),
      ...(audience && { audience }),
      ...(hidden !== undefined && { hidden }),
      ...(errors && { errors }),
    });
    this.#options = options;
    const form = { ...DEFAULT_LIMITS.form, ...options.limits?.form };
    this.limits = { ...DEFAULT_LIMITS, ...options.limits, form };
    this.#rootPath = options.rootPath;
    this.#versioning = versioningOf(options.versions);
  }

  /** Whether the application is about to stop: a readiness route answers 503 then. Applications mounted in it follow. */
  get draining(): boolean {
    return this.#draining;
  }
  set draining(draining: boolean) {
    this.#draining = draining;
    this.#mounts.drain(draining);
  }

  /** Where the document and the docs pages are; absent where they are turned off. */
  get docs(): DocsPaths {
    return this.#documents.paths;
  }

  /**
   * Documents a request that the application sends by itself, to addresses that nobody of its clients has named (OpenAPI 3.1
   * §4.8.1): nothing is sent by it.
   *
   * ```ts
   * app.webhook("orderShipped", { body: Order, headers: { "webhook-signature": z.string() } });
   * ```
   */
  webhook(name: string, request: WebhookRequest = {}): void {
    if (typeof name !== "string" || name === "") throw new TypeError("webhook takes a name and what is sent");
    if (this["~seals"] > 0)
      throw new Error(`webhook ${name} was declared after the application started: declare it before`);
    this.#webhooks.push({ name, request });
  }

  /** What clients write before every path: the option, or what it is served with. Not to be set once it has started. */
  get rootPath(): string | undefined {
    return this.#rootPath;
  }
  set rootPath(rootPath: string | undefined) {
    if (this["~seals"] > 0) throw new Error("the application has started: set rootPath before");
    this.#rootPath = rootPath;
    this.#recompile();
  }

  /**
   * The URL of a function, by its inputs: those of the path and the query, each written as its route reads it. Of several
   * routes the canonical one that fits, unless `route` names another. With `absolute` it has scheme and host.
   *
   * ```ts
   * app.url(readProduct, { itemId: "1", limit: 10 }); // "/items/1?limit=10"
   * app.url(readProduct, { itemId: "1" }, { route: "GET /products/{productId}", absolute: "https://api.example.com" });
   * ```
   *
   * Throws a `TypeError` that says why there is none.
   */
  url<E extends Addressable>(endpoint: E, ...args: UrlArguments<E>): string {
    const [inputs, options] = args as [Readonly<Record<string, unknown>>?, UrlOptions?];
    return publicUrl(this["~locate"](endpoint, inputs, options), this.#rootPath ?? "", options?.absolute);
  }

  "~locate"(
    endpoint: Addressable,
    inputs: Readonly<Record<string, unknown>> | undefined,
    options: UrlOptions | undefined,
    version?: string,
  ): Located {
    // As long as routes may be added, nothing is kept.
    const urls = (this.#urls ??= new Urls(this.routes(), this.#versioning?.names));
    if (this["~seals"] === 0) this.#urls = undefined;
    return urls.of(endpoint, inputs, options, version);
  }

  /** Every route, with everything about it decided. Throws a `StartUpError` with all that is wrong. */
  routes(): Route[] {
    return resolveRoutes(this, this.#resolving);
  }

  /**
   * The OpenAPI document; where there are several, the one that is named. Throws a `StartUpError` with all that is wrong, and
   * a `TypeError` for a name that there is not.
   *
   * ```ts
   * app.openapi({ version: "1", document: "internal" });
   * ```
   */
  openapi(name: DocumentName = {}): OpenApiDocument {
    const routes = this.routes();
    return this.#documents.document(routes, name);
  }

  /**
   * Checks and compiles everything, and starts the app-scope dependencies. `serve` calls it; later calls do nothing.
   * Rejects with a `StartUpError`, or with what a dependency threw; it may then be tried again.
   */
  async start(): Promise<void> {
    const starting = this.#started();
    await starting;
    // Of the server before, where an application is served again.
    this.draining = false;
    this.#streams.reopen();
    await this.#mounts.serve();
    if (this.#starting === starting) this.#serving = true;
  }

  /** Starts it as far as answering needs: for an application that it is mounted in, before that is served. */
  "~prepare"(): Promise<unknown> {
    return this.#started();
  }

  /**
   * Ends the event streams that are open, which have no end of their own: `serve` calls it when it closes, so that a stop does
   * not wait for them. Their clients come back, to another server.
   */
  endStreams(): void {
    this.#streams.end();
  }

  /** Cleans up the app-scope dependencies, in reverse. Never rejects: clean-ups that fail are logged. */
  stop(): Promise<void> {
    this.#recompile();
    this.#serving = false;
    this.#seal(false);
    return this.#scopes.stop();
  }

  /** Answers an exchange: what drivers call. Never throws and never rejects. */
  handle(exchange: Exchange): void | Promise<void> {
    if (this.#service !== undefined) return this.#service.handle(exchange);
    return this.#started().then(
      (service) => service.handle(exchange),
      (error: unknown) => {
        this.#logFailedStart(error);
        writeProblem(exchange, new HttpError(500));
        return exchange.end();
      },
    );
  }

  /** What drivers call for a request that asks for a WebSocket; undefined unless a route takes one, mounts included, once it is started. */
  get upgrade(): ((exchange: Exchange) => void | Promise<void>) | undefined {
    const service = this.#service;
    if (service === undefined || !(service.hasSockets || this.#mounts.haveSockets)) return undefined;
    return (exchange) => service.upgrade(exchange);
  }

  /** Answers a web `Request`: for edge runtimes, and for mounting in anything that speaks fetch. */
  readonly fetch: FetchHandler = fetchHandler(this);

  /**
   * Asks the application without a socket, starting it first if need be: for tests. Rejects with a `StartUpError`.
   *
   * ```ts
   * const response = await app.request("/items/1", { headers: { authorization: "Bearer ada" } });
   * ```
   */
  async request(where: string, options?: RequestInMemory): Promise<Response> {
    // Answered by what was started for it, whatever is overridden or stopped in the meantime.
    const service = await this.#started();
    const application = { limits: this.limits, handle: (exchange: Exchange) => service.handle(exchange) };
    return requestInMemory(application, where, options);
  }

  /**
   * Runs a function with dependencies, outside of any request: for jobs, commands and scripts. App-scope dependencies that it
   * reaches are started if need be, and live until `stop`; the others are cleaned up when the function is done.
   *
   * ```ts
   * await app.run({ db: database }, async function prune({ db }) { await db.deleteExpired(); });
   * await app.stop();
   * ```
   *
   * Rejects with what the function or a dependency throws, and with a `TypeError` where one reads from a request.
   */
  async run<const I extends Readonly<Record<string, Input<"dependency" | "constant", unknown, string>>>, R>(
    inputs: I,
    work: (values: { -readonly [K in keyof I]: ValueOf<I[K]> }) => R,
  ): Promise<Awaited<R>> {
    if (typeof inputs !== "object" || inputs === null || typeof work !== "function")
      throw new TypeError("run takes dependencies by name and a function: run({ db: database }, function)");
    const route = jobRoute(inputs as Inputs, work.name, this.#standIns.current);
    const { values: appValues } = await this.#scopes.startForJob(route, this.#logger);
    const settings = { limits: this.limits, dev: false, logger: this.#logger, appValues };
    return (await runOutsideRequest(route, settings, work)) as Awaited<R>;
  }

  /**
   * Puts another dependency, or a function, in the place of a dependency, until what it returns is disposed: for tests.
   * Throws once the application serves.
   *
   * ```ts
   * using _ = app.override(currentUser, () => ada);
   * ```
   */
  override<T>(
    dependency: AnyDependency & Pick<Dependency<{}, T>, "~value">,
    replacement: AnyDependency | (() => NoInfer<T> | Promise<NoInfer<T>>),
  ): Disposable {
    if (this.#serving)
      throw new Error("an application that serves takes no override: override before it starts");
    const undo = this.#standIns.add(dependency, asDependency(replacement, dependency));
    this.#recompile();
    return {
      [Symbol.dispose]: () => {
        undo();
        this.#recompile();
      },
    };
  }

  #recompile(): void {
    this.#service = this.#starting = this.#urls = undefined;
  }

  #started(): Promise<Service> {
    return (this.#starting ??= this.#startInTurn());
  }

  #startInTurn(): Promise<Service> {
    const starting = this.#scopes.inTurn(() => this.#start());
    starting.then(
      (service) => {
        // Overridden or stopped in the meantime: whoever waits for this start gets it, but nobody after them.
        if (this.#starting !== starting) return;
        this.#service = service;
        this.#seal(true);
      },
      () => {
        if (this.#starting === starting) this.#starting = undefined;
      },
    );
    return starting;
  }

  async #start(): Promise<Service> {
    const overrides = this.#standIns.current;
    const own = resolveRoutes(this, { ...this.#resolving, overrides });
    // Of the routes as they are declared: what a test puts in a dependency's place is not documented.
    const documented = this.#documents.pages(this.routes());
    const guarded = documented.flatMap(({ pages, dependencies }) =>
      guardedPages(dependencies.length === 0 ? [] : pages.filter((page) => page.isGuarded), dependencies, {
        scope: this.#scope,
        overrides,
      }),
    );
    const routes = [...own, ...guarded];
    const pages = documented.flatMap((each) => each.pages.filter((page) => page.isGuarded !== true));
    const { trailingSlash, trusted = false, dev = runsInDevelopment() } = this.#options;
    const appValues = new Map<AnyDependency, unknown>();
    const settings = {
      limits: this.limits,
      dev,
      logger: this.#logger,
      appValues,
      trusted,
      streams: this.#streams,
      owner: this,
    };
    // Compiled before anything is started: what is wrong with a route leaves nothing to clean up.
    const service = startedService({
      routes,
      pages,
      scope: this.#scope,
      settings,
      trailingSlash,
      rootPath: this.#rootPath,
      versioning: this.#versioning,
    });
    const mounts = new Mounts(routes);
    await mounts.check();
    const mounted = await mounts.start();
    let appScope: AppScope;
    try {
      appScope = await this.#scopes.start(routes, this.#logger);
    } catch (error) {
      await mounted.stop();
      throw error;
    }
    this.#scopes.keep(mounted, appScope);
    this.#mounts = mounts;
    for (const [started, value] of appScope.values) appValues.set(started, value);
    return service;
  }

  #seal(sealed: boolean): void {
    if (this.#isSealed === sealed) return;
    this.#isSealed = sealed;
    seal(this, sealed);
  }

  #logFailedStart(error: unknown): void {
    try {
      this.#logger.error("the application did not start", error);
    } catch {
      // A logger that throws must not cost the reply.
    }
  }

  get #resolving(): ResolveOptions {
    return {
      trusted: this.#options.trusted ?? false,
      found: checkAppOptions({ ...this.#options, rootPath: this.#rootPath }),
      versioning: this.#versioning,
      isVersioned: this.#options.versions !== undefined,
    };
  }

  get #documents(): Documents {
    return new Documents({
      options: this.#options as AppOptions,
      versioning: this.#versioning,
      rootPath: this.#rootPath,
      webhooks: this.#webhooks,
    });
  }

  get #scope(): RouterScope {
    return { parent: undefined, errorHandlers: this["~errorHandlers"], middleware: this["~middleware"] };
  }

  get #logger(): Logger {
    return (this.#secretless ??= secretlessLogger(this.#options.logger ?? console));
  }
  get "~logger"(): Logger {
    return this.#logger;
  }
}

/** `waymark dev` says so in the environment; edge runtimes may have none. */
function runsInDevelopment(): boolean {
  return globalThis.process?.env?.["WAYMARK_ENV"] === "development";
}
