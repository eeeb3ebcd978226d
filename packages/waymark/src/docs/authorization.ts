import type { Json, SwaggerUiOAuth } from "./settings.ts";

/** The document's security schemes, as far as the pages need to know them. */
export type SecuritySchemes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * The addresses that Swagger UI calls by itself to get a token: where tokens are, and where an OpenID Connect provider says
 * of itself. Where people sign in is not among them: that is a window of its own.
 */
export function tokenAddresses(schemes: SecuritySchemes): string[] {
  return Object.values(schemes).flatMap(({ openIdConnectUrl, flows }) =>
    [
      openIdConnectUrl,
      ...flowsOf(flows).flatMap(({ tokenUrl, refreshUrl }) => [tokenUrl, refreshUrl]),
    ].filter((url) => typeof url === "string"),
  );
}

/**
 * What `initOAuth` of Swagger UI is given: what the application said, and PKCE for every code (RFC 9700 §2.1.1) unless it
 * said otherwise. Undefined where there is nothing to get a token by.
 */
export function initOAuth(
  oauth: SwaggerUiOAuth | undefined,
  schemes: SecuritySchemes,
): Readonly<Record<string, Json>> | undefined {
  const isNeeded = Object.values(schemes).some(({ type }) => type === "oauth2" || type === "openIdConnect");
  if (oauth === undefined && !isNeeded) return undefined;
  const { clientId, scopes, usePkce = true, appName, additionalQueryParameters } = oauth ?? {};
  return {
    ...(clientId === undefined ? {} : { clientId }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(appName === undefined ? {} : { appName }),
    ...(additionalQueryParameters === undefined
      ? {}
      : { additionalQueryStringParams: additionalQueryParameters }),
    usePkceWithAuthorizationCodeGrant: usePkce,
  };
}

function flowsOf(flows: unknown): Readonly<Record<string, unknown>>[] {
  return typeof flows === "object" && flows !== null
    ? Object.values(flows as Record<string, Readonly<Record<string, unknown>>>)
    : [];
}
