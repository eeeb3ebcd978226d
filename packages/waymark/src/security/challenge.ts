import { HttpError } from "../http/http-error.ts";

/** The detail of a 401 for a request without a credential. */
export const UNAUTHENTICATED = "Not authenticated";

/** What a field of HTTP cannot carry everywhere. */
const UNPRINTABLE = /[^\x20-\x7e]/g;

/** A challenge of `WWW-Authenticate` (RFC 9110 §11.6.1): the scheme, and parameters as quoted strings. */
export function challenge(
  scheme: string,
  parameters: Readonly<Record<string, string | undefined>> = {},
): string {
  const said = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value.replace(UNPRINTABLE, "?").replace(/["\\]/g, "\\$&")}"`],
  );
  return said.length === 0 ? scheme : `${scheme} ${said.join(", ")}`;
}

/** A 401 with its challenge. */
export function unauthenticated(wants: string, detail: string = UNAUTHENTICATED): HttpError {
  return new HttpError(401, detail, { headers: { "www-authenticate": wants } });
}

/**
 * The 401 for a bearer token that is expired, revoked, malformed or otherwise not to be believed (RFC 6750 §3.1).
 *
 * ```ts
 * const currentUser = dependency({ input: { token: bearer() } }, ({ token }) => {
 *   if (revoked.has(token)) throw invalidToken("The session was ended");
 * });
 * ```
 */
export function invalidToken(detail: string = "The token is not valid"): HttpError {
  // RFC 6750 §3 has no room for quotes and backslashes in it, escaped or not
  const description = detail.replace(/["\\]/g, "'");
  return unauthenticated(
    challenge("Bearer", { error: "invalid_token", error_description: description }),
    detail,
  );
}

/** The 403 for a credential that is good, and not allowed to do this: it names what is needed (RFC 6750 §3.1). */
export function insufficientScope(required: readonly string[]): HttpError {
  const scope = required.join(" ");
  return new HttpError(403, `This needs the scope ${scope}`, {
    headers: { "www-authenticate": challenge("Bearer", { error: "insufficient_scope", scope }) },
  });
}
