import { algorithmsFor } from "./algorithms.ts";
import { bearerToken } from "./bearer.ts";
import type { ClaimsOf } from "./claims.ts";
import { credential, type Credential, type CredentialOptions } from "./credential.ts";
import type { JwtOptions } from "./jwt-options.ts";
import { keySource } from "./key-source.ts";
import { secureUrl } from "./secure-url.ts";
import { tokenVerifier, type VerifyToken } from "./verify-token.ts";

/**
 * A bearer token that is a JSON Web Token (RFC 7519), verified: its signature by algorithms that are settled here, its
 * `exp` and `nbf`, its issuer and audience. The value is its claims. A token that is not good is 401; one without a scope
 * that the route asks for is 403; where the issuer's keys cannot be fetched, and none are known, it is 503.
 *
 * ```ts
 * const token = jwt({
 *   jwksUrl: "https://issuer.example/.well-known/jwks.json",
 *   issuer: "https://issuer.example/",
 *   audience: "https://api.example",
 *   claims: z.object({ sub: z.string(), email: z.email() }),
 * });
 * const currentUser = dependency({ input: { claims: token } }, ({ claims }) => userOf(claims.sub));
 * ```
 *
 * Throws a `TypeError` for settings under which tokens could be forged: a short secret, an algorithm that does not fit the
 * key, plain http, keys of others without an audience.
 */
export function jwt<const O extends JwtOptions & CredentialOptions>(options: O): Credential<ClaimsOf<O>, O> {
  return credential(
    {
      schemeName: "jwt",
      scheme: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      challenge: "Bearer",
      find: bearerToken,
      judge: jwtVerifier(options),
      checksScopes: true,
      asksElsewhere: options.jwksUrl !== undefined,
    },
    options,
  ) as Credential<ClaimsOf<O>, O>;
}

/** Checks the options of `jwt`, and gives what verifies a token by them. */
export function jwtVerifier(options: JwtOptions): VerifyToken {
  const { secret, keys, jwksUrl, audience } = options;
  if ([secret, keys, jwksUrl].filter((each) => each !== undefined).length !== 1)
    throw new TypeError("jwt takes one of secret, keys and jwksUrl");
  if (jwksUrl !== undefined) secureUrl("jwksUrl", jwksUrl, options.allowInsecure);
  if (secret === undefined && audience === undefined)
    throw new TypeError(
      "jwt needs audience: an issuer signs tokens for other services too (audience: false takes them all)",
    );
  const algorithms = algorithmsFor(secret === undefined ? "keys" : "secret", options.algorithms);
  return tokenVerifier(options, algorithms, keySource(options, algorithms));
}
