import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
  type TextMapGetter,
  type Tracer,
} from "@opentelemetry/api";
import { visibleLine, type Exchange } from "waymark/internal";
import type { Call } from "../call.ts";
import type { Finished, Watcher } from "./watcher.ts";

export interface TracingOptions {
  /** Makes the spans. Default that of the global provider. */
  readonly tracer?: Tracer;
}

const GETTER: TextMapGetter<Exchange> = {
  get: (exchange, name) => exchange.header(name.toLowerCase()),
  keys: (exchange) => exchange.headers().map(([name]) => name),
};

/**
 * OpenTelemetry, through `@opentelemetry/api`: a server span a request, named by the operation's template, joined to the
 * caller's trace by W3C Trace Context, and its context passed on to the upstream. Without a provider the API does nothing, and what
 * the client sent goes through as it is.
 */
export function tracing({ tracer = trace.getTracer("@waymark/gateway") }: TracingOptions = {}): Watcher {
  return {
    begin(call: Call): Span {
      const { exchange, operation } = call;
      const parent = propagation.extract(context.active(), exchange, GETTER);
      const span = tracer.startSpan(
        `${operation.method} ${operation.template}`,
        {
          kind: SpanKind.SERVER,
          attributes: {
            "http.request.method": exchange.method,
            "http.route": operation.template,
            "url.path": visibleLine(exchange.path),
            "url.scheme": exchange.scheme,
            "client.address": visibleLine(call.clientAddress),
            "waymark.service": operation.service,
            "waymark.operation_id": operation.operationId,
          },
        },
        parent,
      );
      if (span.isRecording())
        propagation.inject(trace.setSpan(parent, span), call.upstreamHeaders, {
          set: (headers, name, value) => headers.set(name.toLowerCase(), value),
        });
      return span;
    },
    over(finished: Finished, begun: unknown): void {
      if (begun === undefined) return;
      const span = begun as Span;
      const { status, target, attempts, failure, isAborted } = finished;
      span.setAttribute("http.response.status_code", status);
      if (target !== undefined) span.setAttribute("waymark.target", target);
      if (attempts > 1) span.setAttribute("http.request.resend_count", attempts - 1);
      if (isAborted) span.setAttribute("waymark.aborted", true);
      if (failure !== undefined || status >= 500) {
        span.setAttribute("error.type", failure ?? String(status));
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}
