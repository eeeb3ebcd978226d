import type { Exchange } from "../http/exchange.ts";
import { HttpError } from "../http/http-error.ts";
import type { Input } from "../inputs/input.ts";
import type { CredentialMarker } from "../inputs/marker.ts";

/** What every security scheme may say about itself. */
export interface CredentialOptions {
  /** Key in the document's `components.securitySchemes`; schemes of one name must be alike. */
  readonly schemeName?: string;
  /** Markdown, shown by the docs beside the field for the credential. */
  readonly description?: string;
  /** Gives `undefined` instead of answering 401 when the request carries no credential. */
  readonly optional?: boolean;
}

/** A credential's value: absent only where the marker said so. */
export type Credential<T, O> = Input<
  "credential",
  O extends { readonly optional: true } ? T | undefined : T,
  never
>;

/** What a scheme says about itself, and how it finds its credential in a request. */
interface Scheme {
  readonly schemeName: string;
  readonly scheme: Readonly<Record<string, unknown>>;
  /** The `WWW-Authenticate` of the 401 (RFC 9110 §11.6.1). */
  readonly challenge: string;
  readonly find: (exchange: Exchange) => string | undefined;
}

/** The marker of a scheme: finds the credential, or answers 401 with the challenge. */
export function credential(
  { schemeName, scheme, challenge, find }: Scheme,
  options: CredentialOptions,
): CredentialMarker {
  const optional = options.optional ?? false;
  const { description } = options;
  return {
    in: "credential",
    schemeName: options.schemeName ?? schemeName,
    scheme: description === undefined ? scheme : { ...scheme, description },
    scopes: [],
    optional,
    read(exchange) {
      const found = find(exchange);
      if (found === undefined && !optional)
        throw new HttpError(401, "Not authenticated", { headers: { "www-authenticate": challenge } });
      return found;
    },
  };
}
