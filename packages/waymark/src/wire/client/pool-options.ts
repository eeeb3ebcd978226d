import type { SecureContextOptions } from "node:tls";
import type { CoarseTimer } from "../timers.ts";
import type { Timeouts } from "./timeouts.ts";

/** How the certificate of an origin is checked, and which one is shown to it. */
export interface OriginTls extends Pick<
  SecureContextOptions,
  "ca" | "cert" | "key" | "passphrase" | "pfx" | "ciphers" | "minVersion" | "maxVersion"
> {
  /** The name that the certificate has to be for, when it is not the host's. */
  readonly servername?: string;
  /** Takes any certificate. Anybody on the way can then read and change everything. */
  readonly insecureSkipVerify?: boolean;
}

/** One address that answers HTTP/1.1. */
export interface Origin {
  readonly host?: string;
  readonly port?: number;
  /** A Unix socket, in place of host and port. */
  readonly path?: string;
  /** With it, TLS is spoken, and the certificate verified. */
  readonly tls?: OriginTls;
}

/** Times are milliseconds. */
export interface PoolOptions extends Origin, Partial<Timeouts> {
  /** The most connections. Default 256. */
  readonly connections?: number;
  /** The most requests that wait for a connection; one more fails at once. Default 1024. */
  readonly queue?: number;
  /** Until a connection is made, the TLS handshake included. Default 5 s. */
  readonly connectTimeout?: number;
  /**
   * How long a connection stays open without a request, when the upstream does not say. It has to be less than the
   * upstream's own time, or requests meet connections that are being closed. Default 4 s.
   */
  readonly idleTimeout?: number;
  /** The same at most, when the upstream says `Keep-Alive: timeout=n`: one second less than n is kept. Default 25 s. */
  readonly longestIdle?: number;
  /** Requests a connection serves; 0 for any number. Default 0. 1 trusts no connection with a second answer. */
  readonly requestsPerConnection?: number;
  /**
   * How long a connection serves one request only after an answer came that nobody had asked for; twice as long each
   * time that it happens again, an hour at most. 0 for not at all. Default 1 minute.
   */
  readonly distrustTime?: number;
  /** After this time a connection serves no further request; 0 for never. Default 0. */
  readonly connectionAge?: number;
  /** The most bytes of a response's head, and of its trailers. Default 64 KiB. */
  readonly headSize?: number;
  /** The most field lines of a head. Default 1000. */
  readonly fieldCount?: number;
  /** Shared by many pools; made with `clockFor`. Otherwise a pool has its own. */
  readonly clock?: CoarseTimer;
}

/** What holds for options that are not given. */
export const DEFAULTS: Required<Omit<PoolOptions, keyof Origin | "clock">> = {
  connections: 256,
  queue: 1024,
  connectTimeout: 5_000,
  idleTimeout: 4_000,
  longestIdle: 25_000,
  requestsPerConnection: 0,
  distrustTime: 60_000,
  connectionAge: 0,
  headSize: 64 * 1024,
  fieldCount: 1000,
  wait: 10_000,
  firstByte: 30_000,
  bodyIdle: 30_000,
  total: 0,
};
