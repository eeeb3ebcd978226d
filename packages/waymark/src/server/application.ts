import type { Application } from "../http/exchange.ts";
import type { Limits } from "../http/limits.ts";

/** What `serve` serves: an application and, where it has them, its limits and its lifecycle. */
export interface ServableApp extends Application {
  /** Default: `DEFAULT_LIMITS`. */
  readonly limits?: Limits;
  /** Called before the first connection is accepted; when it rejects, nothing is served. */
  start?(): Promise<void>;
  /** Called when the last request has been answered. */
  stop?(): Promise<void>;
  /** Called when the drain time of a stop is over: replies without an end of their own end now. */
  endStreams?(): void;
  /** What clients write before every path: set before the start. */
  rootPath?: string | undefined;
  /** Set at the beginning of a stop: a readiness route answers 503 from then on. */
  draining?: boolean;
}
