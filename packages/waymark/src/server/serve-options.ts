import { checkKnown, type Keys } from "../routing/options.ts";
import { StartUpError, type Mistake } from "../start-up-error.ts";
import type { ServerName, TlsConfiguration } from "./driver.ts";

/** Where an application listens, by what, and how it stops. */
export interface ServeOptions {
  /** Default 8000; 0 takes a free one. */
  readonly port?: number;
  /** Default "127.0.0.1": this machine alone. "0.0.0.0" or "::" for every interface. */
  readonly host?: string;
  /** Key and certificate as Node's `tls` takes them; the server then speaks https. */
  readonly tls?: TlsConfiguration;
  /** What clients write before every path, and a proxy takes away: "/shop". Default: the application's own `rootPath`. */
  readonly rootPath?: string;
  /** Milliseconds that requests in flight get at a stop before their connections are cut. Default 10 s. */
  readonly shutdownTimeout?: number;
  /**
   * Milliseconds at a stop during which new requests are still answered, each with `Connection: close`, so that a balancer
   * can notice that readiness has gone; set it above its probe interval. Default 0.
   */
  readonly drainTime?: number;
  /** Whether SIGTERM and SIGINT stop the server and end the process; a second one ends it at once. Default true. */
  readonly signals?: boolean;
  /** Default: "wire" on Node and Bun, "deno" on Deno, there "node-http" where a route is for WebSockets. */
  readonly server?: ServerName;
  /**
   * Speaks HTTP/2 with clients that can, on the same port (Node alone; needs `tls`). HTTP/1.1 is then served as by
   * "node-http". Default false.
   */
  readonly http2?: boolean;
}

const KNOWN: Keys<ServeOptions> = {
  port: true,
  host: true,
  rootPath: true,
  tls: true,
  shutdownTimeout: true,
  drainTime: true,
  signals: true,
  server: true,
  http2: true,
};

/** Throws a `StartUpError` for an option that does not exist: a misspelt port would be the default one. */
export function checkServeOptions(options: ServeOptions): void {
  const found: Mistake[] = [];
  checkKnown("serve", options, KNOWN, (mistake) => found.push(mistake));
  if (found.length > 0) throw new StartUpError(found);
}
