import type { FoundTarget, LiveTarget } from "./target-set.ts";

/** A target with what this instance knows of it. */
export class Live implements LiveTarget {
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly serverName: string | null;
  readonly isCanary: boolean;
  readonly identity: string;
  weight: number;
  active = 0;

  /** It left the discovery: what is in flight may end. */
  isDraining = false;
  /** Active checks found it down. */
  isDown = false;
  /** Out for a while after failures. */
  isEjected = false;

  /** Failures in a row. */
  failures = 0;
  /** When it last said that it has too much to do, in ms of a monotonic clock. */
  busyAt: number = -Infinity;
  /** How often it was ejected shortly one after the other: each time is longer. */
  ejections = 0;
  /** When the last ejection ended, in ms of a monotonic clock. */
  returnedAt = 0;

  constructor(found: FoundTarget, isCanary: boolean) {
    const { origin, weight, serverName } = found;
    this.identity = identityOf(found, isCanary);
    const { protocol, hostname, port } = new URL(origin);
    this.origin = origin;
    this.secure = protocol === "https:";
    // A URL writes an IPv6 address in brackets, a socket wants it without.
    this.host = hostname.replace(/^\[(.*)\]$/, "$1");
    this.port = port === "" ? (this.secure ? 443 : 80) : Number(port);
    this.serverName = serverName ?? null;
    this.weight = weight;
    this.isCanary = isCanary;
  }

  get state(): LiveTarget["state"] {
    if (this.isDraining) return "draining";
    if (this.isDown) return "down";
    return this.isEjected ? "ejected" : "up";
  }
}

/** What makes two targets one, so that a new answer of the discovery keeps pools and counters. */
export function identityOf({ origin, serverName }: FoundTarget, isCanary: boolean): string {
  return `${isCanary ? "canary " : ""}${origin} ${serverName ?? ""}`;
}
