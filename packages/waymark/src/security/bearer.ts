import { credential, type Credential, type CredentialOptions } from "./credential.ts";

export interface BearerOptions extends CredentialOptions {
  /** A hint for the document on how the token is made: "JWT". */
  readonly bearerFormat?: string;
}

/** RFC 6750 §2.1: the scheme in any case, one or more spaces, then a b64token. */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * The token of `Authorization: Bearer …` (RFC 6750). Without a well-formed one the reply is 401 with
 * `WWW-Authenticate: Bearer`; what the token is worth is for a dependency to decide.
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
      find: (exchange) => {
        const value = exchange.header("authorization");
        return value === undefined ? undefined : BEARER.exec(value)?.[1];
      },
    },
    rest,
  ) as Credential<string, O>;
}
