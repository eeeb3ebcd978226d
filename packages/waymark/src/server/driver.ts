import type { SecureContextOptions, TlsOptions } from "node:tls";
import type { Application } from "../http/exchange.ts";
import type { Limits } from "../http/limits.ts";

export type TlsConfiguration = SecureContextOptions & TlsOptions;

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
