import type { Snapshot } from "../snapshot.ts";
import type { TargetSet } from "../upstream/target-set.ts";

/** What a running gateway lets others see of itself. */
export interface GatewayView {
  /** What it runs now. */
  readonly snapshot: Snapshot;
  /** When it took that into service, in milliseconds since 1970. */
  readonly since: number;
  /** Former snapshots whose last requests are not over yet. */
  readonly draining: number;
  /** Requests in flight, those of former snapshots included. */
  readonly inFlight: number;
  /** Why the last change of the configuration was refused; undefined where it was not. */
  readonly refused: string | undefined;
  readonly targets: ReadonlyMap<string, TargetSet>;
}
