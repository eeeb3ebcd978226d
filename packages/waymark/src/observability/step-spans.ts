import { context, SpanStatusCode, trace, type Span, type Tracer } from "@opentelemetry/api";
import { HttpError } from "../http/http-error.ts";
import type { Observer } from "../http/observer.ts";
import { Reply } from "../http/reply.ts";
import { isPromise, toPromise } from "../plan/is-promise.ts";

/** A span for each dependency and function, within that of its request. What was thrown stands in the request's own. */
export function stepSpans(tracer: Tracer): NonNullable<Observer["step"]> {
  return ({ kind, name }, call) => {
    const span = tracer.startSpan(`${kind} ${name}`, { attributes: { "waymark.step": kind } });
    let result: unknown;
    try {
      result = context.with(trace.setSpan(context.active(), span), call);
    } catch (error) {
      failed(span, error);
      throw error;
    }
    if (!isPromise(result)) {
      span.end();
      return result;
    }
    return toPromise(result).then(
      (value: unknown) => {
        span.end();
        return value;
      },
      (error: unknown) => {
        failed(span, error);
        throw error;
      },
    );
  };
}

function failed(span: Span, error: unknown): void {
  // An answer, and nothing that went wrong here.
  if (error instanceof Reply || (error instanceof HttpError && error.status < 500)) return span.end();
  span.setAttribute("error.type", error instanceof Error ? error.name : "_OTHER");
  span.setStatus({ code: SpanStatusCode.ERROR });
  return span.end();
}
