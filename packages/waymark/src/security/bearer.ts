import type { Exchange } from "../http/exchange.ts";
import { authorizationOf } from "./authorization.ts";
import { invalidToken } from "./challenge.ts";
import { credential, type Credential, type CredentialOptions } from "./credential.ts";

/** What the document says of a bearer token, and whether it must be there. */
export interface BearerOptions extends CredentialOptions {
  /** A hint for the document on how the token is made: "JWT". */
  readonly bearerFormat?: string;
}

/** RFC 6750 §2.1. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * The token of `Authorization: Bearer …` (RFC 6750). Without one the reply is 401 with `WWW-Authenticate: Bearer`; what
 * the token is worth is for a dependency to decide. `jwt` finds the same one and verifies it.
 *
 * ```ts
 * const currentUser = dependency({ input: { token: bearer() } }, ({ token }) => userOf(token));
 * ```
 */
export function bearer<const O extends BearerOptions = {}>(options?: O): Credential<string, O> {
  const { bearerFormat, ...rest }: BearerOptions = options ?? {};
  return credential(
    {
      schemeName: "bearer",
      scheme: { type: "http", scheme: "bearer", ...(bearerFormat === undefined ? {} : { bearerFormat }) },
      challenge: "Bearer",
      find: bearerToken,
    },
    rest,
  ) as Credential<string, O>;
}

/** The token as it was sent; undefined where `Authorization` has none. Throws 401 for one that is malformed. */
export function bearerToken(exchange: Exchange): string | undefined {
  const found = authorizationOf(exchange.header("authorization"), "bearer");
  if (found !== undefined && !TOKEN.test(found)) throw invalidToken();
  return found;
}
