export type { Algorithm, KeyAlgorithm, SecretAlgorithm } from "./algorithms.ts";
export { anyOf, type Alternative } from "./any-of.ts";
export { apiKey, type ApiKeyOptions } from "./api-key.ts";
export { basic, type BasicCredentials, type BasicOptions } from "./basic.ts";
export { bearer, type BearerOptions } from "./bearer.ts";
export { insufficientScope, invalidToken } from "./challenge.ts";
export type { ClaimsOf, JwtClaims } from "./claims.ts";
export type { Credential, CredentialOptions } from "./credential.ts";
export { jwt } from "./jwt.ts";
export type {
  ByJwks,
  ByKeys,
  BySecret,
  ClaimChecks,
  JwtChecks,
  JwtOptions,
  PublicKey,
} from "./jwt-options.ts";
export { oauth2, type OAuth2Options } from "./oauth2.ts";
export type { OAuthFlows } from "./oauth-flows.ts";
export { openIdConnect, type OpenIdConnectOptions } from "./open-id-connect.ts";
export type { RemoteOptions } from "./remote-keys.ts";
export { checkScopes, requiredScopes } from "./scopes.ts";
export { Secret } from "./secret.ts";
export { secretEquals } from "./secret-equals.ts";
export { OAuthError, type OAuthErrorCode } from "./oauth-error.ts";
export { pkceChallenge, pkceMatches } from "./pkce.ts";
export { signJwt, type SignJwtOptions } from "./sign-jwt.ts";
export {
  tokenEndpoint,
  type ClientGrant,
  type CodeGrant,
  type Grant,
  type IssuedToken,
  type PasswordGrant,
  type RefreshGrant,
  type TokenEndpoint,
  type TokenEndpointOptions,
} from "./token-endpoint.ts";
export type { ClientLogin } from "./token-request.ts";
export type { TokenReply } from "./token-schemas.ts";
