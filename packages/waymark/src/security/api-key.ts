import type { Exchange } from "../http/exchange.ts";
import { parseCookies } from "../http/cookies.ts";
import { parseQuery } from "../schema/query.ts";
import { challenge } from "./challenge.ts";
import { credential, type Credential, type CredentialOptions } from "./credential.ts";

/** Where an API key is, and whether it must be there. */
export interface ApiKeyOptions extends CredentialOptions {
  /** Where the key stands. A query ends up in logs and histories: prefer a header. */
  readonly in: "header" | "query" | "cookie";
  /** The name of the header field, query parameter or cookie. */
  readonly name: string;
}

/**
 * A key in a header, a query parameter or a cookie. Without it the reply is 401. What the key is worth is for a dependency
 * to decide: look it up by its hash, or compare it by `secretEquals`.
 *
 * ```ts
 * const caller = dependency({ input: { key: apiKey({ in: "header", name: "X-API-Key" }) } }, ({ key }) => callerOf(key));
 * ```
 */
export function apiKey<const O extends ApiKeyOptions>(options: O): Credential<string, O> {
  const { in: place, name } = options;
  if (finders[place] === undefined)
    throw new TypeError(`apiKey: in is ${JSON.stringify(place)}; a key is in "header", "query" or "cookie"`);
  if (typeof name !== "string" || (place === "query" ? name === "" : !TOKEN.test(name)))
    throw new TypeError(`apiKey: ${JSON.stringify(name)} cannot be the name of a ${place} (RFC 9110 §5.6.2)`);
  return credential(
    {
      // By its own name, so that two keys of an application are two schemes.
      schemeName: name.replace(/[^\w.-]/g, "_"),
      scheme: { type: "apiKey", in: place, name },
      // RFC 9110 wants a challenge on every 401; no scheme is registered for keys, so the name says what is meant.
      challenge: challenge("ApiKey", { in: place, name }),
      find: finders[place](name),
    },
    options,
  ) as Credential<string, O>;
}

const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;

type Find = (exchange: Exchange) => string | undefined;

/** An empty key is no key; a repeated one is two answers to one question, and neither is taken. */
const finders: Record<ApiKeyOptions["in"], (name: string) => Find> = {
  header: (name) => {
    const field = name.toLowerCase();
    return (exchange) => exchange.header(field) || undefined;
  },
  query: (name) => (exchange) => {
    const value = parseQuery(exchange.search).get(name);
    return typeof value === "string" && value !== "" ? value : undefined;
  },
  cookie: (name) => (exchange) => parseCookies(exchange.header("cookie")).get(name) || undefined,
};
