import type { Health } from "../snapshot.ts";
import type { Live } from "./live-target.ts";

type Settings = NonNullable<Health["passive"]>;

/** No ejection is longer: a target that has been repaired is not waited for all day. */
const LONGEST = 300_000;
/** When targets say within so many ms that they have too much to do, it is the service that has. */
const TOGETHER = 1000;

/**
 * Takes a target out that fails several times in a row, longer each time, as Envoy's outlier detection does. A share of
 * the targets always stays, since a service whose every target fails is better asked than given up.
 */
export class Ejection {
  readonly #settings: Settings;
  readonly #now: () => number;
  readonly #changed: (target: Live) => void;
  readonly #timers = new Map<Live, NodeJS.Timeout>();

  /** @param changed called when a target went out or came back. */
  constructor(settings: Settings, now: () => number, changed: (target: Live) => void) {
    this.#settings = settings;
    this.#now = now;
    this.#changed = changed;
  }

  /**
   * @param isBusy the failure is that the target refuses what is too much for it.
   * @param all the targets of the service, this one included.
   */
  record(target: Live, isFailure: boolean, isBusy: boolean, all: readonly Live[]): void {
    if (!isFailure) {
      target.failures = 0;
      return;
    }
    if (isBusy && this.#areBusy(target, all)) return;
    target.failures++;
    const { failures, maxEjected, ejectFor } = this.#settings;
    if (target.failures < failures || target.isEjected || target.isDraining) return;
    const out = all.reduce((count, { isEjected }) => count + (isEjected ? 1 : 0), 0);
    if (out + 1 > maxEjected * all.length) return;
    // A target that did well for long begins anew.
    if (this.#now() - target.returnedAt > 10 * ejectFor) target.ejections = 0;
    target.ejections++;
    target.isEjected = true;
    target.failures = 0;
    this.#timers.set(
      target,
      setTimeout(() => this.#return(target), Math.min(LONGEST, ejectFor * target.ejections)).unref(),
    );
    this.#changed(target);
  }

  /** Whether others have too much to do as well: without this target they would have more. */
  #areBusy(target: Live, all: readonly Live[]): boolean {
    const now = this.#now();
    target.busyAt = now;
    return all.some((other) => other !== target && now - other.busyAt <= TOGETHER);
  }

  /** Brings a target back before its time: what was wrong with it is known to be over. */
  end(target: Live): void {
    if (!target.isEjected) return;
    clearTimeout(this.#timers.get(target));
    this.#return(target);
  }

  forget(target: Live): void {
    clearTimeout(this.#timers.get(target));
    this.#timers.delete(target);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #return(target: Live): void {
    this.#timers.delete(target);
    target.isEjected = false;
    target.returnedAt = this.#now();
    this.#changed(target);
  }
}
