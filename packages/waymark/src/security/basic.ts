import { authorizationOf } from "./authorization.ts";
import { challenge, unauthenticated } from "./challenge.ts";
import { credential, type Credential, type CredentialOptions } from "./credential.ts";
import { fromBase64 } from "./from-base64.ts";

/** What a client is told of basic authentication, and whether it must be there. */
export interface BasicOptions extends CredentialOptions {
  /** What the credentials are for; browsers show it, and keep one pair a realm. Default "Restricted". */
  readonly realm?: string;
}

/** A name and a password. Printed, logged or written as JSON, the password is `***`. */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

/**
 * The name and password of `Authorization: Basic …`, in UTF-8 (RFC 7617). Without them, or with something that is not
 * well-formed, the reply is 401 and a browser asks for them. Compare passwords by their hash.
 *
 * ```ts
 * const operator = dependency({ input: { login: basic({ realm: "Operators" }) } }, ({ login: { username, password } }) =>
 *   secretEquals(password, passwords.get(username) ?? "") ? username : HttpError.throw(401));
 * ```
 */
export function basic<const O extends BasicOptions = {}>(options?: O): Credential<BasicCredentials, O> {
  const { realm = "Restricted", ...rest }: BasicOptions = options ?? {};
  if (!/^[\x20-\x7e]+$/.test(realm))
    throw new TypeError(`basic: the realm ${JSON.stringify(realm)} must be printable ASCII (RFC 7617 §2)`);
  const wants = challenge("Basic", { realm, charset: "UTF-8" });
  return credential(
    {
      schemeName: "basic",
      scheme: { type: "http", scheme: "basic" },
      challenge: wants,
      find(exchange) {
        const found = basicCredentials(exchange.header("authorization"));
        if (found === null) throw unauthenticated(wants, "The credentials are malformed");
        return found;
      },
    },
    rest,
  ) as Credential<BasicCredentials, O>;
}

/** The pair in a value of `Authorization`; undefined where there is none, null for one that is malformed. */
export function basicCredentials(field: string | undefined): BasicCredentials | null | undefined {
  const encoded = authorizationOf(field, "basic");
  if (encoded === undefined) return undefined;
  const text = textOf(fromBase64(encoded));
  const colon = text === undefined ? -1 : text.indexOf(":");
  if (text === undefined || colon === -1) return null;
  return new Login(text.slice(0, colon), text.slice(colon + 1));
}

/** RFC 7617 §2: no control characters. */
const CONTROL = /\p{Cc}/u;

function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return CONTROL.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

class Login implements BasicCredentials {
  readonly username: string;
  readonly #password: string;

  constructor(username: string, password: string) {
    this.username = username;
    this.#password = password;
  }
  get password(): string {
    return this.#password;
  }
  toJSON(): BasicCredentials {
    return { username: this.username, password: "***" };
  }
}
