import { bearerToken } from "./bearer.ts";
import type { ClaimsOf } from "./claims.ts";
import { credential, type Credential, type CredentialOptions } from "./credential.ts";
import { jwtVerifier } from "./jwt.ts";
import type { JwtOptions } from "./jwt-options.ts";
import { declaredScopes, flowsObject, type OAuthFlows } from "./oauth-flows.ts";

/** How tokens of OAuth 2.0 are got, and how they are verified. */
export interface OAuth2Options extends CredentialOptions {
  /** How a client gets a token: the docs do it, and generated clients can. */
  readonly flows: OAuthFlows;
  /** Tokens are JSON Web Tokens, verified as `jwt` does it. Without it the value is the token as it was sent. */
  readonly jwt?: JwtOptions;
}

type TokenOf<O> = O extends { readonly jwt: infer J } ? ClaimsOf<J> : string;

/**
 * A bearer token by OAuth 2.0 (RFC 6749), with the ways to get one for the document. With `jwt` it is verified, and the
 * value is its claims; without, the value is the token, and what it is worth is for a dependency to decide.
 *
 * ```ts
 * const token = oauth2({
 *   flows: { password: { tokenUrl: "/token", scopes: { "items:write": "Change items" } } },
 *   jwt: { secret: new Secret(process.env.TOKEN_SECRET) },
 * });
 * const currentUser = dependency({ input: { claims: token } }, ({ claims }) => userOf(claims.sub));
 * ```
 *
 * Throws a `TypeError` for the implicit flow, and for addresses that are not https.
 */
export function oauth2<const O extends OAuth2Options>(options: O): Credential<TokenOf<O>, O> {
  const { flows, jwt } = options as OAuth2Options;
  return credential(
    {
      schemeName: "oauth2",
      scheme: { type: "oauth2", flows: flowsObject(flows) },
      challenge: "Bearer",
      find: bearerToken,
      judge: jwt === undefined ? undefined : jwtVerifier(jwt),
      checksScopes: jwt !== undefined,
      asksElsewhere: jwt?.jwksUrl !== undefined,
      declaredScopes: declaredScopes(flows),
    },
    options,
  ) as Credential<TokenOf<O>, O>;
}
