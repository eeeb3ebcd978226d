import type { Exchange } from "../http/exchange.ts";
import type { Input } from "../inputs/input.ts";
import type { CredentialMarker } from "../inputs/marker.ts";
import { unauthenticated } from "./challenge.ts";

/** What every security scheme may say about itself. */
export interface CredentialOptions {
  /** Key in the document's `components.securitySchemes`; schemes of one name must be alike. */
  readonly schemeName?: string;
  /** Markdown, shown by the docs beside the field for the credential. */
  readonly description?: string;
  /** Gives `undefined` instead of answering 401 when the request carries no credential. A bad one is refused all the same. */
  readonly optional?: boolean;
  /** What the caller must be allowed to do on every route that reads it. */
  readonly scopes?: readonly string[];
}

/** A credential's value: absent only where the marker said so. */
export type Credential<T, O = {}> = Input<
  "credential",
  O extends { readonly optional: true } ? T | undefined : T,
  never
>;

/** What a scheme says about itself, and how it finds its credential in a request. */
export interface Scheme<F = unknown> {
  readonly schemeName: string;
  readonly scheme: Readonly<Record<string, unknown>>;
  /** The `WWW-Authenticate` of the 401 (RFC 9110 §11.6.1). */
  readonly challenge: string;
  /** The credential as it was sent; undefined: none of this scheme. Throws 401 for one that is malformed. */
  readonly find: (exchange: Exchange) => F | undefined;
  /** Makes the value of what was found, or throws what is wrong with it. Left out: what was found is the value. */
  readonly judge?: ((found: F, scopes: readonly string[]) => unknown) | undefined;
  readonly checksScopes?: boolean;
  /** Judging may answer 503: the keys are an issuer's, who may be out of reach. */
  readonly asksElsewhere?: boolean;
  readonly declaredScopes?: readonly string[] | undefined;
}

/** The marker of a scheme: finds the credential, or answers 401 with the challenge. */
export function credential<F>(scheme: Scheme<F>, options: CredentialOptions): CredentialMarker {
  const {
    schemeName,
    challenge,
    find,
    judge,
    checksScopes = false,
    asksElsewhere = false,
    declaredScopes,
  } = scheme;
  const { optional = false, description, scopes = [] } = options;
  return {
    in: "credential",
    schemeName: options.schemeName ?? schemeName,
    scheme: description === undefined ? scheme.scheme : { ...scheme.scheme, description },
    scopes,
    optional,
    checksScopes,
    asksElsewhere,
    ...(declaredScopes === undefined ? {} : { declaredScopes }),
    read(exchange, required) {
      const found = find(exchange);
      if (found !== undefined) return judge === undefined ? found : judge(found, required);
      if (!optional) throw unauthenticated(challenge);
      return undefined;
    },
  };
}
