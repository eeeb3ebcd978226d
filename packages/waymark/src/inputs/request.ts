import type { IncomingRequest } from "../http/request.ts";
import type { Input } from "./input.ts";

/**
 * The request itself: its URL and header fields, the `signal` that aborts when the client goes away, and the `route` it
 * was reached by (template, method, name, metadata).
 *
 * ```ts
 * input: { req: request() }   // ({ req }) => fetch(upstream, { signal: req.signal })
 * ```
 */
export function request(): Input<"request", IncomingRequest, never> {
  return { in: "request" };
}
