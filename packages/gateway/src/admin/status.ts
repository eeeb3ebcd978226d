import type { GatewayView } from "../observe/gateway-view.ts";
import type { Total, Totals } from "../observe/totals.ts";
import type { Discovery } from "../snapshot.ts";

/** What the status page shows, and `GET /status` answers. Addresses of targets are in it: it is not for the public. */
export interface Status {
  readonly snapshot: { readonly hash: string; readonly since: string; readonly operations: number };
  /** Why the last change of the configuration was not taken; null where it was. */
  readonly refused: string | null;
  readonly inFlight: number;
  /** Former snapshots whose last requests are not over yet. */
  readonly draining: number;
  readonly uptime: number;
  readonly memory: number;
  readonly services: readonly ServiceStatus[];
  /** What no operation answered: 404, 405, malformed paths. */
  readonly unmatched: Total;
}

export interface ServiceStatus extends Total {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly operations: number;
  readonly breaker: "closed" | "open" | "half-open";
  readonly targets: readonly {
    /** Scheme, host and port; of an application in this process its module, as the configuration names it. */
    readonly origin: string;
    readonly state: string;
    readonly active: number;
    readonly weight: number;
    /** Whether the canary's part of the requests goes there. */
    readonly canary: boolean;
  }[];
}

export function statusOf(view: GatewayView, totals: Totals): Status {
  const { snapshot, since, refused, inFlight, draining, targets } = view;
  const counts = new Map<string, number>();
  for (const { service } of snapshot.operations) counts.set(service, (counts.get(service) ?? 0) + 1);
  return {
    snapshot: {
      hash: snapshot.hash,
      since: new Date(since).toISOString(),
      operations: snapshot.operations.length,
    },
    refused: refused ?? null,
    inFlight,
    draining,
    uptime: Math.round(process.uptime()),
    memory: process.memoryUsage.rss(),
    services: Object.values(snapshot.services).map(({ name, title, version, upstream }) => {
      const set = targets.get(name);
      const canaries = new Set(upstream.canary?.targets.map(({ origin }) => origin));
      return {
        name,
        title,
        version,
        operations: counts.get(name) ?? 0,
        breaker: set?.breaker ?? "closed",
        ...totals.of(name),
        targets: (set?.targets ?? []).map(({ origin, state, active, weight }) => ({
          origin: placeOf(upstream.discovery) ?? origin,
          state,
          active,
          weight,
          canary: canaries.has(origin),
        })),
      };
    }),
    unmatched: totals.of(""),
  };
}

/** Where an application in this process comes from; undefined where a service is asked over the network. */
function placeOf(discovery: Discovery): string | undefined {
  if (discovery.kind !== "module") return undefined;
  const { path, export: name } = discovery;
  return `${path}${name === "default" ? "" : `#${name}`} in this process`;
}
