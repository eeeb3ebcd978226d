import type { ObservedRoute, Observer } from "./observer.ts";
import type { IncomingRequest } from "./request.ts";
import type { ResponseHead } from "./response.ts";

/** What a handler of errors and a middleware are given: the request, and the head of the reply to be. */
export interface HandlerContext {
  readonly request: IncomingRequest;
  readonly response: ResponseHead;
}

/**
 * Answers an error: what it returns is the reply (a `reply(…)`, a web `Response`, or a value for JSON with the error's
 * status). Returning undefined leaves the error to the next handler outwards.
 */
export type ErrorHandler = (error: any, context: HandlerContext) => unknown;

/**
 * Runs around the routes of an app or router, or around one route. `next()` runs the rest; afterwards `response` shows
 * status and fields of the reply, which has not been sent yet. Returning something other than undefined replies with that
 * instead.
 */
export interface Middleware {
  (context: HandlerContext, next: () => Promise<void>): unknown;
  /** What a packaged middleware says of itself; `middleware({ … })` puts it there. */
  readonly "~middleware"?: MiddlewareParts;
}

/** What a middleware can know of a route before there is a request. */
export interface RouteOutline {
  readonly method: string;
  readonly readsBody: boolean;
}

/** A middleware in parts, read when the application starts. */
export interface MiddlewareParts {
  /**
   * Of several around a route that have one name, the one nearest to the route runs, in the place of the outermost: a
   * route may so have other settings than its application.
   */
  readonly name?: string;
  /** Runs on the way in. What it returns, undefined aside, is the reply, and nothing further inside runs. May throw. */
  readonly before?: (context: HandlerContext) => unknown;
  /** Runs on the way out, whoever made the reply further inside. What it returns, undefined aside, replaces it. */
  readonly after?: (context: HandlerContext) => unknown;
  /** Errors that it answers by itself, as the document tells of them at every route that it is around. */
  readonly errors?: (route: RouteOutline) => Readonly<Record<number, string>>;
  /**
   * Says who watches the requests of a route: asked once for each when the application starts, and with undefined for what no
   * route answers (404, 405, the docs pages). What nobody watches costs nothing.
   */
  readonly observe?: (route: ObservedRoute | undefined) => Observer | undefined;
  /** Milliseconds that the rest may take until its reply begins; then `expired` is the error that is answered. */
  readonly deadline?: { readonly milliseconds: number; readonly expired: () => Error };
}
