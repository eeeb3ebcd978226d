import type { Call, Principal } from "../../call.ts";
import type { SecurityScheme } from "../../snapshot.ts";

/** Where a credential stands: what has to be taken away before the request goes on. */
export interface Location {
  readonly in: "header" | "query" | "cookie";
  /** Of a header in lower case. */
  readonly name: string;
}

/** Where the credentials of a scheme stand; undefined where no field has them. */
export function locationOf(scheme: SecurityScheme): Location | undefined {
  switch (scheme.kind) {
    case "apiKey":
      return { in: scheme.in, name: scheme.in === "header" ? scheme.name.toLowerCase() : scheme.name };
    case "basic":
    case "jwt":
      return { in: "header", name: "authorization" };
    case "clientCertificate":
      return undefined;
  }
}

/** How one security scheme finds its credential in a request, and what it makes of it. */
export interface SchemeCheck<F = unknown> {
  readonly kind: "apiKey" | "basic" | "jwt" | "clientCertificate";
  /** For `WWW-Authenticate` (RFC 9110 §11.6.1). */
  readonly challenge: string;
  /** Undefined for a credential that the request does not put into its head. */
  readonly location: Location | undefined;
  /** The credential as it was sent; undefined: none of this scheme. Throws 401 for one that is malformed. */
  find(call: Call): F | undefined;
  /** Who it stands for; throws `HttpError` 401 where it is not good, 503 where nobody can tell. */
  judge(found: F): Principal | Promise<Principal>;
}
