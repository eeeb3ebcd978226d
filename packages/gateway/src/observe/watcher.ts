import type { Operation, Phase } from "../snapshot.ts";
import type { Call } from "../call.ts";

/** Why the gateway itself answered in the place of an upstream. */
export type Failure =
  | "no-target"
  | "overloaded"
  | "breaker-open"
  | "connect"
  | "timeout"
  | "reset"
  | "malformed"
  | "internal";

/** What is known of a request when it is over. */
export interface Finished {
  readonly method: string;
  /** As it was sent, without the query: a query holds what nobody wants in a log. */
  readonly path: string;
  readonly host: string;
  /** Null where no operation answers. */
  readonly operation: Operation | null;
  /** Of the reply; 499 where the client went away before there was one, 101 for an upgrade. */
  readonly status: number;
  /** Until the reply was over, its stream included. */
  readonly milliseconds: number;
  /** Until the first byte of the upstream's reply; undefined where there was none. */
  readonly upstreamMilliseconds: number | undefined;
  /** `http://10.0.0.1:8080`: where the last attempt went. */
  readonly target: string | undefined;
  /** How often an upstream was asked. */
  readonly attempts: number;
  readonly failure: Failure | undefined;
  /** Beside "connect", the code of why: ECONNREFUSED, CERT_HAS_EXPIRED, DEPTH_ZERO_SELF_SIGNED_CERT. */
  readonly reason: string | undefined;
  /** The phase of the policy that refused it; `body` could not be taken, `route` is none, `retired` is one no more. */
  readonly refused: Phase | "body" | "route" | "retired" | undefined;
  /** Of the body that a service's reply had, as far as it was sent; undefined where the gateway answered itself. */
  readonly bytes: number | undefined;
  /** Undefined where nobody asked for it as well: see `Watcher.readsUserAgent`. */
  readonly userAgent: string | undefined;
  readonly clientAddress: string;
  /** Who called, by the authentication; undefined for nobody. */
  readonly principal: string | undefined;
  readonly isAborted: boolean;
  /** Further fields that policies gave. */
  readonly log: Readonly<Record<string, unknown>> | undefined;
}

/** Watches requests, and changes nothing about their replies. */
export interface Watcher {
  /**
   * Called when the operation is known and before its policies run. May set fields for the upstream (a trace's). What it
   * returns is given to `over`. Left out: nothing to do.
   */
  readonly begin?: (call: Call) => unknown;
  /** Whether `over` wants to know `User-Agent`. Default: no. */
  readonly readsUserAgent?: boolean;
  /** Called once for every request, also for those that no operation answers. */
  readonly over: (finished: Finished, begun: unknown) => void;
  /** Called when the gateway is closed and its last request over: what was kept back is written. Left out: nothing is. */
  readonly end?: () => void;
}

/** All of them as one; undefined where there is none. */
export function together(watchers: readonly Watcher[]): Watcher | undefined {
  if (watchers.length < 2) return watchers[0];
  const over = (finished: Finished, begun: unknown): void => {
    for (let i = 0; i < watchers.length; i++)
      watchers[i]!.over(finished, (begun as unknown[] | undefined)?.[i]);
  };
  const end = (): void => watchers.forEach((watcher) => watcher.end?.());
  const readsUserAgent = watchers.some((watcher) => watcher.readsUserAgent);
  if (watchers.every(({ begin }) => begin === undefined)) return { over, end, readsUserAgent };
  return { readsUserAgent, begin: (call) => watchers.map((watcher) => watcher.begin?.(call)), over, end };
}
