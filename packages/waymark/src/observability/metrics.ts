import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { endpoint } from "../endpoint.ts";
import type { Middleware } from "../http/handlers.ts";
import type { ObservedRoute, Observer } from "../http/observer.ts";
import { reply } from "../http/reply.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { withParts } from "../middleware/middleware.ts";
import { Router, type RouterOptions } from "../routing/router.ts";
import { knownMethod } from "./known-method.ts";

/** Where Prometheus asks, and what is measured. */
export interface MetricsOptions<G extends string = string> {
  /** Where Prometheus asks. Default "/metrics". */
  readonly path?: string;
  /** Guards of that path: what it tells is not for everybody. */
  readonly dependencies?: RouterOptions<"", G>["dependencies"];
  /** Where measures are kept, your own beside these. Default a registry of its own. */
  readonly registry?: Registry;
  /** Upper bounds of the duration's buckets, in seconds. */
  readonly buckets?: readonly number[];
  /** Whether event loop lag, heap, resident memory, CPU time and garbage collection are measured too. Default true. */
  readonly process?: boolean;
  /** Stands before the names of all measures: "shop_". Default "". */
  readonly prefix?: string;
}

/** A middleware that measures, and the route by which Prometheus reads what it measured. */
export interface Metrics<G extends string = never> extends Middleware {
  /** The router of that route, for `app.include`: of the same application, or of one on another port. */
  readonly router: Router<"", G>;
  readonly registry: Registry;
}

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Measures for Prometheus, kept by `prom-client`: `http_requests_total`, `http_request_duration_seconds` and
 * `http_requests_in_flight`. Labels are the method, the route's template, the class of the status ("2xx") and the endpoint's
 * name, so there are only as many series as the application has routes: unknown methods are "OTHER", and requests that no
 * route answers have the route "". WebSockets are counted when they end, as "1xx", and not timed.
 *
 * ```ts
 * const measures = metrics({ dependencies: [operator] });
 * app.use(measures); // measures every request
 * app.include(measures.router); // GET /metrics, not in the document
 * ```
 */
export function metrics<G extends string = never>(options: MetricsOptions<G> = {}): Metrics<G> {
  const { path = "/metrics", dependencies, registry = new Registry(), prefix = "" } = options;
  const meters = metersOf(registry, prefix, options.buckets ?? BUCKETS);
  if (options.process !== false) collectDefaultMetrics({ register: registry, prefix });

  const router = new Router<"", G>(dependencies === undefined ? {} : { dependencies });
  const read = endpoint({ name: "metrics" }, async function metrics() {
    const text = await registry.metrics();
    return reply.bytes(new TextEncoder().encode(text), registry.contentType, { headers: NOT_KEPT });
  });
  router.add({ method: "GET", path, endpoint: read, hidden: true });

  const measuring = withParts({ name: "metrics", observe: (route) => observer(route, meters) });
  return Object.assign(measuring, { router, registry });
}
makesMiddleware(metrics, "metrics()");

const NOT_KEPT = { "cache-control": "no-store" };

interface Meters {
  readonly total: Counter;
  readonly duration: Histogram;
  readonly inFlight: Gauge;
}

function metersOf(registry: Registry, prefix: string, buckets: readonly number[]): Meters {
  const labelNames = ["method", "route", "status", "endpoint"];
  const registers = [registry];
  return {
    total: new Counter({
      name: `${prefix}http_requests_total`,
      help: "Requests that were answered.",
      labelNames,
      registers,
    }),
    duration: new Histogram({
      name: `${prefix}http_request_duration_seconds`,
      help: "Seconds until the reply was sent.",
      labelNames,
      buckets: [...buckets],
      registers,
    }),
    inFlight: new Gauge({
      name: `${prefix}http_requests_in_flight`,
      help: "Requests that are being answered.",
      registers,
    }),
  };
}

/** Measures the requests of a route. */
function observer(route: ObservedRoute | undefined, { total, duration, inFlight }: Meters): Observer {
  const { template = "", name = "" } = route ?? {};
  const count = (method: string, status: number, seconds: number): void => {
    const known = knownMethod(method);
    const labels = {
      method: known === "_OTHER" ? "OTHER" : known,
      route: template,
      status: `${Math.floor(status / 100)}xx`,
      endpoint: name,
    };
    total.inc(labels);
    if (status !== 101) duration.observe(labels, seconds);
  };
  return {
    begin({ method }) {
      const began = performance.now();
      inFlight.inc();
      return {
        over: ({ status }) => {
          inFlight.dec();
          count(method, status, (performance.now() - began) / 1000);
        },
      };
    },
  };
}
