import { onStopSignal, serve, type FieldLogger, type LineLogger, type Running } from "waymark/internal";
import { adminApp } from "./admin/admin-app.ts";
import { accessLog } from "./observe/access-log.ts";
import type { GatewayView } from "./observe/gateway-view.ts";
import { GatewayMetrics } from "./observe/metrics.ts";
import { Totals } from "./observe/totals.ts";
import { together, type Watcher } from "./observe/watcher.ts";
import { Gateway } from "./plane/gateway.ts";
import type { Snapshot } from "./snapshot.ts";

export interface RunOptions {
  /** What modules of policies are relative to. Default: the current folder. */
  readonly folder?: string;
  /** Instead of what the snapshot says. */
  readonly host?: string;
  readonly port?: number;
  /** Where the access log and what an operator has to know go. Default: lines of JSON on standard output; standard error. */
  readonly logger?: FieldLogger | LineLogger;
  readonly report?: (problem: string, error?: unknown) => void;
  /** Further ones beside the access log and the measures: `tracing()`. */
  readonly watchers?: readonly Watcher[];
  /** Whether SIGTERM and SIGINT stop it and end the process. Default true. */
  readonly signals?: boolean;
  /** Milliseconds at a stop during which new requests are still answered: above a balancer's probe interval. Default 0. */
  readonly drainTime?: number;
}

/** A gateway that is up. */
export interface RunningGateway {
  readonly url: string;
  /** Where the status page is; undefined without an admin port. */
  readonly adminUrl: string | undefined;
  readonly snapshot: Snapshot;
  /**
   * Takes another snapshot into service without dropping a request. Rejects, and changes nothing, where it cannot be run;
   * the status page then says why.
   */
  use(snapshot: Snapshot): Promise<void>;
  /** Says on the status page why a change was not taken. */
  refuse(reason: string): void;
  close(): Promise<void>;
}

/** Serves a snapshot: the traffic on one port and, where it says so, the gateway's own affairs on another. */
export async function runGateway(snapshot: Snapshot, options: RunOptions = {}): Promise<RunningGateway> {
  const { folder = process.cwd(), report, watchers = [], signals = true, drainTime = 0 } = options;
  const { listen, admin, accessLog: isLogged, drainTimeout } = snapshot.gateway;
  const totals = new Totals();
  const metrics = new GatewayMetrics();
  const watcher = together([
    ...(isLogged ? [accessLog(options.logger === undefined ? {} : { logger: options.logger })] : []),
    // Nobody could ask for them.
    ...(admin === null ? [] : [totals, metrics]),
    ...watchers,
  ]);
  const gateway = new Gateway(snapshot, {
    folder,
    ...(report !== undefined && { report }),
    ...(watcher !== undefined && { watcher }),
  });
  let since = Date.now();
  let refused: string | undefined;
  const view: GatewayView = {
    get snapshot() {
      return gateway.snapshot;
    },
    get since() {
      return since;
    },
    get draining() {
      return gateway.generations - 1;
    },
    get inFlight() {
      return gateway.active;
    },
    get refused() {
      return refused;
    },
    get targets() {
      return gateway.targets;
    },
  };
  metrics.watchTargets(() => gateway.targets);

  const running = await serve(gateway, {
    host: options.host ?? listen.host,
    port: options.port ?? listen.port,
    shutdownTimeout: drainTimeout,
    drainTime,
    signals: false,
  });
  let own: Running | undefined;
  try {
    if (admin !== null) own = await serve(adminApp({ view, totals, metrics }), { ...admin, signals: false });
  } catch (error) {
    await running.close();
    throw error;
  }
  let closed: Promise<void> | undefined;
  // The admin port last: probes ask there whether the gateway is going.
  const close = (): Promise<void> => (closed ??= running.close().then(() => own?.close()));
  if (signals) onStopSignal(close);
  return {
    url: running.url,
    adminUrl: own?.url,
    get snapshot() {
      return gateway.snapshot;
    },
    async use(next) {
      try {
        await gateway.use(next);
      } catch (error) {
        refused = error instanceof Error ? error.message : String(error);
        throw error;
      }
      refused = undefined;
      since = Date.now();
      metrics.keepOnly(next.operations);
    },
    refuse(reason) {
      refused = reason;
    },
    close,
  };
}
