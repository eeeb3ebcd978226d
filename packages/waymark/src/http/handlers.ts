import type { IncomingRequest } from "./request.ts";
import type { ResponseHead } from "./response.ts";

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
 * Runs around the routes of an app or router. `next()` runs the rest; afterwards `response` shows status and fields of the
 * reply, which has not been sent yet. Returning something other than undefined replies with that instead.
 */
export type Middleware = (context: HandlerContext, next: () => Promise<void>) => unknown;
