import type { Middleware } from "../http/handlers.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { middleware } from "./middleware.ts";

/**
 * Lets bodies of requests have so many bytes, more or fewer than `limits.body` of the application; more are 413. It is the
 * bytes that come that are counted, whatever Content-Length says. On a route it takes the place of what a router or the app
 * says, so an upload may be larger than everything else. Throws a `RangeError` for what is no number of bytes.
 *
 * ```ts
 * app.use(bodyLimit(64 * 1024));
 * app.post("/photos", savePhoto, { middleware: [bodyLimit(20 * 1024 * 1024)] });
 * ```
 */
export function bodyLimit(bytes: number): Middleware {
  if (typeof bytes !== "number" || !(bytes >= 1))
    throw new RangeError(`bodyLimit takes a number of bytes from 1, not ${String(bytes)}`);
  return middleware({
    name: "body-limit",
    before({ request }) {
      request["~exchange"].bodyLimit = bytes;
    },
    errors: ({ readsBody }) => (readsBody ? { 413: `The body is larger than ${bytes} bytes` } : NONE),
  });
}
makesMiddleware(bodyLimit, "bodyLimit(2_000_000)");
const NONE = {};
