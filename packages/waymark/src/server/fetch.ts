import type { Application } from "../http/exchange.ts";
import { HttpError } from "../http/http-error.ts";
import { DEFAULT_LIMITS, type Limits } from "../http/limits.ts";
import { writeProblem } from "../http/problem.ts";
import { FetchExchange } from "./fetch-exchange.ts";

/** What a runtime knows about a request beside the `Request`. */
export interface FetchInfo {
  readonly remoteAddress?: string | undefined;
  /** False where the runtime gives a body even to a request that came without one. */
  readonly hasBody?: boolean | undefined;
  /** Keeps an edge runtime alive until clean-up and tasks after the reply are done (Cloudflare's `ctx.waitUntil`). */
  readonly waitUntil?: (promise: Promise<unknown>) => void;
}

const NOTHING_KNOWN: FetchInfo = {};

export type FetchHandler = (request: Request, info?: FetchInfo) => Promise<Response>;

/**
 * An application as a web `fetch` handler: for edge runtimes, `Bun.serve`, `Deno.serve`, and to be mounted in other
 * frameworks. Limits of URL and header fields are kept here too; time-outs are the runtime's.
 */
export function fetchHandler(application: Application & { readonly limits?: Limits }): FetchHandler {
  return (request, info) => {
    const exchange = new FetchExchange(request, info ?? NOTHING_KNOWN);
    const refusal = overLimits(request, application.limits ?? DEFAULT_LIMITS);
    if (refusal === undefined) {
      const handled = application.handle(exchange);
      if (handled !== undefined) info?.waitUntil?.(handled);
    } else {
      writeProblem(exchange, refusal);
      void exchange.end();
    }
    return exchange.response;
  };
}

function overLimits({ url, headers }: Request, limits: Limits): HttpError | undefined {
  // The target without scheme and host, as other drivers see it.
  if (url.length - url.indexOf("/", url.indexOf("//") + 2) > limits.url)
    return new HttpError(414, `The request target is longer than ${limits.url} bytes`);
  let count = 0;
  let size = 0;
  for (const [name, value] of headers) {
    count++;
    size += name.length + value.length + 4;
  }
  if (count > limits.headerFields)
    return new HttpError(431, `More than ${limits.headerFields} header fields`);
  return size > limits.headers
    ? new HttpError(431, `The header fields are larger than ${limits.headers} bytes`)
    : undefined;
}
