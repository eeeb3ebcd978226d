/** Milliseconds between two outages that are told of: what comes and goes fills no log. */
const EACH = 10_000;

/** One line for an outage, which says what happens meanwhile and what is to be done, and one for its end. */
export class OutageLog {
  readonly #place: string;
  readonly #report: (problem: string) => void;
  readonly #now: () => number;
  #reason: string | undefined;
  #isTold = false;
  #next = Number.NEGATIVE_INFINITY;

  /** @param place which Redis it is */
  constructor(place: string, report: (problem: string) => void, now: () => number = () => performance.now()) {
    this.#place = place;
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
    this.#report(
      `limits are not counted in Redis at ${this.#place}: ${this.#reason}. Until they are, those with failure: open are counted in each gateway alone, and those with failure: closed, as quotas are by default, are refused by 503. See that it runs, that it can be reached from here, and that \`redis\` in the configuration says where it is and how to log in`,
    );
  }

  over(): void {
    if (this.#isTold) this.#report(`limits are counted in Redis at ${this.#place} again`);
    this.#isTold = false;
    this.#reason = undefined;
  }
}
