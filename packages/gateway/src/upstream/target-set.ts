import type { Target } from "../snapshot.ts";

/**
 * How a request to a target ended, as far as the target is to blame. It is busy where it answered 503 with Retry-After
 * (RFC 9110 §15.6.4): it refuses what is too much for it, and does the rest.
 */
export type Outcome = "ok" | "busy" | "failed" | "aborted";

/** One address that requests go to. The pool of its connections hangs on it. */
export interface LiveTarget {
  /** `http://10.0.0.1:8080`. */
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Name for SNI, certificate and Host where the address is one of several of a name; null is `host`. */
  readonly serverName: string | null;
  readonly weight: number;
  /** Requests in flight. */
  readonly active: number;
  readonly state: "up" | "down" | "ejected" | "draining";
}

/** What a request chooses its target by. */
export interface PickHints {
  /** What the balance hashes; undefined where nothing is hashed or the request has no value there. */
  readonly hashKey: string | undefined;
  /** Targets that were tried already: taken again only where there is no other. */
  readonly tried: readonly LiveTarget[];
  readonly isCanary: boolean;
}

/** Why no request goes out now: the breaker is open, too many are in flight, or there is no address at all. */
export type Refusal = "breaker-open" | "overloaded" | "no-target";

/** The addresses of one service: found, kept healthy, and chosen among. */
export interface TargetSet {
  /** The target of the next attempt, counted as in flight until `release`; or why there is none. */
  take(hints: PickHints): LiveTarget | Refusal;
  /** Changes with the breaker: what was taken before says nothing of what is since. */
  readonly era: number;
  /**
   * The head of a reply has come, and its end may be far, as that of a WebSocket is. Where the breaker probes the service it
   * need not wait for that. Gives the era to release it with.
   *
   * @param era in which it was taken.
   */
  answered(status: number, era: number): number;
  /**
   * Called once for each target that `take` gave, with the status of its reply; 0 without one.
   *
   * @param era in which it was taken, or what `answered` gave.
   */
  release(target: LiveTarget, outcome: Outcome, status: number, era: number): void;
  /** Seconds after which it is worth trying again, for Retry-After beside a refusal. */
  readonly retryAfter: number;
  readonly targets: readonly LiveTarget[];
  /** For people and metrics: what the breaker does. */
  readonly breaker: "closed" | "open" | "half-open";
  /** Resolves when the discovery was first asked; rejects where its configuration is wrong. */
  start(): Promise<void>;
  /** Calls back for a target that left: its pool is to be drained. */
  onRemoved(listener: (target: LiveTarget) => void): void;
  close(): void;
}

/** An address as a discovery finds it. */
export interface FoundTarget extends Target {
  /** The name that the address was found by, for SNI, certificate and Host. */
  readonly serverName?: string;
}

/** Finds addresses. Consul, Kubernetes and the like are further ones of these. */
export interface DiscoverySource {
  /** Calls `update` with every new set, the first before it resolves where there is one. What fails keeps the last good set. */
  start(update: (targets: readonly FoundTarget[]) => void, report: (problem: string) => void): Promise<void>;
  close(): void;
}
