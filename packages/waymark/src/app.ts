import { checkAppOptions, type AppOptions } from "./app-options.ts";
import { asDependency, type AnyDependency, type Dependency } from "./dependency.ts";
import { docsPages } from "./docs/docs-pages.ts";
import { docsPaths, type DocsPaths } from "./docs/settings.ts";
import type { Exchange } from "./http/exchange.ts";
import { HttpError } from "./http/http-error.ts";
import { DEFAULT_LIMITS, type Limits } from "./http/limits.ts";
import { writeProblem } from "./http/problem.ts";
import type { Logger } from "./logger.ts";
import { buildDocument } from "./openapi/build-document.ts";
import type { OpenApiDocument } from "./openapi/document.ts";
import { startAppDependencies, type AppScope } from "./plan/app-scope.ts";
import { resolveRoutes, type ResolveOptions } from "./routing/resolve.ts";
import type { Route } from "./routing/route.ts";
import { Router, seal } from "./routing/router.ts";
import type { RouterScope } from "./routing/scope.ts";
import { fetchHandler, type FetchHandler } from "./server/fetch.ts";
import { requestInMemory, type RequestInMemory } from "./server/memory.ts";
import { Service } from "./service.ts";

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
export class App<G extends string = never> extends Router<"", G> {
  /** Tells an application from anything else, across copies of this package. */
  readonly "~waymark" = "app";
  /** What one request may cost. */
  readonly limits: Limits;
  /** Whether the application is about to stop: a readiness route answers 503 then. */
  draining = false;
  readonly #options: AppOptions<G>;
  readonly #overrides = new Map<AnyDependency, AnyDependency>();
  readonly #appScopes: AppScope[] = [];
  #service: Service | undefined;
  #starting: Promise<Service> | undefined;
  #serving = false;
  #isSealed = false;
  /** Starts and stops run one after the other: a start must not take over what a stop is about to clean up. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: AppOptions<G> = {}) {
    super(options.dependencies === undefined ? {} : { dependencies: options.dependencies });
    this.#options = options;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
  }

  /** Where the document and the docs pages are; absent where they are turned off. */
  get docs(): DocsPaths {
    return docsPaths(this.#options);
  }

  /** Every route, with everything about it decided. Throws a `StartUpError` with all that is wrong. */
  routes(): Route[] {
    return resolveRoutes(this, this.#resolving);
  }

  /** The OpenAPI document. Throws a `StartUpError` with all that is wrong. */
  openapi(): OpenApiDocument {
    return this.#document(this.routes());
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
    if (this.#starting === starting) this.#serving = true;
  }

  /** Cleans up the app-scope dependencies, in reverse. Never rejects: clean-ups that fail are logged. */
  stop(): Promise<void> {
    this.#recompile();
    this.#serving = false;
    this.#seal(false);
    return this.#inTurn(async () => {
      for (let scope = this.#appScopes.pop(); scope !== undefined; scope = this.#appScopes.pop())
        await scope.stop();
    });
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
    const before = this.#overrides.get(dependency);
    this.#overrides.set(dependency, asDependency(replacement, dependency));
    this.#recompile();
    return {
      [Symbol.dispose]: () => {
        if (before === undefined) this.#overrides.delete(dependency);
        else this.#overrides.set(dependency, before);
        this.#recompile();
      },
    };
  }

  #recompile(): void {
    this.#service = this.#starting = undefined;
  }

  #started(): Promise<Service> {
    return (this.#starting ??= this.#startInTurn());
  }

  #startInTurn(): Promise<Service> {
    const starting = this.#inTurn(() => this.#start());
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

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #start(): Promise<Service> {
    const routes = resolveRoutes(this, { ...this.#resolving, overrides: this.#overrides });
    const pages = this.#pages();
    const { trailingSlash, trusted = false, dev = runsInDevelopment() } = this.#options;
    const appValues = new Map<AnyDependency, unknown>();
    const settings = { limits: this.limits, dev, logger: this.#logger, appValues, trusted };
    // Compiled before anything is started: what is wrong with a route leaves nothing to clean up.
    const service = new Service({ routes, pages, scope: this.#scope, settings, trailingSlash });
    const appScope = await startAppDependencies(routes, this.#logger, this.#appScopes);
    this.#appScopes.push(appScope);
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

  /** Made at the start from the routes as they are declared: what a test puts in a dependency's place is not documented. */
  #pages(): ReturnType<typeof docsPages> {
    const { title = TITLE, openapi, docs, redoc, servers } = this.#options;
    if (openapi === false) return [];
    const text = JSON.stringify(this.openapi());
    return docsPages({ title, openapi, docs, redoc, servers }, () => text);
  }

  #document(routes: readonly Route[]): OpenApiDocument {
    const { title = TITLE, version = VERSION, openapi, ...info } = this.#options;
    return buildDocument(routes, { ...info, title, version, path: openapi === false ? undefined : openapi });
  }

  get #resolving(): ResolveOptions {
    return { trusted: this.#options.trusted ?? false, found: checkAppOptions(this.#options) };
  }

  get #scope(): RouterScope {
    return { parent: undefined, errorHandlers: this["~errorHandlers"], middleware: this["~middleware"] };
  }

  get #logger(): Logger {
    return this.#options.logger ?? console;
  }
}

const TITLE = "API";
const VERSION = "0.1.0";

/** `waymark dev` says so in the environment; edge runtimes may have none. */
function runsInDevelopment(): boolean {
  return globalThis.process?.env?.["WAYMARK_ENV"] === "development";
}
