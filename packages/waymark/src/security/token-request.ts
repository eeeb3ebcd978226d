import { parseQuery, type Query } from "../schema/query.ts";
import { basicCredentials } from "./basic.ts";
import { OAuthError } from "./oauth-error.ts";

/** RFC 6749 §3.3. */
const SCOPES = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/** What a client says of itself: its name, and its secret unless it is a public one. */
export interface ClientLogin {
  readonly id: string;
  readonly secret: string | undefined;
}

/** The fields of a request to a token endpoint. Throws `OAuthError` for those that are malformed. */
export class TokenRequest {
  readonly #form: Query;
  readonly #authorization: string | undefined;

  constructor(form: string, authorization: string | undefined) {
    this.#form = parseQuery(form);
    this.#authorization = authorization;
    if (this.#form.fault !== undefined) throw new OAuthError("invalid_request", "The form is malformed");
  }

  /** A field; one without a value counts as left out, and a repeated one is refused (RFC 6749 §3.2). */
  field(name: string): string | undefined {
    const value = this.#form.get(name);
    if (Array.isArray(value)) throw new OAuthError("invalid_request", `${name} is there more than once`);
    return value === "" ? undefined : value;
  }

  required(name: string): string {
    const value = this.field(name);
    if (value === undefined) throw new OAuthError("invalid_request", `${name} is missing`);
    return value;
  }

  /** What the client asks to be allowed to do. */
  scopes(): readonly string[] {
    const scope = this.field("scope");
    if (scope === undefined) return [];
    if (!SCOPES.test(scope)) throw new OAuthError("invalid_scope", "scope is malformed");
    return [...new Set(scope.split(" "))];
  }

  /** Whether the client showed who it is in `Authorization`: a refusal then has a challenge. */
  get usesBasic(): boolean {
    return basicCredentials(this.#authorization) !== undefined;
  }

  /** By `client_secret_basic`, `client_secret_post`, or its name alone (RFC 6749 §2.3.1); undefined where it says nothing. */
  client(): ClientLogin | undefined {
    const login = basicCredentials(this.#authorization);
    if (login === null) throw new OAuthError("invalid_client", "The client's credentials are malformed");
    const id = this.field("client_id");
    const secret = this.field("client_secret");
    // tools that have no name to send send an empty one
    if (login === undefined || (login.username === "" && login.password === "")) {
      if (id === undefined && secret !== undefined)
        throw new OAuthError("invalid_request", "client_secret without client_id");
      return id === undefined ? undefined : { id, secret };
    }
    const name = formDecoded(login.username);
    if (secret !== undefined || (id !== undefined && id !== name))
      throw new OAuthError("invalid_request", "The client shows who it is in two ways");
    return { id: name, secret: formDecoded(login.password) || undefined };
  }
}

/** RFC 6749 §2.3.1 has name and secret form-encoded before they are put into base64; not every client does it. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
