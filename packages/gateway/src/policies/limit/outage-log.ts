/** Milliseconds between two outages that are told of: what comes and goes fills no log. */
const EACH = 10_000;

/** One line for an outage, and one for its end. */
export class OutageLog {
  readonly #report: (problem: string) => void;
  readonly #now: () => number;
  #reason: string | undefined;
  #isTold = false;
  #next = Number.NEGATIVE_INFINITY;

  constructor(report: (problem: string) => void, now: () => number = () => performance.now()) {
    this.#report = report;
    this.#now = now;
  }

  begun(reason: string): void {
    this.#reason = reason;
    this.goesOn();
  }

  /** Said while it lasts: one that began too soon after the last is told of now, if it is time. */
  goesOn(): void {
    if (this.#isTold || this.#reason === undefined) return;
    const now = this.#now();
    if (now < this.#next) return;
    this.#next = now + EACH;
    this.#isTold = true;
    this.#report(`limits are not counted in Redis: ${this.#reason}`);
  }

  over(): void {
    if (this.#isTold) this.#report("limits are counted in Redis again");
    this.#isTold = false;
    this.#reason = undefined;
  }
}
