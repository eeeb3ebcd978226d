import type { SecureContextOptions } from "node:tls";
import { DEFAULT_LIMITS } from "../http/limits.ts";
import type { ServableApp } from "./application.ts";
import type { Listening, ServerName } from "./driver.ts";
import { explainListenError } from "./listen-error.ts";
import { checkServeOptions, type ServeOptions } from "./serve-options.ts";
import { onStopSignal } from "./stop-signal.ts";

export type { ServeOptions, ServerName };

/** How to stop, where a server stops for another reason than the end of its service. */
export interface StopOptions {
  /** Instead of what `serve` was given. */
  readonly drainTime?: number;
  /** Another process goes on answering on this port: readiness stays as it is. */
  readonly handover?: boolean;
}

/** A server that is up. */
export interface Running {
  readonly url: string;
  readonly address: string;
  readonly port: number;
  /**
   * Stops in order: readiness answers 503 and every reply ends its connection for the drain time; the listener closes;
   * requests in flight are finished, or cut at the time-out; app-scope dependencies are cleaned up. Call it as often as you like.
   */
  close(options?: StopOptions): Promise<void>;
  /**
   * Greets new connections with another key and certificate, as when one was renewed; those that are open go on. Throws, and
   * changes nothing, for a pair that does not fit together, and a `TypeError` where the server was not given `tls` or cannot do
   * it (Bun, Deno).
   */
  renewTls(tls: SecureContextOptions): void;
}

/**
 * Starts an application and serves it. Rejects, with what to do, when the address cannot be listened on or an option does
 * not exist.
 */
export function serve(app: ServableApp, options: ServeOptions = {}): Promise<Running> {
  const server = start(app, options);
  // The command line takes over a server that a module starts by itself.
  // Not imported: runtimes that have no such module can still load this one.
  globalThis.process
    ?.getBuiltinModule?.("node:diagnostics_channel")
    .channel("waymark.serve")
    .publish({ app, server });
  return server;
}

async function start(app: ServableApp, options: ServeOptions): Promise<Running> {
  checkServeOptions(options);
  const { port = 8000, host = "127.0.0.1", tls, server, http2 = false } = options;
  if (http2 && tls === undefined)
    throw new TypeError("http2 needs tls: clients speak HTTP/2 over TLS alone.");
  // The bundlers of edge runtimes take another module here, which knows no sockets (package.json, "imports").
  const { loadDriver } = await import("#drivers");
  const driver = await loadDriver({ server, http2 });
  if (options.rootPath !== undefined) app.rootPath = options.rootPath;
  await app.start?.();
  let listening: Listening;
  try {
    const sockets = app.upgrade !== undefined;
    const serving = sockets ? await loadDriver({ server, http2, sockets }) : driver;
    listening = await serving.listen(app, { host, port, limits: app.limits ?? DEFAULT_LIMITS, tls });
  } catch (error) {
    await app.stop?.();
    throw explainListenError(error, host, port);
  }
  let closed: Promise<void> | undefined;
  let forget = (): void => undefined;
  const close = (how?: StopOptions): Promise<void> =>
    (closed ??= stop(app, listening, { ...options, ...how }).finally(forget));
  if (options.signals !== false) forget = onStopSignal(close);
  const url = `${tls === undefined ? "http" : "https"}://${urlHost(listening.address)}:${listening.port}`;
  return {
    url,
    address: listening.address,
    port: listening.port,
    close,
    renewTls(secure) {
      if (listening.renew === undefined)
        throw new TypeError("There is no TLS here whose certificate could be renewed.");
      listening.renew(secure);
    },
  };
}

async function stop(
  app: ServableApp,
  listening: Listening,
  { shutdownTimeout = 10_000, drainTime = 0, handover = false }: ServeOptions & StopOptions,
): Promise<void> {
  if (handover) listening.handOver?.();
  else app.draining = true;
  listening.drain();
  if (drainTime > 0) await new Promise((resolve) => setTimeout(resolve, drainTime));
  app.endStreams?.();
  await finishWithin(listening, shutdownTimeout);
  await app.stop?.();
}

/** Milliseconds of the time, and at most a tenth of it, that functions get to notice that their clients were cut off. */
const NOTICE = 1000;

async function finishWithin(listening: Listening, time: number): Promise<void> {
  const notice = Math.min(NOTICE, time / 10);
  let timer: NodeJS.Timeout | undefined;
  const forced = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      listening.destroy();
      // Whoever ignores the signal even now is not waited for.
      timer = setTimeout(resolve, notice);
    }, time - notice);
  });
  await Promise.race([listening.close(), forced]);
  clearTimeout(timer);
}

/** What to call in a browser: an address that stands for all of them is none that can be opened. */
function urlHost(address: string): string {
  if (address === "0.0.0.0" || address === "::") return "localhost";
  return address.includes(":") ? `[${address}]` : address;
}
