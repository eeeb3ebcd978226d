import { type DocsPage, type Exchange, HttpError, type Miss } from "waymark/internal";
import type { Failure, Finished, Watcher } from "../observe/watcher.ts";
import { publishedPages } from "../published/pages.ts";
import type { Snapshot } from "../snapshot.ts";
import { answerEarly, answerProblem, type Report } from "./answer-problem.ts";
import { ClientLines } from "./client-lines.ts";
import { Forwarding } from "./forwarding.ts";
import { GatewayCall } from "./gateway-call.ts";
import { HostTable, isVersions, type Matched, type Versions } from "./host-table.ts";
import { judge } from "./judge.ts";
import { parameterFault, pathFault, SUSPECT } from "./path-check.ts";
import { RequestFields } from "./request-fields.ts";
import { queryValues } from "./request-values.ts";
import { RequestIds } from "./request-ids.ts";
import { retiredFor, type Route } from "./route.ts";
import { Tunnelling } from "./tunnelling.ts";
import type { TargetSet } from "../upstream/target-set.ts";

/** RFC 6455 §4.1: sixteen bytes in base64. */
const WEBSOCKET_KEY = /^[+/0-9A-Za-z]{22}==$/;

export interface GenerationOptions {
  readonly report: Report;
  readonly watcher: Watcher | undefined;
}

/** A snapshot in service: everything it says made ready. It goes when another has taken its place and its last call is over. */
export class Generation {
  readonly snapshot: Snapshot;
  readonly routes: readonly Route[];
  readonly fields: RequestFields = new RequestFields();
  readonly clients: ClientLines;
  readonly report: Report;
  /** Requests that are not over, tunnels among them. */
  active = 0;
  readonly #hosts: HostTable;
  /** Any operation, where one policy lets pages of other origins read all of them. */
  readonly #cors: Route | undefined;
  readonly #pages: ReadonlyMap<string, DocsPage>;
  readonly #paths: Snapshot["gateway"]["paths"];
  readonly #addressOf: (exchange: Exchange) => string;
  readonly #watcher: Watcher | undefined;
  readonly #ids: RequestIds | undefined;
  /** Every request has a call, whatever its operation needs. */
  readonly #needsCalls: boolean;
  readonly #open = new Set<Tunnelling>();
  #onIdle: (() => void) | undefined;

  /** @param routes of the snapshot's operations. */
  constructor(snapshot: Snapshot, routes: readonly Route[], { report, watcher }: GenerationOptions) {
    this.snapshot = snapshot;
    this.routes = routes;
    this.report = report;
    this.#watcher = watcher;
    this.#paths = snapshot.gateway.paths;
    this.clients = new ClientLines(snapshot.gateway.trustedProxies);
    this.#addressOf = (exchange) => this.clients.addressOf(exchange);
    const { requestId } = snapshot.gateway;
    this.#ids = requestId === undefined ? undefined : new RequestIds(requestId, this.clients);
    this.#needsCalls = watcher !== undefined || requestId !== undefined;
    this.#hosts = new HostTable(this.routes);
    this.#cors = commonCors(this.routes);
    this.#pages = publishedPages(snapshot);
  }

  /** Of every service, by its name. */
  get targets(): ReadonlyMap<string, TargetSet> {
    return new Map(this.routes.map(({ service, runtime }) => [service.name, runtime.targets]));
  }

  // -- requests --------------------------------------------------------------------------------------------------------

  handle(exchange: Exchange): void {
    const route = this.#find(exchange, false);
    if (route !== undefined) this.#judge(exchange, route, false);
  }

  /** A request that asks for a WebSocket. */
  upgrade(exchange: Exchange): void {
    const route = this.#find(exchange, true);
    if (route !== undefined) this.#judge(exchange, route, true);
  }

