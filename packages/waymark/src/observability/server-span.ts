import { SpanStatusCode, type Attributes, type Span } from "@opentelemetry/api";
import type { ObservedRoute, Outcome } from "../http/observer.ts";
import type { IncomingRequest } from "../http/request.ts";
import { visibleLine } from "../http/visible-text.ts";
import { clientAddressOf } from "./client-address.ts";
import { errorFields } from "./log-sink.ts";
import { knownMethod } from "./known-method.ts";
import { urlPath } from "./url-path.ts";

/** Attributes that are the same for every request of a route. */
export function routeAttributes(route: ObservedRoute | undefined): Attributes {
  if (route === undefined) return {};
  const { template, name, operationId, canonical } = route;
  return {
    "http.route": template,
    "waymark.endpoint": name,
    "waymark.operation_id": operationId,
    "waymark.canonical": canonical,
  };
}

/** What is known of a request before anything of it has run: samplers decide by it. */
export function requestAttributes(request: IncomingRequest, route: ObservedRoute | undefined): Attributes {
  const { method } = request;
  const known = knownMethod(method);
  const attributes: Attributes = {
    "http.request.method": known,
    "url.path": urlPath(request, route),
    "url.scheme": request.scheme,
  };
  if (known !== method) attributes["http.request.method_original"] = visibleLine(method);
  setHost(attributes, request.host);
  const client = clientAddressOf(request);
  if (client !== undefined) attributes["client.address"] = visibleLine(client);
  const { remoteAddress } = request;
  if (remoteAddress !== undefined) attributes["network.peer.address"] = remoteAddress;
  const agent = request.headers.get("user-agent");
  if (agent !== null) attributes["user_agent.original"] = visibleLine(agent);
  return attributes;
}

function setHost(attributes: Attributes, host: string | undefined): void {
  const [, name, port] = /^(.*?)(?::(\d+))?$/.exec(host ?? "") ?? [];
  if (name === undefined || name === "") return;
  attributes["server.address"] = name;
  if (port !== undefined) attributes["server.port"] = Number(port);
}

/** What is said of a reply, in spans and in metrics: OpenTelemetry's error.type is the status where nothing was thrown. */
export function errorType({ status, error, failed }: Outcome): string | undefined {
  if (!failed && status < 500) return undefined;
  return error instanceof Error ? error.name : failed ? "_OTHER" : String(status);
}

/** Ends the span of a request with what became of it: an error for 5xx, with what was thrown as its event. */
export function endSpan(span: Span, request: IncomingRequest, outcome: Outcome): void {
  const { status, error, aborted, bytes, hide, hideIn } = outcome;
  span.setAttribute("http.response.status_code", status);
  if (bytes !== undefined) span.setAttribute("http.response.body.size", bytes);
  if (request.id !== undefined) span.setAttribute("waymark.request_id", hide(visibleLine(request.id)));
  if (aborted) span.setAttribute("waymark.aborted", true);
  const type = errorType(outcome);
  if (type !== undefined) {
    span.setAttribute("error.type", hide(type));
    // The message is left to the event: it may be long, and a status that is one is enough for a search.
    span.setStatus({ code: SpanStatusCode.ERROR });
    if (error !== undefined) span.recordException(exceptionOf(hideIn(error)));
  }
  span.end();
}

function exceptionOf(error: unknown): { name: string; message: string; stack?: string } {
  const { type = "Error", message, stack } = errorFields(error);
  const exception = { name: String(type), message: String(message) };
  return typeof stack === "string" ? { ...exception, stack } : exception;
}
