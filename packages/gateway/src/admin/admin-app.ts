import { App, endpoint, health, reply, type Reply } from "waymark";
import { securityHeaders } from "waymark/middleware";
import type { GatewayView } from "../observe/gateway-view.ts";
import type { GatewayMetrics } from "../observe/metrics.ts";
import type { Totals } from "../observe/totals.ts";
import { ownNames } from "./own-names.ts";
import { shownSnapshot } from "./shown-snapshot.ts";
import { STATUS_CSS, STATUS_HTML, STATUS_JS } from "./status-page.ts";
import { statusOf, type Status } from "./status.ts";

export interface AdminParts {
  readonly view: GatewayView;
  readonly totals: Totals;
  readonly metrics: GatewayMetrics;
  /** Names by which it may be asked: see `ownNames`. Default: none. */
  readonly hosts?: readonly string[];
}

/**
 * The gateway's own affairs, on a port apart from the traffic: `GET /` the status page, `/status` its data, `/metrics` for
 * Prometheus, `/health` and `/ready` for whoever starts and stops it. It changes nothing. It is a Waymark application.
 */
export function adminApp({ view, totals, metrics, hosts = [] }: AdminParts): App {
  const app = new App({
    title: "Gateway status",
    version: "1",
    description: "What the gateway runs, and how it fares.",
  });
  app.use(securityHeaders());
  app.use(ownNames(hosts));
  app.include(health());

  const readStatus = endpoint(
    { name: "readStatus", description: "Services, their targets, and the last minute." },
    (): Status => statusOf(view, totals),
  );
  const readSnapshot = endpoint(
    { name: "readSnapshot", description: "What the gateway runs, without secrets and those who may call." },
    () => shownSnapshot(view.snapshot),
  );
  const readMetrics = endpoint({ name: "readMetrics" }, async () => {
    const text = await metrics.registry.metrics();
    return reply.bytes(new TextEncoder().encode(text), metrics.registry.contentType, { headers: NOT_KEPT });
  });
  const page = (text: string, type: string): Reply =>
    reply.bytes(new TextEncoder().encode(text), `${type}; charset=utf-8`, { headers: NOT_KEPT });

  app.get("/status", readStatus);
  app.get("/snapshot", readSnapshot);
  app.get("/metrics", readMetrics, { hidden: true });
  app.get("/", () => page(STATUS_HTML, "text/html"), { hidden: true });
  app.get("/status.css", () => page(STATUS_CSS, "text/css"), { hidden: true });
  app.get("/status.js", () => page(STATUS_JS, "text/javascript"), { hidden: true });
  return app;
}

const NOT_KEPT = { "cache-control": "no-store" };