  /** The route of a request; undefined where it was answered already. */
  #find(exchange: Exchange, isUpgrade: boolean): Route | undefined {
    const { method, path } = exchange;
    const isSuspect = SUSPECT.test(path);
    const fault = isSuspect ? pathFault(path, this.#paths) : undefined;
    if (fault !== undefined) return this.#refuse(exchange, new HttpError(400, fault));
    const hostOf = (): string => exchange.header("host") ?? "";
    const matched = this.#at(path, method, hostOf, isUpgrade);
    if (matched === undefined) return this.#missed(exchange, hostOf);
    const route = isVersions(matched) ? this.#chosen(exchange, matched) : matched;
    if (route === undefined) return undefined;
    if (isSuspect) {
      const { params } = this.#hosts;
      const leadsThere = (bare: string): boolean => this.#at(bare, method, hostOf, isUpgrade) === matched;
      const elsewhere = parameterFault(path, route.operation, this.#paths, leadsThere);
      if (elsewhere !== undefined) return this.#refuse(exchange, new HttpError(400, elsewhere));
      this.#hosts.params = params;
    }
    if (route.gone !== undefined) return this.#gone(exchange, route, route.gone);
    if (isUpgrade && exchange.takeConnection === undefined)
      return this.#refuse(exchange, new HttpError(501, "No WebSocket can be had here."), route);
    if (isUpgrade && !WEBSOCKET_KEY.test(exchange.header("sec-websocket-key") ?? ""))
      return this.#refuse(exchange, new HttpError(400, "This is no handshake of a WebSocket."), route);
    return route;
  }

  #at(path: string, method: string, hostOf: () => string, isUpgrade: boolean): Matched | undefined {
    const socket = isUpgrade ? this.#hosts.find("WEBSOCKET", path, hostOf) : undefined;
    return socket ?? this.#hosts.find(method, path, hostOf);
  }

