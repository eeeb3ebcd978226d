import {
  context,
  metrics,
  propagation,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type Meter,
  type TextMapPropagator,
  type Tracer,
} from "@opentelemetry/api";
import type { Middleware } from "../http/handlers.ts";
import type { ObservedRoute, Observation, Observer } from "../http/observer.ts";
import type { IncomingRequest } from "../http/request.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { withParts } from "../middleware/middleware.ts";
import { HEADER_GETTER } from "./header-carrier.ts";
import { serverMetrics, type ServerMetrics } from "./server-metrics.ts";
import { stepSpans } from "./step-spans.ts";
import { endSpan, requestAttributes, routeAttributes } from "./server-span.ts";
import { knownMethod } from "./known-method.ts";

/** What of a request is traced and measured. */
export interface TelemetryOptions {
  /** Makes the spans; false makes none. Default that of the global provider. */
  readonly tracer?: Tracer | false;
  /** Makes the instruments; false makes none. Default that of the global provider. */
  readonly meter?: Meter | false;
  /** Reads the trace that a request belongs to. Default the global propagator; false begins a trace of its own with every request. */
  readonly propagator?: Pick<TextMapPropagator, "extract"> | false;
  /** Requests without a span: those of probes. They are measured all the same. */
  readonly skip?: (request: IncomingRequest) => boolean;
  /** Whether dependencies and the function have a span each within that of the request. Default false. */
  readonly steps?: boolean;
  /** Further attributes of a span. What is put there is not looked through for secrets. */
  readonly attributes?: (request: IncomingRequest) => Attributes;
}

/**
 * OpenTelemetry, through `@opentelemetry/api`: a server span for every request, named by its route (`GET /items/{itemId}`),
 * joined to the caller's trace by W3C Trace Context and active while the request runs, so that spans and log lines of
 * functions belong to it; and the metrics `http.server.request.duration` (seconds) and `http.server.active_requests`. Names
 * are those of the semantic conventions for HTTP; `waymark.endpoint`, `waymark.operation_id` and `waymark.canonical` tell
 * function and alias. Requests that no route answers have no `http.route`. An exception is recorded for 5xx alone.
 *
 * Without a provider the API does nothing. Use it first, so that it lies around everything.
 *
 * ```ts
 * app.use(telemetry());
 * ```
 */
export function telemetry(options: TelemetryOptions = {}): Middleware {
  const tracer = options.tracer ?? trace.getTracer("waymark");
  const meter = options.meter ?? metrics.getMeter("waymark");
  return withParts({
    name: "telemetry",
    observe: (route) => {
      const measured = meter === false ? undefined : serverMetrics(meter, route);
      if (tracer !== false) return traced(tracer, route, options, measured);
      return measured === undefined ? undefined : { begin: (request) => ({ over: measured(request) }) };
    },
  });
}
makesMiddleware(telemetry, "telemetry()");

function traced(
  tracer: Tracer,
  route: ObservedRoute | undefined,
  { propagator = propagation, skip, attributes, steps = false }: TelemetryOptions,
  measured: ServerMetrics | undefined,
): Observer {
  const fixed = routeAttributes(route);
  return {
    step: steps ? stepSpans(tracer) : undefined,
    begin(request): Observation | undefined {
      const measure = measured?.(request);
      if (skip?.(request) === true) return measure === undefined ? undefined : { over: measure };
      const parent = propagator === false ? context.active() : extracted(request, propagator);
      const span = tracer.startSpan(
        spanName(request, route),
        {
          kind: SpanKind.SERVER,
          root: propagator === false,
          attributes: { ...requestAttributes(request, route), ...fixed, ...attributes?.(request) },
        },
        parent,
      );
      const active = trace.setSpan(parent, span);
      return {
        within: (rest) => context.with(active, rest),
        over: (outcome) => {
          endSpan(span, request, outcome);
          measure?.(outcome);
        },
      };
    },
  };
}

/** An unknown method is spelled HTTP, as the conventions want it. */
function spanName({ method }: IncomingRequest, route: ObservedRoute | undefined): string {
  const known = knownMethod(method);
  const verb = known === "_OTHER" ? "HTTP" : known;
  return route === undefined ? verb : `${verb} ${route.template}`;
}

function extracted(request: IncomingRequest, propagator: Pick<TextMapPropagator, "extract">): Context {
  return propagator.extract(context.active(), request.headers, HEADER_GETTER);
}
