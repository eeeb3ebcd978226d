import type { Input } from "../inputs/input.ts";
import { insufficientScope } from "./challenge.ts";

/**
 * What the route asks the caller to be allowed to do, all together: the `scopes` of routers, endpoint, dependencies and
 * route. For the dependency that knows what a credential is worth; whoever reads it stands for the credentials that it
 * reads.
 *
 * ```ts
 * const currentUser = dependency({ input: { token: bearer(), needed: requiredScopes() } }, async ({ token, needed }) => {
 *   const session = (await sessions.get(token)) ?? HttpError.throw(401);
 *   checkScopes(session.scopes, needed);
 *   return session.user;
 * });
 * ```
 */
export function requiredScopes(): Input<"scopes", readonly string[], never> {
  return { in: "scopes" };
}

/**
 * Throws 403 with `WWW-Authenticate: Bearer error="insufficient_scope"` (RFC 6750 §3.1) unless everything that is required
 * was granted. A text is a list with spaces between, as OAuth writes it.
 */
export function checkScopes(granted: string | Iterable<string>, required: readonly string[]): void {
  if (required.length === 0) return;
  const has = new Set(typeof granted === "string" ? granted.split(" ") : granted);
  if (!required.every((scope) => has.has(scope))) throw insufficientScope(required);
}
