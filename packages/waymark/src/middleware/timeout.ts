import type { Middleware } from "../http/handlers.ts";
import { HttpError } from "../http/http-error.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { withParts } from "./middleware.ts";

/** What a timer of every runtime can hold. */
const LONGEST = 2 ** 31 - 1;

/**
 * Answers 503 where no reply has begun after so many milliseconds: 504 is for gateways that wait for others (RFC 9110 §15.6.5).
 * `request.signal` aborts, with that error as its reason. A function that does not listen runs on, since nothing can stop it;
 * what it still gives is discarded and logged, and its dependencies are cleaned up when it ends. A stream that has begun is
 * not cut. On a route it takes the place of what a router or the app says. Throws a `RangeError` for what is no such time.
 *
 * ```ts
 * app.use(timeout(10_000));
 * app.post("/reports", makeReport, { middleware: [timeout(60_000)] });
 * ```
 */
export function timeout(milliseconds: number): Middleware {
  if (typeof milliseconds !== "number" || !(milliseconds >= 1 && milliseconds <= LONGEST))
    throw new RangeError(`timeout takes milliseconds from 1 to ${LONGEST}, not ${String(milliseconds)}`);
  return withParts({
    name: "timeout",
    deadline: { milliseconds, expired: () => new HttpError(503, "The reply took too long to make.") },
    errors: () => ({ 503: "The reply took too long to make" }),
  });
}
makesMiddleware(timeout, "timeout(10_000)");
