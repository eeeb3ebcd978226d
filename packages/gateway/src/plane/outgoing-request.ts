import { type Exchange, HttpError } from "waymark/internal";
import { pathValue } from "./bound-request.ts";
import { ClientBody } from "./client-body.ts";
import type { ClientLines } from "./client-lines.ts";
import type { GatewayCall } from "./gateway-call.ts";
import { lineValue, type RequestFields, normalised } from "./request-fields.ts";
import { linesOf } from "./reply-lines.ts";
import type { Route } from "./route.ts";

/** What every request of a gateway is written with. */
export interface Writing {
  readonly fields: RequestFields;
  readonly clients: ClientLines;
}

/** Where the parts of a request for the upstream are put. */
export interface Written {
  target: string;
  host: string | undefined;
  lines: string;
  body: Uint8Array | ClientBody | undefined;
  readonly isIdempotent: boolean;
}

const NO_VALUES: ReadonlyMap<string, string> = new Map();
/** What can stand in a query: visible ASCII without "#" (RFC 9112 §3.2.1, as the parsers of requests here read it). */
const QUERY = /^[\x21\x22\x24-\x7e]*$/;

/**
 * Writes target and field lines: from what was judged, and nothing else. Hop-by-hop fields are dropped first, what the
 * gateway says comes last, so that nothing a client sends reaches it.
 *
 * Throws an `HttpError` where the request lacks what the path needs.
 */
export function writeRequest(
  to: Written,
  { fields, clients }: Writing,
  exchange: Exchange,
  route: Route,
  call: GatewayCall | undefined,
): void {
  let values = NO_VALUES;
  let search = exchange.search;
  if (call !== undefined) {
    if (route.binder !== undefined) values = route.binder(call);
    search = call.search;
    if (call.upstreamSearch !== undefined && !QUERY.test(search))
      throw new TypeError("A policy set a query that no request can carry");
  }
  const path = route.target(exchange.path, (name) => pathValue(values, call?.params ?? NO_VALUES, name));
  to.target = search === "" ? path : `${path}?${search}`;
  const set = call?.sentHeaders;
  const isSet = set !== undefined && set.size > 0;
  fields.read(exchange.rawFields(), route.fields, isSet ? namesOf(set, route.dropped) : undefined);
  to.host = route.service.upstream.host === "client" && fields.host !== "" ? fields.host : undefined;
  to.lines = fields.kept + clients.linesFor(exchange, fields);
  if (isSet) to.lines += upstreamLines(set);
  // A policy reads the reply: it would have to be decoded first.
  if (route.readsReply) to.lines += "Accept-Encoding: identity\r\n";
}

/** Names of lines that make way for the gateway's own, besides those that never go on; undefined where there are none. */
function namesOf(
  set: ReadonlyMap<string, unknown>,
  dropped: ReadonlySet<string>,
): ReadonlySet<string> | undefined {
  let names: Set<string> | undefined;
  for (const name of set.keys()) if (!dropped.has(name)) (names ??= new Set()).add(normalised(name));
  return names;
}

/** Framing, and whom the request is for, are the gateway's own. */
const RESERVED = new Set([
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "upgrade",
  "te",
  "trailer",
]);

function upstreamLines(set: ReadonlyMap<string, string | null>): string {
  for (const name of set.keys())
    if (RESERVED.has(name.toLowerCase())) throw new TypeError(`A policy cannot set the field '${name}'`);
  return linesOf(set);
}

/** Whether lines have an Idempotency-Key. One that is empty, or a string (RFC 9651 §3.3.3) that is, names nothing. */
export function hasIdempotencyKey(lines: string): boolean {
  const key = lineValue(lines, "idempotency-key");
  return key !== undefined && key !== "" && key !== '""';
}

/** Takes the body that is there, or opens it to be streamed. A promise where it is read whole, to be sent again if need be. */
export function takeBody(
  to: Written,
  exchange: Exchange,
  { operation: { limits, retry } }: Route,
  call: GatewayCall | undefined,
): void | Promise<void> {
  const known = call?.upstreamBody ?? (exchange.hasBody ? call?.body : undefined);
  if (known !== undefined) {
    to.body = known;
    return undefined;
  }
  if (!exchange.hasBody) return undefined;
  const most = exchange.bodyLimit || limits.body;
  const arrived = exchange.arrived();
  const length = arrived?.length ?? lengthOf(exchange);
  if (length !== undefined && length > most)
    throw new HttpError(413, `The body is larger than ${most} bytes`);
  if (arrived !== undefined) {
    to.body = arrived;
    return undefined;
  }
  const isKept = retry.attempts > 0 && to.isIdempotent && length !== undefined && length <= retry.bodyLimit;
  if (!isKept) {
    to.body = new ClientBody(exchange.stream(most), length);
    return undefined;
  }
  const bytes = exchange.bytes(most);
  if (bytes instanceof Uint8Array) {
    to.body = bytes;
    return undefined;
  }
  return bytes.then((whole) => {
    to.body = whole;
  });
}

function lengthOf(exchange: Exchange): number | undefined {
  const sent = exchange.header("content-length");
  return sent === undefined ? undefined : Number(sent);
}
