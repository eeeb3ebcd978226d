import { context, propagation } from "@opentelemetry/api";

/**
 * The header fields that carry the trace of the running request to another service: `traceparent` and `tracestate` of W3C Trace
 * Context, with the usual propagator. Empty where there is no trace.
 *
 * ```ts
 * await fetch(url, { headers: { accept: "application/json", ...traceHeaders() } });
 * ```
 */
export function traceHeaders(): Record<string, string> {
  const fields: Record<string, string> = {};
  propagation.inject(context.active(), fields);
  return fields;
}
