import { clientAddressOf } from "./client-address.ts";
import type { HandlerContext, Middleware } from "../http/handlers.ts";
import { HIDDEN } from "../http/hide-secrets.ts";
import type { ObservedRoute, Observer, Outcome } from "../http/observer.ts";
import type { IncomingRequest } from "../http/request.ts";
import { visibleLine } from "../http/visible-text.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { withParts } from "../middleware/middleware.ts";
import { logSink, type FieldLogger, type LineLogger, type LogLevel } from "./log-sink.ts";
import { shownQuery } from "./shown-query.ts";

/** What is written of a request, where, and of which. */
export interface RequestLogOptions {
  /** pino, or `console`, which gets a line of JSON a request. Default `console`. */
  readonly logger?: FieldLogger | LineLogger;
  /** Further fields, made when the reply is over. What is secret in the request is taken out of their texts. */
  readonly fields?: (request: IncomingRequest, outcome: LoggedOutcome) => Readonly<Record<string, unknown>>;
  /** Names of header fields and query parameters whose values are never shown, beside those that are secret by themselves. */
  readonly redact?: readonly string[];
  /** Header fields to show, by name: `["user-agent", "referer"]`. Default none. */
  readonly headers?: readonly string[];
  /** Whether the query is shown, values of secret names as `***`. Default false. */
  readonly query?: boolean;
  /** Requests that get no line: those of probes. Asked when the reply is over; errors of the server (500 and above) are written all the same. */
  readonly skip?: (request: IncomingRequest, outcome: LoggedOutcome) => boolean;
  /** Milliseconds from which on a request is a warning. Default: none is too slow. */
  readonly slow?: number;
}

/** What a line is about. */
export interface LoggedOutcome {
  readonly status: number;
  /** Milliseconds until the reply was over. */
  readonly duration: number;
  readonly aborted: boolean;
}

/**
 * Writes a line a request when its reply is over, its stream included: method, route, path, status, milliseconds, bytes (where
 * they are known), address and id of the request, endpoint and operationId. 5xx are errors; slow ones, aborted ones and 4xx
 * of 400 are told by `level`. Used first, it sees what all other middleware makes of a reply.
 *
 * Never shown: Authorization, Cookie and Set-Cookie, keys of declared security schemes, inputs marked by
 * `.meta({ secret: true })`, values of telling names (`token`, `password`, `api_key`, …), and the value of every `Secret`
 * that lives. Control characters from outside are shown as `\u001b`.
 *
 * ```ts
 * app.use(requestLog({ logger: pino(), slow: 1000 }));
 * ```
 */
export function requestLog(options: RequestLogOptions = {}): Middleware {
  const { slow } = options;
  if (slow !== undefined && !(typeof slow === "number" && slow >= 0))
    throw new RangeError(`requestLog: slow is a number of milliseconds, not ${String(slow)}`);
  const write = logSink(options.logger ?? console);
  return withParts({ name: "request-log", observe: (route) => observer(route, options, write) });
}
makesMiddleware(requestLog, "requestLog()");

type Line = Record<string, unknown>;

function observer(
  route: ObservedRoute | undefined,
  { fields, redact = [], headers = [], query = false, skip, slow = Infinity }: RequestLogOptions,
  write: (level: LogLevel, fields: Line, message: string) => void,
): Observer {
  const ofRoute = routeFields(route);
  const named = headers.map((name) => name.toLowerCase());
  const secretNames = namesToHide(route, redact);
  const isPathSecret = route?.secretNames.path === true;

  return {
    begin(request) {
      const began = performance.now();
      const over = (outcome: Outcome): void => {
        const { status, aborted, bytes, failed, hide, hideIn } = outcome;
        const duration = Math.round((performance.now() - began) * 1000) / 1000;
        const logged: LoggedOutcome = { status, duration, aborted };
        const isFault = failed || status >= 500;
        if (!isFault && skip?.(request, logged) === true) return;
        const shown = (text: string): string => visibleLine(hide(text));
        const sent = request.base + request.path;
        // Secrets are looked for where one can be.
        const path = isPathSecret ? shown(sent) : visibleLine(sent);
        const line: Line = { method: visibleLine(request.method), ...ofRoute, path, status, duration };
        if (bytes !== undefined && status !== 101) line["bytes"] = bytes;
        if (request.id !== undefined) line["requestId"] = visibleLine(request.id);
        const address = clientAddressOf(request);
        if (address !== undefined) line["client"] = visibleLine(address);
        if (query && request["~exchange"].search !== "")
          line["query"] = shown(shownQuery(request["~exchange"].search, secretNames.query));
        if (named.length > 0) line["headers"] = shownHeaders(request, named, secretNames.headers, shown);
        if (aborted) line["aborted"] = true;
        if (failed) line["failed"] = true;
        if (fields !== undefined) Object.assign(line, hideIn(fields(request, logged)));
        const level = isFault ? "error" : aborted || duration >= slow ? "warn" : "info";
        write(level, line, `${String(line["method"])} ${path} ${status}`);
      };
      return { over };
    },
  };
}

/** Decided once a route. */
function routeFields(route: ObservedRoute | undefined): Line {
  if (route === undefined) return {};
  const { template, name, operationId, canonical } = route;
  const fields = { route: template, endpoint: name, operationId };
  return canonical ? fields : { ...fields, alias: true };
}

function namesToHide(
  route: ObservedRoute | undefined,
  redact: readonly string[],
): { headers: ReadonlySet<string>; query: ReadonlySet<string> } {
  const { headers = SECRET_HEADERS, query = [] } = route?.secretNames ?? {};
  return {
    headers: new Set([...headers, ...redact.map((name) => name.toLowerCase())]),
    query: new Set([...query, ...redact]),
  };
}
const SECRET_HEADERS = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

function shownHeaders(
  { headers }: HandlerContext["request"],
  names: readonly string[],
  secret: ReadonlySet<string>,
  shown: (text: string) => string,
): Record<string, string> {
  const found: [string, string][] = [];
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) found.push([name, secret.has(name) ? HIDDEN : shown(value)]);
  }
  return Object.fromEntries(found);
}
