import type { AnyDependency } from "../dependency.ts";
import { BARE, endpointOf, type AnyEndpoint, type CheckErrors, type ErrorDeclarations } from "../endpoint.ts";
import type { ErrorHandler, HandlerContext, Middleware } from "../http/handlers.ts";
import { callThatMakes } from "../http/middleware-makers.ts";
import type { HttpError } from "../http/http-error.ts";
import type { MountHandler } from "../http/mounted.ts";
import type { Input, Inputs } from "../inputs/input.ts";
import type {
  Bare,
  EndpointOrBareFunction,
  OptionsArgument,
  PathArgument,
  Routable,
  TableArgument,
} from "./check.ts";
import type { CheckPrefix } from "./check-template.ts";
import type { Declaration, IncludeOptions, RouteOptions } from "./declaration.ts";
import type { RoutedSocket } from "../realtime/socket.ts";
import { operationOf, type Operation, type OperationTable } from "./operation.ts";
import { kindOf } from "./kind.ts";
import { mountedOf, mountEndpoint, type MountOptions } from "./mount.ts";
import type { Deprecation, Method } from "./route.ts";
import type { RouterScope } from "./scope.ts";

/** What a router lays over all its routes. F is the prefix, G the path names that its guards read, E its errors. */
export interface RouterOptions<
  F extends string = string,
  G extends string = string,
  E extends ErrorDeclarations = ErrorDeclarations,
> {
  /** Stands before every path: `/tenants/{tenantId}`. Its names are matched exactly. */
  readonly prefix?: [F] extends [never] ? F : CheckPrefix<F>;
  /** Added before the tags of each route. */
  readonly tags?: readonly string[];
  /** Guards of every route: they run before anything else of the request is read. */
  readonly dependencies?: readonly (AnyDependency & Input<"dependency", unknown, G>)[];
  /** What the caller of any of its routes must be allowed to do, beside what the routes ask for. */
  readonly scopes?: readonly string[];
  /** Around every route, as if given to `use` first. */
  readonly middleware?: readonly Middleware[];
  /** For every route that does not say it for itself. */
  readonly deprecated?: boolean | Deprecation;
  /** The versions of the API that its routes are of: a route may only choose among them. */
  readonly version?: string | readonly string[];
  /** Whose documents show its routes, unless they say it for themselves. */
  readonly audience?: string | readonly string[];
  /** Leaves its routes out of the document, or shows them, unless they say it for themselves. */
  readonly hidden?: boolean;
  /**
   * What any of its routes may answer with, as `errors` of an endpoint: `{ 401: "Not signed in" }`. Of one status the nearest
   * counts: dependencies, endpoint and route may say it in their own words.
   */
  readonly errors?: E & CheckErrors<E>;
}

/** A route as data: `app.add({ method, path, endpoint, … })`. */
export interface AddedRoute extends Omit<RouteOptions, "bind"> {
  readonly method: Method | (string & {});
  readonly path: string;
  readonly endpoint: AnyEndpoint | (() => unknown);
  readonly bind?: Readonly<Record<string, string | Input>>;
}

/** The runtime side of every router: what it recorded, for start-up to read. */
export interface AnyRouter {
  readonly "~options": Omit<RouterOptions, "prefix"> & { readonly prefix?: string };
  readonly "~declarations": readonly Declaration[];
  readonly "~includes": readonly Inclusion[];
  readonly "~errorHandlers": RouterScope["errorHandlers"];
  readonly "~middleware": readonly Middleware[];
  "~seals": number;
}

/** Closes a router and all that it includes to further declarations, or takes that back: several applications may share it. */
export function seal(router: AnyRouter, sealed: boolean): void {
  router["~seals"] += sealed ? 1 : -1;
  for (const { router: included } of router["~includes"]) seal(included, sealed);
}

export interface Inclusion {
  readonly router: AnyRouter;
  readonly options: IncludeOptions;
}

/**
 * The statement form: one path or several, an endpoint (or a bare function, an endpoint without inputs), the options of
 * these routes.
 */
export interface Statement<F extends string, G extends string> {
  <
    const P extends string | readonly string[],
    I extends Inputs,
    R,
    N extends string | Bare,
    D extends string | Bare,
    const O extends object = {},
  >(
    path: PathArgument<F, P, I, R, N, D, G, O>,
    endpoint: EndpointOrBareFunction<I, R, N, D>,
    options?: OptionsArgument<I, R, N, O>,
  ): void;
}

/** The same for a socket. */
export interface SocketStatement<F extends string, G extends string> {
  <
    const P extends string | readonly string[],
    I extends Inputs,
    R,
    N extends string | Bare,
    D extends string | Bare,
    const O extends object = {},
  >(
    path: PathArgument<F, P, I, R, N, D, G, O>,
    socket: RoutedSocket<I, R, N, D>,
    options?: OptionsArgument<I, R, N, O>,
  ): void;
}

