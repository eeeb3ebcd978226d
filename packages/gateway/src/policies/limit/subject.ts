import { sha256 } from "../digest.ts";
import { formatIp, parseIp, parseQuery } from "waymark/internal";
import type { Call } from "../../call.ts";
import type { JsonSchema } from "../../snapshot.ts";
import { claimText } from "../authn/identity-headers.ts";
import { claimValue, cookieValue, pathValue, type CallValue } from "../call-value.ts";

/** Whom a request is counted for. */
export type Subject = (call: Call) => string;

export const BY_SCHEMA: JsonSchema = {
  description:
    "Whom requests are counted for: app (the consumer, or the client of a token), key (each credential of its own), principal, ip (of IPv6 the /64 network), operation, service, all (everybody together), claim:x, header:x, path:x, query:x, cookie:x; several are counted for each combination. Where a request has no such value, and for callers that nobody knows, it is the address.",
  anyOf: [{ type: "string" }, { type: "array", items: { type: "string" }, minItems: 1 }],
  default: "app",
};

/** Throws a `TypeError` for what nobody can be told by. */
export function subjectOf(by: string | readonly string[] = "app"): Subject {
  const parts = (typeof by === "string" ? [by] : by).map(part);
  const [first, ...others] = parts as [Subject, ...Subject[]];
  return others.length === 0 ? first : (call) => parts.map((each) => each(call)).join("|");
}

/** As the name of a limit has it: "app", "claim-tenant", "app-operation". */
export function subjectName(by: string | readonly string[] = "app"): string {
  return (typeof by === "string" ? [by] : by).join("-").replace(/[^\w.-]/g, "-");
}

function part(by: string): Subject {
  const colon = by.indexOf(":");
  if (colon !== -1) return valued(by, by.slice(0, colon), by.slice(colon + 1));
  const plain = PLAIN[by];
  if (plain === undefined) throw new TypeError(`by: '${by}' is not known; ${KNOWN}`);
  return plain;
}

const KNOWN =
  "it is one of app, key, principal, ip, operation, service, all, claim:…, header:…, path:…, query:…, cookie:…";

/** A null prototype: `by: constructor` is none of these. */
const PLAIN: Readonly<Record<string, Subject>> = Object.assign(
  Object.create(null) as Record<string, Subject>,
  {
    app: appOf,
    consumer: appOf,
    key: (call: Call) =>
      call.principal === null ? network(call) : `key:${call.principal.id}/${call.principal.credential}`,
    principal: (call: Call) => (call.principal === null ? network(call) : `who:${call.principal.id}`),
    ip: network,
    operation: ({ operation }: Call) => `op:${operation.id}`,
    service: ({ service }: Call) => `service:${service.name}`,
    all: () => "all",
  },
);

/** Clients of different issuers may have one name: the issuer is a part of it. */
function appOf(call: Call): string {
  const { principal } = call;
  if (principal === null) return network(call);
  if (principal.consumer !== null) return `app:${principal.consumer}`;
  const client = claimText(principal.claims, "client_id") ?? claimText(principal.claims, "azp");
  return client === undefined
    ? `who:${principal.id}`
    : `client:${short(client)}@${short(claimText(principal.claims, "iss") ?? "")}`;
}

function valued(by: string, place: string, name: string): Subject {
  const read = name === "" ? undefined : VALUED.get(place)?.(name);
  if (read === undefined) throw new TypeError(`by: '${by}' is not known; ${KNOWN}`);
  return (call) => {
    const value = read(call);
    return value === undefined || value === "" ? network(call) : `${by}:${short(value)}`;
  };
}

/** A longer value is counted by its digest: what a client may make as long as it likes must not fill memory or Redis. */
const LONGEST = 64;

function short(value: string): string {
  return value.length > LONGEST ? `sha256:${sha256(value)}` : value;
}

const VALUED: ReadonlyMap<string, (name: string) => CallValue> = new Map([
  ["claim", claimValue],
  ["cookie", cookieValue],
  ["path", pathValue],
  ["header", headerValue],
  ["query", queryValue],
]);

function headerValue(name: string): CallValue {
  const field = name.toLowerCase();
  return ({ exchange }) => exchange.header(field);
}

function queryValue(name: string): CallValue {
  return ({ exchange }) => {
    const value = parseQuery(exchange.search).get(name);
    return Array.isArray(value) ? value.join(",") : value;
  };
}

/** Bytes of an IPv6 address that are one subscriber's: a /64 is the least that anybody is given (RFC 6177). */
const NETWORK = 8;

function network({ clientAddress }: Call): string {
  // Nearly all of them, and their text is as it should be.
  if (!clientAddress.includes(":")) return `ip:${clientAddress}`;
  const address = parseIp(clientAddress.split("%", 1)[0]!);
  if (address === undefined) return `ip:${clientAddress}`;
  return `ip:${formatIp(address.length === 4 ? address : address.map((byte, i) => (i < NETWORK ? byte : 0)))}`;
}
