import { challenge, parseCookies, parseQuery, unauthenticated } from "waymark/internal";
import type { Call, Principal } from "../../call.ts";
import type { SecurityScheme } from "../../snapshot.ts";
import { sha256, shortDigest } from "../digest.ts";
import type { ConsumerIndex } from "./consumer-index.ts";
import { consumerPrincipal } from "./principal.ts";
import type { SchemeCheck } from "./scheme-check.ts";

/** What is longer is no key of anybody's, and not worth hashing. */
const LONGEST_KEY = 4096;

/**
 * A key in a header, the query or a cookie: looked up by its SHA-256, so that whoever reads the configuration has no key and
 * no clock tells how much of one was right.
 */
export function apiKeyCheck(
  scheme: string,
  { in: place, name }: Extract<SecurityScheme, { kind: "apiKey" }>,
  { keys }: ConsumerIndex,
): SchemeCheck<string> {
  const wants = challenge("ApiKey", { in: place, name });
  const field = place === "header" ? name.toLowerCase() : name;
  // Kept: a consumer's principal is the same for each of its requests.
  const principals = new Map<string, Principal>();
  return {
    kind: "apiKey",
    challenge: wants,
    location: { in: place, name: field },
    find: FINDERS[place](field),
    judge(key) {
      const digest = key.length > LONGEST_KEY ? "" : sha256(key);
      const known = keys
        .get(digest)
        ?.find(({ isSame, scheme: only }) => (only === null || only === scheme) && isSame(digest));
      if (known === undefined) throw unauthenticated(wants, "The API key is not valid");
      let principal = principals.get(digest);
      if (principal === undefined) {
        principal = consumerPrincipal(known.consumer, scheme, shortDigest(digest));
        principals.set(digest, principal);
      }
      return principal;
    },
  };
}

type Find = (call: Call) => string | undefined;

/** An empty key is no key; a repeated one is two answers to one question, and neither is taken. */
const FINDERS: Readonly<Record<"header" | "query" | "cookie", (name: string) => Find>> = {
  header:
    (name) =>
    ({ exchange }) =>
      exchange.header(name) || undefined,
  query:
    (name) =>
    ({ exchange: { search } }) => {
      const value = search === "" ? undefined : parseQuery(search).get(name);
      return typeof value === "string" && value !== "" ? value : undefined;
    },
  cookie:
    (name) =>
    ({ exchange }) => {
      const field = exchange.header("cookie");
      const value = parseCookies(field).get(name);
      return value === undefined || value === "" || isRepeated(field!, name) ? undefined : value;
    },
};

/** Which one counts is read in either way: the gateway's would be the first, and Python's the last. */
function isRepeated(field: string, name: string): boolean {
  if (field.indexOf(name) === field.lastIndexOf(name)) return false;
  return field.split(";").filter((pair) => parseCookies(pair).has(name)).length > 1;
}
