import { algorithmsFor } from "./algorithms.ts";
import { bearerToken } from "./bearer.ts";
import type { ClaimsOf } from "./claims.ts";
import { credential, type Credential, type CredentialOptions } from "./credential.ts";
import { fetchJson } from "./fetch-json.ts";
import type { ClaimChecks } from "./jwt-options.ts";
import { remoteKeys } from "./key-source.ts";
import type { RemoteOptions } from "./remote-keys.ts";
import { secureUrl } from "./secure-url.ts";
import { tokenVerifier } from "./verify-token.ts";

/** Whose tokens are believed, and for whom they must be. */
export interface OpenIdConnectOptions extends CredentialOptions, ClaimChecks, RemoteOptions {
  /** The issuer: its document is at `/.well-known/openid-configuration` below it, and names it to the letter. */
  readonly issuer?: string;
  /** Where the document is, where that is elsewhere. */
  readonly discoveryUrl?: string;
  /** Whom tokens must be for: one of these in their `aud`. `false`: whoever they are for. */
  readonly audience: string | readonly string[] | false;
}

const WELL_KNOWN = "/.well-known/openid-configuration";

/**
 * A bearer token of an OpenID Connect provider, verified as by `jwt`. Where its keys are is asked of the provider itself
 * (OpenID Connect Discovery 1.0), when the first token comes. The value is the token's claims.
 *
 * ```ts
 * const currentUser = dependency(
 *   { input: { claims: openIdConnect({ issuer: "https://accounts.example", audience: "catalogue" }) } },
 *   ({ claims }) => userOf(claims.sub),
 * );
 * ```
 *
 * Throws a `TypeError` for an issuer that is not https, unless it is on this machine or `allowInsecure`.
 */
export function openIdConnect<const O extends OpenIdConnectOptions>(options: O): Credential<ClaimsOf<O>, O> {
  const { issuer, discoveryUrl, audience, allowInsecure } = options as OpenIdConnectOptions;
  if (audience === undefined)
    throw new TypeError("openIdConnect needs audience (false takes tokens for everybody)");
  const provider = providerOf(issuer, discoveryUrl, allowInsecure);
  const algorithms = algorithmsFor("keys", options.algorithms);
  const keys = remoteKeys(() => jwksUrlOf(provider, options), options);
  return credential(
    {
      schemeName: "openIdConnect",
      scheme: { type: "openIdConnect", openIdConnectUrl: provider.discovery.href },
      challenge: "Bearer",
      find: bearerToken,
      judge: tokenVerifier({ ...options, issuer: provider.issuer }, algorithms, keys),
      checksScopes: true,
      asksElsewhere: true,
    },
    options,
  ) as Credential<ClaimsOf<O>, O>;
}

interface Provider {
  readonly issuer: string;
  readonly discovery: URL;
}

function providerOf(
  issuer: string | undefined,
  discoveryUrl: string | undefined,
  insecure = false,
): Provider {
  if (issuer !== undefined) {
    secureUrl("issuer", issuer, insecure);
    // §4: a slash at the end of the issuer is not doubled
    const address = discoveryUrl ?? issuer.replace(/\/$/, "") + WELL_KNOWN;
    return { issuer, discovery: secureUrl("discoveryUrl", address, insecure) };
  }
  if (discoveryUrl === undefined) throw new TypeError("openIdConnect needs issuer or discoveryUrl");
  if (!discoveryUrl.endsWith(WELL_KNOWN))
    throw new TypeError(
      `openIdConnect needs issuer as well: '${discoveryUrl}' does not end with ${WELL_KNOWN}`,
    );
  return {
    issuer: discoveryUrl.slice(0, -WELL_KNOWN.length),
    discovery: secureUrl("discoveryUrl", discoveryUrl, insecure),
  };
}

/** Rejects where the document is that of another issuer (§4.3): its keys would vouch for somebody else. */
async function jwksUrlOf(
  { issuer, discovery }: Provider,
  { timeout = 5000, fetch, allowInsecure }: RemoteOptions,
): Promise<URL> {
  const document = await fetchJson(discovery, { timeout, fetch });
  if (document["issuer"] !== issuer)
    throw new Error(
      `${discovery.href} is of the issuer ${JSON.stringify(document["issuer"])}, not ${issuer}`,
    );
  return secureUrl("jwks_uri", String(document["jwks_uri"]), allowInsecure);
}
