import type { TextMapGetter } from "@opentelemetry/api";
import type { RequestHeaders } from "../http/request.ts";

/** How a propagator reads the fields of a request: one that came twice is no context (W3C Trace Context §3.2.2.3). */
export const HEADER_GETTER: TextMapGetter<RequestHeaders> = {
  get: (headers, name) => headers.get(name) ?? undefined,
  keys: (headers) => [...new Set(Array.from(headers, ([name]) => name))],
};
