import * as mistakes from "../mistakes.ts";
import { isSocket, type SocketContract } from "../realtime/socket.ts";
import type { Mistake } from "../start-up-error.ts";
import type { RouteOptions } from "./declaration.ts";
import { kindOf } from "./kind.ts";
import type { DependencyUse, Method, Source } from "./route.ts";
import { checkSchema } from "./unusable-schemas.ts";
import { nameOf } from "./uses.ts";
import type { AnyEndpoint } from "../endpoint.ts";

type Report = (mistake: Mistake) => void;

/** Whether a socket stands at WEBSOCKET, and anything else at the other methods; what does not is told. */
export function fitsMethod(endpoint: AnyEndpoint, method: Method, report: Report): boolean {
  if (isSocket(endpoint) === (method === "WEBSOCKET")) return true;
  report(isSocket(endpoint) ? mistakes.socketElsewhere(method) : mistakes.notASocket());
  return false;
}

/** Tells of what a socket and its request cannot have. `once` is for what all its routes share. */
export function checkSocket(
  contract: SocketContract,
  options: RouteOptions,
  reads: { readonly sources: ReadonlyMap<string, Source>; readonly uses: readonly DependencyUse[] },
  { here, once }: { readonly here: Report; readonly once: Report },
): void {
  for (const option of OF_REPLIES)
    if (options[option] !== undefined) here(mistakes.notAnOptionOfSockets(option));
  if (Object.hasOwn(contract.input ?? {}, "connection")) once(mistakes.connectionInput());
  for (const [input, source] of reads.sources)
    if (isOfTheBody(source)) here(mistakes.bodyOfSocket(`'${input}'`));
  for (const { dependency, sources } of reads.uses)
    for (const [input, source] of sources)
      if (isOfTheBody(source))
        here(mistakes.bodyOfSocket(`'${input}' of the dependency ${nameOf(dependency)}`));
  checkContract(contract, once);
}

const OF_REPLIES = ["status", "output", "map"] as const;

/** RFC 6455 §4.1: the request is a GET, whose body would be taken for messages. */
function isOfTheBody(source: Source): boolean {
  switch (source.from) {
    case "body":
    case "form":
    case "file":
    case "parts":
      return true;
    case "group":
      return source.marker.place === "form";
    default:
      return false;
  }
}

function checkContract(contract: SocketContract, report: Report): void {
  const { receive, send, protocols = [], origins = "*" } = contract;
  if (receive !== undefined) checkSchema("the messages of 'receive'", receive, "input", report);
  if (send !== undefined) checkSchema("the messages of 'send'", send, "output", report);
  for (const option of ["maxMessage", "maxBuffered", "heartbeat"] as const) {
    const value: unknown = contract[option];
    if (value !== undefined && !(typeof value === "number" && value >= 0))
      report(mistakes.invalidSocketLimit(option, kindOf(value)));
  }
  if (!Array.isArray(protocols)) report(mistakes.invalidProtocol(kindOf(protocols)));
  else for (const each of protocols) if (!isToken(each)) report(mistakes.invalidProtocol(kindOf(each)));
  if (origins === "*") return;
  if (!Array.isArray(origins)) report(mistakes.invalidOrigin(kindOf(origins)));
  else for (const each of origins) if (!isOrigin(each)) report(mistakes.invalidOrigin(kindOf(each)));
}

function isToken(value: unknown): boolean {
  return typeof value === "string" && /^[\w!#$%&'*+\-.^`|~]+$/.test(value);
}

/** As browsers write it (RFC 6454 §6.2): lower case, without a path; "null" stands for pages that have none. */
function isOrigin(value: unknown): boolean {
  if (value === "null") return true;
  return (
    typeof value === "string" &&
    /^[a-z][a-z\d+.-]*:\/\/[^/?#@\s]+$/.test(value) &&
    value === value.toLowerCase()
  );
}
