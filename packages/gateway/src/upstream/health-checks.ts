import type { Health } from "../snapshot.ts";
import type { HealthRequests } from "./health-requests.ts";
import type { Live } from "./live-target.ts";

type Settings = NonNullable<Health["active"]>;

/** Checks run at the interval, a tenth earlier or later, so that many gateways do not knock at once. */
const JITTER = 0.1;

/** What is remembered of one target between its checks. */
interface Watched {
  /** Until the next check; undefined while one is under way. */
  timer: NodeJS.Timeout | undefined;
  /** The next one follows at once. */
  isHurried: boolean;
  /** Checks in a row that say the opposite of what the target counts as. */
  opposed: number;
  /** Passed checks in a row after a failed one; undefined where none has failed since the last recovery. */
  recovering: number | undefined;
}

/** Asks every target for its health path at an interval, and marks those down that answer wrong or not at all. */
export class HealthChecks {
  readonly #settings: Settings;
  readonly #requests: HealthRequests;
  readonly #changed: () => void;
  readonly #recovered: (target: Live) => void;
  readonly #watched = new Map<Live, Watched>();

  /**
   * @param changed called when a target went down or came back.
   * @param recovered called when a target has passed as many checks as it takes after one had failed.
   */
  constructor(
    settings: Settings,
    requests: HealthRequests,
    { changed, recovered }: { changed: () => void; recovered: (target: Live) => void },
  ) {
    this.#settings = settings;
    this.#requests = requests;
    this.#changed = changed;
    this.#recovered = recovered;
  }

  /** The first check runs at once: a target counts as up until it has failed `unhealthyAfter` times. */
  watch(target: Live): void {
    const watched: Watched = { timer: undefined, isHurried: false, opposed: 0, recovering: undefined };
    this.#watched.set(target, watched);
    this.#checkIn(0, target, watched);
  }

  /** Looks at a target now rather than when its turn comes: something has happened to it. */
  hurry(target: Live): void {
    const watched = this.#watched.get(target);
    if (watched === undefined) return;
    // The answer that is under way may be from before.
    if (watched.timer === undefined) watched.isHurried = true;
    else {
      clearTimeout(watched.timer);
      this.#checkIn(0, target, watched);
    }
  }

  forget(target: Live): void {
    clearTimeout(this.#watched.get(target)?.timer);
    this.#watched.delete(target);
  }

  close(): void {
    for (const target of this.#watched.keys()) this.forget(target);
    this.#requests.close();
  }

  #checkIn(milliseconds: number, target: Live, watched: Watched): void {
    watched.timer = setTimeout(() => {
      watched.timer = undefined;
      const { path, timeout, statuses } = this.#settings;
      const [from, to] = statuses;
      void this.#requests
        .ask(target, path, timeout)
        // It cannot be asked: the files of its TLS are not there, or are being replaced.
        .catch(() => 0)
        .then((status) => this.#record(status >= from && status <= to, target, watched));
    }, milliseconds).unref();
  }

  #record(isWell: boolean, target: Live, watched: Watched): void {
    if (this.#watched.get(target) !== watched) return;
    const { healthyAfter, unhealthyAfter, interval } = this.#settings;
    watched.opposed = isWell === target.isDown ? watched.opposed + 1 : 0;
    if (watched.opposed >= (target.isDown ? healthyAfter : unhealthyAfter)) {
      target.isDown = !target.isDown;
      watched.opposed = 0;
      this.#changed();
    }
    if (!isWell) watched.recovering = 0;
    else if (watched.recovering !== undefined && ++watched.recovering >= healthyAfter) {
      watched.recovering = undefined;
      this.#recovered(target);
    }
    const pause = watched.isHurried ? 0 : interval * (1 - JITTER + 2 * JITTER * Math.random());
    watched.isHurried = false;
    this.#checkIn(pause, target, watched);
  }
}
