import { ValueType, type Attributes, type Meter } from "@opentelemetry/api";
import type { ObservedRoute, Outcome } from "../http/observer.ts";
import type { IncomingRequest } from "../http/request.ts";
import { knownMethod } from "./known-method.ts";
import { errorType } from "./server-span.ts";

/** Seconds, as the semantic conventions advise for `http.server.request.duration`. */
export const DURATION_BUCKETS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** Counts a request that begins, and gives what measures its end. */
export type ServerMetrics = (request: IncomingRequest) => (outcome: Outcome) => void;

/** The stable metrics of the semantic conventions for HTTP. Attributes are few: what a client chooses freely is in none of them. */
export function serverMetrics(meter: Meter, route: ObservedRoute | undefined): ServerMetrics {
  const duration = meter.createHistogram("http.server.request.duration", {
    description: "Duration of HTTP server requests.",
    unit: "s",
    valueType: ValueType.DOUBLE,
    advice: { explicitBucketBoundaries: [...DURATION_BUCKETS] },
  });
  const active = meter.createUpDownCounter("http.server.active_requests", {
    description: "Number of active HTTP server requests.",
    unit: "{request}",
    valueType: ValueType.INT,
  });
  const ofRoute: Attributes = route === undefined ? {} : { "http.route": route.template };
  return ({ method, scheme }) => {
    const began = performance.now();
    const ofRequest = { "http.request.method": knownMethod(method), "url.scheme": scheme };
    active.add(1, ofRequest);
    return (outcome) => {
      active.add(-1, ofRequest);
      // A connection that stays open is no request that took long.
      if (outcome.status === 101) return;
      const type = errorType(outcome);
      duration.record((performance.now() - began) / 1000, {
        ...ofRequest,
        ...ofRoute,
        "http.response.status_code": outcome.status,
        ...(type === undefined ? undefined : { "error.type": type }),
      });
    };
  };
}