  #chosen(exchange: Exchange, versions: Versions): Route | undefined {
    const { by, name, routes, fallback } = versions;
    const values = by === "header" ? [] : queryValues(exchange.search, name);
    // What is judged as one version must not be taken for another one behind: the service gets all of them.
    if (values.length > 1)
      return this.#refuse(
        exchange,
        new HttpError(400, `The query says '${name}' more than once.`),
        corsRoute(versions),
      );
    const asked = by === "header" ? exchange.header(name) : values[0];
    const route = asked === undefined || asked === "" ? fallback : routes.get(asked);
    if (route !== undefined) return route;
    const known = [...routes.keys()].join(", ");
    return this.#refuse(
      exchange,
      asked === undefined
        ? new HttpError(400, `Say by the ${by} '${name}' which version is meant: ${known}.`)
        : new HttpError(404, `There is no such version of this operation: ${known}.`),
      corsRoute(versions),
      by === "header" ? name : undefined,
    );
  }

  #judge(exchange: Exchange, route: Route, isUpgrade: boolean): void {
    this.active++;
    if (!route.needsCall && !this.#needsCalls) return this.#forward(exchange, route, undefined, isUpgrade);
    const call = new GatewayCall(exchange, route, this.#hosts.params, this.#addressOf);
    this.#ids?.put(call);
    if (this.#watcher !== undefined) {
      call.begunAt = performance.now();
      call.begun = this.#watcher.begin?.(call);
    }
    if (route.judging.length === 0) return this.#forward(exchange, route, call, isUpgrade);
    try {
      const early = judge(route.judging, call);
      if (early instanceof Promise) this.#wait(early, call, isUpgrade);
      else this.#judged(call, early, isUpgrade);
    } catch (error) {
      this.#refused(call, error);
    }
  }

  /** Policies that take their time have as much as the operation, and none for a client that has left. */
  #wait(early: Promise<Awaited<ReturnType<typeof judge>>>, call: GatewayCall, isUpgrade: boolean): void {
    const { exchange, route } = call;
    const { total } = route.operation.timeouts;
    const since = performance.now();
    let isCut = false;
    const cut = (end: () => void) => (): void => {
      isCut = true;
      clearTimeout(timer);
      exchange.onAbort = undefined;
      end();
    };
    const timer =
      total === null
        ? undefined
        : setTimeout(
            cut(() => this.#tooLate(call)),
            total,
          );
    const left = cut(() => this.#left(call));
    exchange.onAbort = left;
    const over = (): void => {
      clearTimeout(timer);
      exchange.onAbort = undefined;
    };
    early
      .then((given) => {
        if (isCut) return;
        over();
        call.waited = performance.now() - since;
        this.#judged(call, given, isUpgrade);
      })
      .catch((error: unknown) => {
        if (isCut) return;
        over();
        if (exchange.aborted) this.#left(call);
        else this.#refused(call, error);
      });
    if (exchange.aborted) left();
  }

  #tooLate(call: GatewayCall): void {
    const { exchange, route, step } = call;
    if (step !== undefined) call.log["policy"] = step.kind;
    const error =
      step === undefined
        ? new HttpError(408, "The body took too long to come.")
        : new HttpError(504, "The request could not be answered in time.");
    const status = answerProblem(exchange, error, route, call, this.report);
    this.#end(exchange, route, call, status, undefined, step === undefined ? undefined : "timeout");
  }

  /** What the client will not read ends its exchange all the same. */
  #left(call: GatewayCall): void {
    const { exchange, route } = call;
    exchange.status = 499;
    exchange.lines = "";
    exchange.payload = null;
    void exchange.end();
    this.#end(exchange, route, call, 499, undefined);
  }

  #judged(call: GatewayCall, early: Awaited<ReturnType<typeof judge>>, isUpgrade: boolean): void {
    const { exchange, route } = call;
    if (early === undefined) return this.#forward(exchange, route, call, isUpgrade);
    answerEarly(exchange, early, route, call, this.report);
    this.#end(exchange, route, call, early.status, undefined);
  }

  #refused(call: GatewayCall, error: unknown): void {
    const { exchange, route } = call;
    const status = answerProblem(exchange, error, route, call, this.report);
    this.#end(exchange, route, call, status, undefined, error instanceof HttpError ? undefined : "internal");
  }

  #forward(exchange: Exchange, route: Route, call: GatewayCall | undefined, isUpgrade: boolean): void {
    if (!isUpgrade) return new Forwarding(this, exchange, route, call).start();
    const tunnelling = new Tunnelling(this, exchange, route, call);
    this.#open.add(tunnelling);
    tunnelling.start();
  }

  // -- answers of the gateway itself -----------------------------------------------------------------------------------

  #missed(exchange: Exchange, hostOf: () => string): undefined {
    const { method, path, search } = exchange;
    const page = this.#pages.get(path);
    if (page !== undefined && (method === "GET" || method === "HEAD")) return this.#show(exchange, page);
    const miss = this.#hosts.miss(method, path, search, hostOf);
    if (miss.reason === "options") return this.#options(exchange, path, miss.allow, hostOf);
    const allowed = miss.reason === "method-not-allowed" ? miss.allow.split(", ") : [];
    return this.#refuse(exchange, problemOf(miss), this.#corsOf(allowed, path, hostOf));
  }

  /** Of the operations that are there for other methods, one that lets pages of other origins read. */
  #corsOf(methods: readonly string[], path: string, hostOf: () => string): Route | undefined {
    for (const method of methods) {
      const matched = this.#hosts.find(method, path, hostOf);
      if (matched === undefined) continue;
      const route = isVersions(matched) ? corsRoute(matched) : matched;
      if (route?.cors !== undefined) return route;
    }
    return undefined;
  }

  /** Says where the successor of this very request is. */
  #gone(exchange: Exchange, route: Route, error: HttpError): undefined {
    const line =
      route.successor?.(new GatewayCall(exchange, route, this.#hosts.params, this.#addressOf)) ?? "";
    const [, link, successor] = /^Link: (<(.*)>.*)\r\n$/.exec(line) ?? [];
    if (link === undefined || successor === undefined) return this.#refuse(exchange, error, route);
    const { Link: others, ...headers } = error.headers ?? {};
    const filled = new HttpError(410, retiredFor(successor), {
      headers: { ...headers, Link: others === undefined ? link : `${link}, ${others}` },
      members: { successor },
    });
    return this.#refuse(exchange, filled, route);
  }

  /** The document and the docs of what is served: no operation stands there. */
  #show(exchange: Exchange, page: DocsPage): undefined {
    page.respond(exchange);
    void exchange.end();
    this.active++;
    this.#end(exchange, undefined, undefined, exchange.status || 200, undefined);
    return undefined;
  }

  /** The methods there are; and to a page of another origin what it may do (https://fetch.spec.whatwg.org/#cors-preflight-fetch). */
  #options(exchange: Exchange, path: string, allow: string, hostOf: () => string): undefined {
    exchange.status = 204;
    exchange.setField("allow", allow);
    const asked = exchange.header("access-control-request-method");
    const matched = asked === undefined ? undefined : this.#hosts.find(asked, path, hostOf);
    const route = matched === undefined || !isVersions(matched) ? matched : preflightRoute(matched);
    if (route?.preflight !== undefined)
      for (const [name, value] of route.preflight(exchange)) exchange.setField(name, value);
    void exchange.end();
    this.active++;
    this.#end(exchange, route, undefined, 204, undefined);
    return undefined;
  }

  /** @param near an operation that is meant, or near it: pages that may read its replies may read this one. */
  #refuse(
    exchange: Exchange,
    error: HttpError,
    near: Route | undefined = this.#cors,
    vary?: string,
  ): undefined {
    const of = near?.cors === undefined && this.#ids !== undefined ? this.routes[0] : near;
    let call: GatewayCall | undefined;
    if (of !== undefined && (this.#ids !== undefined || of.cors !== undefined)) {
      call = new GatewayCall(exchange, of, [], this.#addressOf);
      this.#ids?.put(call);
      if (of === near) void near.cors?.(call);
    }
    const varies = [call?.givenHeaders?.get("vary"), vary];
    const status = answerProblem(exchange, varying(error, varies), undefined, call, this.report);
    this.active++;
    this.#end(exchange, undefined, call, status, undefined);
    return undefined;
  }

  // -- the end ---------------------------------------------------------------------------------------------------------

  /** A request has left for good. */
  over(forwarding: Forwarding): void {
    const { exchange, route, call, status } = forwarding;
    if (forwarding instanceof Tunnelling) this.#open.delete(forwarding);
    this.#end(exchange, route, call, status, forwarding, forwarding.failure);
  }

  #end(
    exchange: Exchange,
    route: Route | undefined,
    call: GatewayCall | undefined,
    status: number,
    forwarding: Forwarding | undefined,
    failure?: Failure,
  ): void {
    call?.end(this.report);
    if (this.#watcher !== undefined)
      this.#watcher.over(
        finishedOf(exchange, route, call, status, forwarding, failure, this.#addressOf, this.#watcher),
        call?.begun,
      );
    if (--this.active === 0) this.#onIdle?.();
  }

  /** Whether anything is there for a client that asks by the same Host, whatever the method. */
  serves(exchange: Exchange, path: string): boolean {
    const hostOf = (): string => exchange.header("host") ?? "";
    if (this.#hosts.find("GET", path, hostOf) !== undefined) return true;
    const { reason } = this.#hosts.miss("GET", path, "", hostOf);
    return reason === "method-not-allowed" || reason === "upgrade-required" || this.#pages.has(path);
  }

  /** Calls back when no request is left: at once, where there is none. */
  onIdle(callback: () => void): void {
    if (this.active === 0) callback();
    else this.#onIdle = callback;
  }

  /** Ends what has no end of its own. */
  closeTunnels(): void {
    for (const tunnelling of this.#open) tunnelling.close();
  }
}

function finishedOf(
  exchange: Exchange,
  route: Route | undefined,
  call: GatewayCall | undefined,
  status: number,
  forwarding: Forwarding | undefined,
  failure: Failure | undefined,
  addressOf: (exchange: Exchange) => string,
  { readsUserAgent = false }: Watcher,
): Finished {
  const begunAt = call?.begunAt ?? 0;
  const headAt = forwarding?.headAt ?? 0;
  return {
    method: exchange.method,
    path: exchange.path,
    host: exchange.header("host") ?? "",
    operation: route?.operation ?? null,
    status,
    milliseconds: begunAt === 0 ? 0 : performance.now() - begunAt,
    upstreamMilliseconds: headAt === 0 ? undefined : headAt - begunAt,
    target: forwarding?.chosen?.origin,
    attempts: forwarding?.attempts ?? 0,
    failure,
    reason: forwarding?.reason,
    refused: failure === undefined ? refusedBy(route, call, status, forwarding) : undefined,
    bytes: forwarding === undefined || status === 101 ? undefined : forwarding.bytes,
    userAgent: readsUserAgent ? exchange.header("user-agent") : undefined,
    clientAddress: call?.clientAddress ?? addressOf(exchange),
    principal: call?.principal?.id,
    isAborted: exchange.aborted,
    log: call?.noted,
  };
}

/** What of the gateway's own judgement a request did not pass. */
function refusedBy(
  route: Route | undefined,
  call: GatewayCall | undefined,
  status: number,
  forwarding: Forwarding | undefined,
): Finished["refused"] {
  if (status < 400 || status === 499) return undefined;
  if (route === undefined) return status === 410 ? "retired" : "route";
  if (forwarding !== undefined) return forwarding.attempts === 0 ? "body" : undefined;
  return call?.step?.phase ?? "body";
}

/** A preflight names no version: any that lets pages of other origins in speaks for all. */
function preflightRoute({ routes, fallback }: Versions): Route | undefined {
  return fallback ?? [...routes.values()].find(({ preflight }) => preflight !== undefined);
}

/** The same of a request that names none, or none that there is. */
function corsRoute({ routes, fallback }: Versions): Route | undefined {
  return fallback ?? [...routes.values()].find(({ cors }) => cors !== undefined);
}

function commonCors(routes: readonly Route[]): Route | undefined {
  const said = new Set(
    routes.map(({ operation }) =>
      JSON.stringify(operation.policies.find(({ kind }) => kind === "cors")?.options),
    ),
  );
  return said.size === 1 ? routes.find(({ cors }) => cors !== undefined) : undefined;
}

/** The same error, whose reply depends on further request fields: what it says of them itself takes the place of what others do. */
function varying(error: HttpError, names: readonly (string | null | undefined)[]): HttpError {
  const { Vary: own, ...headers } = error.headers ?? {};
  const all = [own, ...names].filter((name) => name !== undefined && name !== null);
  if (all.length === (own === undefined ? 0 : 1)) return error;
  return new HttpError(error.status, error.detail, {
    headers: { ...headers, Vary: all.join(", ") },
    ...(error.members !== undefined && { members: error.members }),
  });
}

function problemOf(miss: Exclude<Miss, { reason: "options" }>): HttpError {
  switch (miss.reason) {
    case "method-not-allowed":
      return new HttpError(405, undefined, { headers: { allow: miss.allow } });
    case "bad-encoding":
      return new HttpError(400, "The path's percent-encoding is malformed.");
    case "upgrade-required":
      return new HttpError(426, "This path is for WebSockets alone.", { headers: { upgrade: "websocket" } });
    default:
      return new HttpError(404);
  }
}
