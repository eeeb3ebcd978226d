import { asDependency, type AnyDependency, type Dependency } from "./dependency.ts";
import { docsPages } from "./docs/docs-pages.ts";
import { docsPaths, type DocsPaths, type DocsSettings } from "./docs/settings.ts";
import type { Exchange } from "./http/exchange.ts";
import { HttpError } from "./http/http-error.ts";
import { DEFAULT_LIMITS, type Limits } from "./http/limits.ts";
import { writeProblem } from "./http/problem.ts";
import type { Logger } from "./logger.ts";
import { buildDocument } from "./openapi/build-document.ts";
import type { OpenApiDocument } from "./openapi/document.ts";
import type { DocumentInfo } from "./openapi/info.ts";
import { startAppDependencies, type AppScope } from "./plan/app-scope.ts";
import type { TrailingSlash } from "./routing/matcher.ts";
import { resolveRoutes } from "./routing/resolve.ts";
import type { Route } from "./routing/route.ts";
import { Router, seal, type RouterOptions } from "./routing/router.ts";
import type { RouterScope } from "./routing/scope.ts";
import { fetchHandler, type FetchHandler } from "./server/fetch.ts";
import { requestInMemory, type RequestInMemory } from "./server/memory.ts";
import { Service } from "./service.ts";

/** What an application says about itself; tags here are what the document tells of them. */
export interface AppOptions<G extends string = string>
  extends
    Partial<Omit<DocumentInfo, "path">>,
    Omit<DocsSettings, "title" | "servers">,
    Pick<RouterOptions<"", G>, "dependencies"> {
  /** What becomes of a path that has a "/" too many or too few at its end. Default "strict": it is another path. */
  readonly trailingSlash?: TrailingSlash;
  /** What one request may cost; what is not said keeps its default. */
  readonly limits?: Partial<Limits>;
  /** Replies of endpoints that do not say otherwise are filtered by their `output`, but not validated by it. */
  readonly trusted?: boolean;
  /** Where failures are written that no client is told of. Default `console`. */
  readonly logger?: Logger;
  /** Shows stacks in 500s, and warns of errors that are not declared. Default: whether `waymark dev` runs it. */
  readonly dev?: boolean;
}

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
   * Rejects with a `StartUpError`, or with what a dependency threw.
   */
  async start(): Promise<void> {
    await this.#started();
    this.#serving = true;
  }

  /** Cleans up the app-scope dependencies, in reverse. Never rejects: clean-ups that fail are logged. */
  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    this.#service = this.#starting = undefined;
    this.#serving = false;
    seal(this, false);
    for (let scope = this.#appScopes.pop(); scope !== undefined; scope = this.#appScopes.pop())
      await scope.stop();
  }

  /** Answers an exchange: what drivers call. Never throws and never rejects. */
  handle(exchange: Exchange): void | Promise<void> {
    if (this.#service !== undefined) return this.#service.handle(exchange);
    return this.#started().then(
      (service) => service.handle(exchange),
      (error: unknown) => {
        this.#logger.error("the application did not start", error);
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
    await this.#started();
    return requestInMemory(this, where, options);
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
    return (this.#starting ??= this.#start());
  }

  async #start(): Promise<Service> {
    const routes = resolveRoutes(this, { ...this.#resolving, overrides: this.#overrides });
    const pages = this.#pages();
    const appScope = await startAppDependencies(routes, this.#logger, this.#appScopes);
    this.#appScopes.push(appScope);
    const { trailingSlash, trusted = false, dev = runsInDevelopment() } = this.#options;
    const settings = { limits: this.limits, dev, logger: this.#logger, appValues: appScope.values, trusted };
    seal(this, true);
    return (this.#service = new Service({ routes, pages, scope: this.#scope, settings, trailingSlash }));
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

  get #resolving(): { readonly trusted: boolean } {
    return { trusted: this.#options.trusted ?? false };
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
