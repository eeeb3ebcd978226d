import { type DocsPage, type Exchange, HttpError, type Miss } from "waymark/internal";
import type { Step } from "../call.ts";
import type { Failure, Finished, Watcher } from "../observe/watcher.ts";
import { publishedPages } from "../published/pages.ts";
import type { Operation, Service, Snapshot } from "../snapshot.ts";
import { answerEarly, answerProblem, type Report } from "./answer-problem.ts";
import { ClientLines } from "./client-lines.ts";
import { Forwarding } from "./forwarding.ts";
import { GatewayCall } from "./gateway-call.ts";
import { HostTable, isVersions, type Versions } from "./host-table.ts";
import { judge } from "./judge.ts";
import { pathFault } from "./path-check.ts";
import { RequestFields } from "./request-fields.ts";
import { queryValues } from "./request-values.ts";
import { type Route, routeOf } from "./route.ts";
import type { ServiceRuntime } from "./service-runtime.ts";
import { Tunnelling } from "./tunnelling.ts";
import type { TargetSet } from "../upstream/target-set.ts";

/** RFC 6455 §4.1: sixteen bytes in base64. */
const WEBSOCKET_KEY = /^[+/0-9A-Za-z]{22}==$/;

export interface GenerationOptions {
  readonly runtimeOf: (service: Service) => ServiceRuntime;
  readonly stepsOf: (operation: Operation, service: Service) => readonly Step[];
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
  readonly #pages: ReadonlyMap<string, DocsPage>;
  readonly #paths: Snapshot["gateway"]["paths"];
  readonly #addressOf: (exchange: Exchange) => string;
  readonly #watcher: Watcher | undefined;
  readonly #open = new Set<Tunnelling>();
  #onIdle: (() => void) | undefined;

  constructor(snapshot: Snapshot, { runtimeOf, stepsOf, report, watcher }: GenerationOptions) {
    this.snapshot = snapshot;
    this.report = report;
    this.#watcher = watcher;
    this.#paths = snapshot.gateway.paths;
    this.clients = new ClientLines(snapshot.gateway.trustedProxies);
    this.#addressOf = (exchange) => this.clients.addressOf(exchange);
    this.routes = snapshot.operations.map((operation) => {
      const service = snapshot.services[operation.service];
      if (service === undefined)
        throw new TypeError(`${operation.id}: there is no service '${operation.service}'`);
      return routeOf(operation, service, runtimeOf(service), stepsOf(operation, service));
    });
    this.#hosts = new HostTable(this.routes);
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
    const fault = pathFault(path, this.#paths);
    if (fault !== undefined) return this.#refuse(exchange, new HttpError(400, fault));
    const hostOf = (): string => exchange.header("host") ?? "";
    const matched = this.#hosts.find(method, path, hostOf);
    if (matched === undefined) return this.#missed(exchange, hostOf);
    const route = isVersions(matched) ? this.#chosen(exchange, matched) : matched;
    if (route === undefined) return undefined;
    if (route.gone !== undefined) return this.#refuse(exchange, route.gone);
    if (isUpgrade && exchange.takeConnection === undefined)
      return this.#refuse(exchange, new HttpError(501, "No WebSocket can be had here."));
    if (isUpgrade && !WEBSOCKET_KEY.test(exchange.header("sec-websocket-key") ?? ""))
      return this.#refuse(exchange, new HttpError(400, "This is no handshake of a WebSocket."));
    return route;
  }

  #chosen(exchange: Exchange, { by, name, routes, fallback }: Versions): Route | undefined {
    const asked = by === "header" ? exchange.header(name) : queryValues(exchange.search, name)[0];
    const route = asked === undefined || asked === "" ? fallback : routes.get(asked);
    if (route !== undefined) return route;
    const known = [...routes.keys()].join(", ");
    return this.#refuse(
      exchange,
      asked === undefined
        ? new HttpError(400, `Say by the ${by} '${name}' which version is meant: ${known}.`)
        : new HttpError(404, `There is no such version of this operation: ${known}.`),
      by === "header" ? name : undefined,
    );
  }

  #judge(exchange: Exchange, route: Route, isUpgrade: boolean): void {
    this.active++;
    if (!route.needsCall && this.#watcher === undefined)
      return this.#forward(exchange, route, undefined, isUpgrade);
    const call = new GatewayCall(exchange, route, this.#hosts.params, this.#addressOf);
    if (this.#watcher !== undefined) {
      call.begunAt = performance.now();
      call.begun = this.#watcher.begin?.(call);
    }
    if (route.judging.length === 0) return this.#forward(exchange, route, call, isUpgrade);
    try {
      const early = judge(route.judging, call);
      if (early instanceof Promise)
        early.then(
          (given) => this.#judged(call, given, isUpgrade),
          (error: unknown) => this.#refused(call, error),
        );
      else this.#judged(call, early, isUpgrade);
    } catch (error) {
      this.#refused(call, error);
    }
  }

  #judged(call: GatewayCall, early: Awaited<ReturnType<typeof judge>>, isUpgrade: boolean): void {
    const { exchange, route } = call;
    if (early === undefined) return this.#forward(exchange, route, call, isUpgrade);
    answerEarly(exchange, early, route, call);
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
    return this.#refuse(exchange, problemOf(miss));
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

  #refuse(exchange: Exchange, error: HttpError, vary?: string): undefined {
    const status = answerProblem(
      exchange,
      vary === undefined ? error : varying(error, vary),
      undefined,
      undefined,
      this.report,
    );
    this.active++;
    this.#end(exchange, undefined, undefined, status, undefined);
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
        finishedOf(exchange, route, call, status, forwarding, failure, this.#addressOf),
        call?.begun,
      );
    if (--this.active === 0) this.#onIdle?.();
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
): Finished {
  const begunAt = call?.begunAt ?? 0;
  const headAt = forwarding?.headAt ?? 0;
  return {
    method: exchange.method,
    path: exchange.path,
    host: exchange.header("host") ?? "",
    operation: route?.operation ?? null,
    status,
    milliseconds: call === undefined ? 0 : performance.now() - begunAt,
    upstreamMilliseconds: headAt === 0 ? undefined : headAt - begunAt,
    target: forwarding?.chosen?.origin,
    attempts: forwarding?.attempts ?? 0,
    failure,
    clientAddress: call?.clientAddress ?? addressOf(exchange),
    principal: call?.principal?.id,
    isAborted: exchange.aborted,
    log: call?.noted,
  };
}

/** A preflight names no version: any that lets pages of other origins in speaks for all. */
function preflightRoute({ routes, fallback }: Versions): Route | undefined {
  return fallback ?? [...routes.values()].find(({ preflight }) => preflight !== undefined);
}

function varying(error: HttpError, name: string): HttpError {
  return new HttpError(error.status, error.detail, { headers: { vary: name } });
}

function problemOf(miss: Exclude<Miss, { reason: "options" }>): HttpError {
  switch (miss.reason) {
    case "method-not-allowed":
      return new HttpError(405, undefined, { headers: { allow: miss.allow } });
    case "bad-encoding":
      return new HttpError(400, "The path's percent-encoding is malformed.");
    default:
      return new HttpError(404);
  }
}
