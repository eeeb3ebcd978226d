import type { Middleware, MiddlewareParts } from "../http/handlers.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";

/**
 * A middleware out of a part that runs on the way in and one that runs on the way out. As long as both are synchronous it
 * makes no promise of its own, so it costs a request a fraction of what a function that awaits `next()` costs.
 *
 * ```ts
 * app.use(middleware({
 *   before: ({ request }) => (request.headers.has("x-blocked") ? reply(403, "blocked") : undefined),
 *   after: ({ response }) => response.headers.set("x-status", String(response.status)),
 *   errors: () => ({ 403: "Blocked" }), // shown at every route that it is around
 * }));
 * ```
 */
export function middleware(parts: Omit<MiddlewareParts, "deadline" | "observe">): Middleware {
  return withParts(parts);
}
makesMiddleware(middleware, "middleware({ before, after })");

/** As `middleware`, with what only the framework's own may say. */
export function withParts(parts: MiddlewareParts): Middleware {
  const { before, after, deadline } = parts;
  // For whoever calls it from a middleware of their own.
  const run: Middleware = async (context, next) => {
    if (deadline !== undefined)
      throw new TypeError("a timeout is given to use() or to middleware: […], and cannot be called");
    const early: unknown = await before?.(context);
    if (early !== undefined) return early;
    await next();
    return await after?.(context);
  };
  return Object.assign(run, { "~middleware": parts });
}
