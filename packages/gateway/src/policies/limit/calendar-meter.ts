import { periodAt } from "./calendar.ts";
import type { LimitRule, Period } from "./limit-rule.ts";
import { type Meter, type Times, TOLERANCE } from "./meter.ts";

/** Counts by the calendar: what was spent in a period is forgotten when the next one begins. */
export class CalendarMeter implements Meter {
  readonly #period: Period;
  #end = 0;
  #spent = 0;

  constructor(period: Period) {
    this.#period = period;
  }

  look({ calendar }: Times, { limit, cost }: LimitRule): boolean {
    if (calendar >= this.#end) {
      this.#end = periodAt(this.#period, calendar).end;
      this.#spent = 0;
    }
    return this.#spent + cost <= limit + TOLERANCE;
  }
  spend(_: Times, { cost }: LimitRule): void {
    this.#spent += cost;
  }
  remaining({ limit }: LimitRule): number {
    return Math.max(limit - this.#spent, 0);
  }
  reset({ calendar }: Times): number {
    return this.#end - calendar;
  }
  wait({ calendar }: Times): number {
    return this.#end - calendar;
  }
  isIdle({ calendar }: Times): boolean {
    return calendar >= this.#end;
  }
}
