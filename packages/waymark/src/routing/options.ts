import type { EndpointContract } from "../endpoint.ts";
import type { DependencyContract } from "../dependency.ts";
import * as mistakes from "../mistakes.ts";
import type { SocketContract } from "../realtime/socket.ts";
import type { Mistake } from "../start-up-error.ts";
import type { IncludeOptions, RouteOptions } from "./declaration.ts";
import { kindOf } from "./kind.ts";
import { nearest } from "./nearest.ts";

type Report = (mistake: Mistake) => void;
/** Every option of a thing, none forgotten. */
export type Keys<T> = Record<keyof T, true>;

const ROUTE: Keys<RouteOptions> = {
  summary: true,
  description: true,
  tags: true,
  operationId: true,
  status: true,
  hidden: true,
  canonical: true,
  deprecated: true,
  version: true,
  audience: true,
  dependencies: true,
  middleware: true,
  scopes: true,
  errors: true,
  trusted: true,
  metadata: true,
  callbacks: true,
  openapi: true,
  bind: true,
  rename: true,
  output: true,
  map: true,
};

const INCLUDE: Keys<IncludeOptions> = {
  prefix: true,
  tags: true,
  dependencies: true,
  middleware: true,
  scopes: true,
  deprecated: true,
  version: true,
  audience: true,
  hidden: true,
  errors: true,
};

const ENDPOINT: Keys<EndpointContract> = {
  name: true,
  summary: true,
  description: true,
  tags: true,
  input: true,
  output: true,
  errors: true,
  status: true,
  dependencies: true,
  scopes: true,
  deprecated: true,
  hidden: true,
  trusted: true,
  metadata: true,
  callbacks: true,
  openapi: true,
};

const { output: _output, status: _status, ...WITHOUT_REPLY } = ENDPOINT;
const SOCKET: Keys<Omit<SocketContract, "output" | "status">> = {
  ...WITHOUT_REPLY,
  receive: true,
  send: true,
  protocols: true,
  origins: true,
  maxMessage: true,
  maxBuffered: true,
  heartbeat: true,
  compress: true,
  onInvalid: true,
};

const DEPENDENCY: Keys<DependencyContract> = {
  name: true,
  input: true,
  errors: true,
  scopes: true,
  scope: true,
  cleanup: true,
};

type What = "include" | "a router" | "an endpoint" | "a socket" | "a dependency";

const KNOWN: Record<What, object> = {
  include: INCLUDE,
  "a router": INCLUDE,
  "an endpoint": ENDPOINT,
  "a socket": SOCKET,
  "a dependency": DEPENDENCY,
};

/** Tells of options of a route that do not exist: a misspelt one would be ignored. */
export function checkRouteOptions(options: object, report: Report): void {
  for (const key of unknownKeys(options, ROUTE))
    report(mistakes.unknownOption(key, nearest(key, Object.keys(ROUTE))));
}

/** The same for what `include`, a router, an endpoint's or a dependency's contract takes. */
export function checkKeys(what: What, options: object, report: Report): void {
  checkKnown(what, options, KNOWN[what], report);
}

/** The same for anything else: `what` is what has these options, `known` an object that has all of them as keys. */
export function checkKnown(what: string, options: object, known: object, report: Report): void {
  if (typeof options !== "object" || options === null)
    return report(mistakes.notOptions(what, kindOf(options)));
  for (const key of unknownKeys(options, known))
    report(mistakes.unknownKey(what, key, nearest(key, Object.keys(known))));
}

function unknownKeys(options: object, known: object): string[] {
  return Object.keys(options).filter((key) => !Object.hasOwn(known, key));
}
