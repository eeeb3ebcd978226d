import { onStopSignal, serve, type FieldLogger, type LineLogger, type Running } from "waymark/internal";
import { adminApp } from "./admin/admin-app.ts";
import { isOtherListener, ListenerTls } from "./listen-tls.ts";
import { accessLog } from "./observe/access-log.ts";
import type { GatewayView } from "./observe/gateway-view.ts";
import { GatewayMetrics } from "./observe/metrics.ts";
import { operatorLog, reportTo } from "./observe/operator-log.ts";
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
  /** Hears of what an operator has to know, in the place of the log. */
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
  const { folder = process.cwd(), watchers = [], signals = true, drainTime = 0 } = options;
  const report = options.report ?? reportTo(operatorLog({ logger: options.logger }));
  const { listen, admin, accessLog: logged, drainTimeout } = snapshot.gateway;
  const totals = new Totals();
  const metrics = new GatewayMetrics();
  const watcher = together([
    ...(logged === false
      ? []
      : [
          accessLog({
            ...(options.logger !== undefined && { logger: options.logger }),
            ...(typeof logged === "object" && logged),
          }),
        ]),
    // Nobody could ask for them.
    ...(admin === null ? [] : [totals, metrics]),
    ...watchers,
  ]);
  const gateway = new Gateway(snapshot, {
    folder,
    report,
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

  const certificates = listen.tls === undefined ? undefined : new ListenerTls(listen.tls, folder);
  const running = await serve(gateway, {
    host: options.host ?? listen.host,
    port: options.port ?? listen.port,
    ...(listen.tls !== undefined && { tls: certificates!.optionsFor(listen.tls) }),
    http2: listen.http2 === true && listen.tls !== undefined,
    shutdownTimeout: drainTimeout,
    drainTime,
    signals: false,
  });
  const adminApplication = adminApp({ view, totals, metrics, hosts: admin?.hosts ?? [] });
  let own: Running | undefined;
  try {
    if (admin !== null)
      own = await serve(adminApplication, { host: admin.host, port: admin.port, signals: false });
  } catch (error) {
    await running.close();
    throw error;
  }
  const stop = async (): Promise<void> => {
    // Probes ask the admin port whether the gateway is going: it says so first, and is closed last.
    adminApplication.draining = true;
    try {
      await running.close();
    } finally {
      await own?.close();
      watcher?.end?.();
    }
  };
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= stop());
  if (signals) onStopSignal(close);
  return {
    url: running.url,
    adminUrl: own?.url,
    get snapshot() {
      return gateway.snapshot;
    },
    async use(next) {
      try {
        const { tls } = next.gateway.listen;
        // A certificate may be another one under the same name: no hash tells.
        const renew = tls === undefined ? undefined : certificates?.again(tls);
        await gateway.use(next);
        renew?.(running);
      } catch (error) {
        refused = error instanceof Error ? error.message : String(error);
        throw error;
      }
      refused = undefined;
      if (isOtherListener(listen, next.gateway.listen))
        report("What has changed of `listen` is taken at the next start.");
      since = Date.now();
      metrics.keepOnly(next.operations);
    },
    refuse(reason) {
      refused = reason;
    },
    close,
  };
}
