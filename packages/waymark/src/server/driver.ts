import type { SecureContextOptions, TlsOptions } from "node:tls";
import type { Application } from "../http/exchange.ts";
import type { Limits } from "../http/limits.ts";

export type TlsConfiguration = SecureContextOptions & TlsOptions;

/**
 * How requests get from sockets to the application: "wire" (Node, Bun) is the fast lane before the runtime's `node:http`,
 * "node-http" that server alone; "bun" and "deno" are those runtimes' own servers.
 */
export type ServerName = "wire" | "node-http" | "bun" | "deno";

/** What was asked of `serve`; what was not is the runtime's to choose. */
export interface DriverChoice {
  readonly server: ServerName | undefined;
  readonly http2: boolean;
  /** Whether a route is for WebSockets, which is known once the application has started. Default false. */
  readonly sockets?: boolean;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly limits: Limits;
  /** With it the server speaks https. */
  readonly tls?: TlsConfiguration | undefined;
}

/** A server that accepts connections. */
export interface Listening {
  readonly address: string;
  readonly port: number;
  /** From now on every answer carries `Connection: close`; connections are still accepted. */
  drain(): void;
  /** Accepts no more connections: another process has the port too. Those that are open go on. */
  handOver?(): void;
  /** Greets new connections with another key and certificate; those that are open go on. Node with `tls` alone. */
  renew?(tls: SecureContextOptions): void;
  /** Accepts no more connections, ends idle ones; resolves when every request was answered and its clean-up is done. */
  close(): Promise<void>;
  /** Cuts every connection. */
  destroy(): void;
}

/** One way to get requests from sockets to an application. */
export interface Driver {
  /** Rejects when the address cannot be listened on. */
  listen(application: Application, options: ListenOptions): Promise<Listening>;
}