function isRouter(value: unknown): value is AnyRouter {
  return typeof value === "object" && value !== null && "~declarations" in value;
}

type ErrorClass = new (...args: any[]) => Error;
/** By status, errors are `HttpError`s; but 500 is also what every other error is answered with. */
type ErrorOf<On> = On extends ErrorClass ? InstanceType<On> : 500 extends On ? Error : HttpError;

/**
 * A list of routes with what they share: prefix, tags, guards, errors, deprecation. It only records; everything is checked and
 * compiled when the application starts.
 *
 * ```ts
 * const items = new Router({ prefix: "/items", tags: ["Items"] });
 * items.get("/{itemId}", readItem, { summary: "Read an item" });
 * app.include(items);
 * ```
 */
export class Router<
  F extends string = "",
  G extends string = never,
  const E extends ErrorDeclarations = {},
> implements AnyRouter {
  readonly "~options": AnyRouter["~options"];
  readonly "~declarations": Declaration[] = [];
  readonly "~includes": Inclusion[] = [];
  readonly "~errorHandlers": RouterScope["errorHandlers"][number][] = [];
  readonly "~middleware": Middleware[] = [];
  /** Applications with this router that run: what is declared then would never be seen. */
  "~seals" = 0;

  constructor(options: RouterOptions<F, G, E> = {}) {
    this["~options"] = options as AnyRouter["~options"];
  }

  /** Answers GET, and with it HEAD: `app.get("/items/{itemId}", readItem, { summary: "Read an item" })`. */
  readonly get: Statement<F, G> = this.#statement("GET");
  /** Answers POST: `app.post("/items", createItem, { status: 201 })`. */
  readonly post: Statement<F, G> = this.#statement("POST");
  /** Answers PUT: `app.put("/items/{itemId}", replaceItem)`. */
  readonly put: Statement<F, G> = this.#statement("PUT");
  /** Answers PATCH (RFC 5789): `app.patch("/items/{itemId}", changeItem)`. */
  readonly patch: Statement<F, G> = this.#statement("PATCH");
  /** Answers DELETE: `app.delete("/items/{itemId}", deleteItem)`. */
  readonly delete: Statement<F, G> = this.#statement("DELETE");
  /** Answers HEAD on its own; only needed where no GET of the same path should exist. */
  readonly head: Statement<F, G> = this.#statement("HEAD");
  /** Answers OPTIONS on its own; without it the reply is 204 with `Allow`. */
  readonly options: Statement<F, G> = this.#statement("OPTIONS");
  /** Answers QUERY, the safe method with a body: `app.query("/search", search)`. */
  readonly query: Statement<F, G> = this.#statement("QUERY");

  /**
   * Gives a WebSocket to clients that ask for one (RFC 6455), beside what GET answers there:
   * `app.websocket("/rooms/{room}", chat)`.
   */
  readonly websocket: SocketStatement<F, G> = this.#statement("WEBSOCKET") as unknown as SocketStatement<
    F,
    G
  >;

  /**
   * One function, any number of routes: each key is a method and a path, each value the options of that route.
   *
   * ```ts
   * app.route(readProduct, {
   *   "GET /items/{itemId}": { summary: "Read an item", canonical: true },
   *   "GET /products/{productId}": { summary: "Read a product" },
   * });
   * ```
   *
   * Several versions of one route are a list: `"GET /items/{itemId}": [{ version: "1", output: OldItem, map }, { version: "2" }]`.
   *
   * What it returns is all that a typed client wants to know: `createClient({ readProduct }, { baseUrl })`.
   */
  route<
    I extends Inputs,
    R,
    N extends string | Bare,
    D extends string | Bare,
    const T extends TableArgument<F, I, R, N, D, G, T>,
    W = unknown,
  >(endpoint: Routable<I, R, N, D, W>, table: T): Operation<I, R, W, T, E> {
    if (typeof table !== "object" || table === null)
      throw new TypeError(`route takes an endpoint and a table, not ${kindOf(table)}`);
    // Which of the two it is, start-up sees.
    const routed = endpoint as unknown as AnyEndpoint | (() => unknown);
    for (const [key, options] of Object.entries(table)) {
      const space = key.indexOf(" ");
      // A key without a space is no route; start-up finds it by its empty method, and shows it.
      for (const each of Array.isArray(options) ? (options as unknown[]) : [options])
        this.#record(key.slice(0, Math.max(space, 0)), key.slice(space + 1), routed, each as RouteOptions);
    }
    // Without a compiler it may be anything, which start-up tells of.
    const contract = (routed as Partial<AnyEndpoint> | undefined)?.contract ?? BARE;
    const { prefix = "", errors = {} } = this["~options"];
    return operationOf(contract, table as OperationTable, prefix, errors) as Operation<I, R, W, T, E>;
  }

  /**
   * A route as data, checked when the application starts and not by the compiler.
   *
   * ```ts
   * for (const { path, table } of config) app.add({ method: "GET", path, endpoint: readRows, bind: { table: constant(table) } });
   * ```
   */
  add({ method, path, endpoint, ...options }: AddedRoute): void {
    this.#record(method, path, endpoint, options as RouteOptions);
  }

  /**
   * Takes over the routes of another router, now and as they are added; the same router may be included several times.
   * A prefix with parameters belongs to `new Router({ prefix })`, where the compiler can check it.
   *
   * ```ts
   * app.include(items, { prefix: "/v2", deprecated: { since: "2026-06-01" } });
   * ```
   */
  include(router: AnyRouter, options: IncludeOptions = {}): void {
    if (!isRouter(router)) throw new TypeError(`include takes a router, not ${kindOf(router)}`);
    this.#checkOpen("a router");
    this["~includes"].push({ router, options });
  }

  /**
   * Gives every path below one to another handler: a web-standard `fetch` function or whatever has one (Hono, itty),
   * another `App`, an Express or Connect application as `nodeHandler(app)`, or `staticFiles(directory)`. Guards, middleware
   * and error handlers lie around it as around any route; routes of this application go before it; the document leaves it
   * out. The handler sees the path without what it is mounted at.
   *
   * ```ts
   * app.mount("/legacy", new Hono().get("/hello", (c) => c.text("hello")));
   * ```
   */
  mount(path: string, handler: MountHandler, options: MountOptions = {}): void {
    if (typeof path !== "string")
      throw new TypeError(`mount takes a path and a handler, not ${kindOf(path)} first`);
    if ((handler as unknown) === this) throw new TypeError("an app cannot be mounted in itself");
    const mounted = mountedOf(handler);
    this.#checkOpen(`mount ${path}`);
    const { strip = true, ...around } = options;
    this["~declarations"].push({
      method: "mount",
      path,
      endpoint: mountEndpoint(mounted, strip),
      options: around,
      mount: mounted,
      declaredBy: new Error(`mount ${path}`),
    });
  }

  /**
   * Runs around every route of this router. `next()` runs the rest; after it `response` shows status and header fields of
   * the reply, which has not been sent yet. Returning something replies with that instead.
   *
   * ```ts
   * app.use(async ({ response }, next) => { const begin = performance.now(); await next(); response.headers.set("server-timing", `app;dur=${performance.now() - begin}`); });
   * ```
   */
  use(middleware: Middleware): void {
    if (typeof middleware !== "function")
      throw new TypeError(`use takes a function (context, next), not ${kindOf(middleware)}`);
    const call = callThatMakes(middleware);
    if (call !== undefined)
      throw new TypeError(`use takes middleware, which ${middleware.name} makes: use(${call})`);
    this.#checkOpen("middleware");
    this["~middleware"].push(middleware);
  }

  /**
   * Answers errors of a class, or with a status, that leave a route of this router. What the handler returns is the
   * reply; undefined leaves the error to the next handler outwards.
   *
   * ```ts
   * app.onError(OutOfStock, (error) => reply(409, { left: error.left }));
   * ```
   */
  onError<const On extends number | ErrorClass>(
    on: On,
    handler: (error: ErrorOf<On>, context: HandlerContext) => unknown,
  ): void {
    if ((typeof on !== "function" && typeof on !== "number") || typeof handler !== "function")
      throw new TypeError(
        `onError takes a class of errors or a status, and a handler, not ${kindOf(on)} and ${kindOf(handler)}: onError(Error, handler) answers all`,
      );
    this.#checkOpen("an error handler");
    this["~errorHandlers"].push({ on, handler: handler as ErrorHandler });
  }

  #statement(method: Method): Statement<F, G> {
    const statement = (
      path: string | readonly string[],
      endpoint: AnyEndpoint | (() => unknown),
      options: RouteOptions = {},
    ): void => {
      if (typeof path !== "string" && !Array.isArray(path))
        throw new TypeError(
          `${method.toLowerCase()} takes a path and an endpoint, in this order, not ${kindOf(path)} first`,
        );
      for (const one of typeof path === "string" ? [path] : path)
        this.#record(method, one, endpoint, options);
    };
    return statement as Statement<F, G>;
  }

  #record(
    method: string,
    path: string,
    endpoint: AnyEndpoint | (() => unknown),
    options: RouteOptions,
  ): void {
    this.#checkOpen(`${method} ${path}`);
    const declaredBy = new Error(`${method} ${path}`);
    this["~declarations"].push({ method, path, endpoint: endpointOf(endpoint), options, declaredBy });
  }

  #checkOpen(what: string): void {
    if (this["~seals"] > 0)
      throw new Error(
        `${what} was declared after the application started: declare it before, or stop the application first`,
      );
  }
}
