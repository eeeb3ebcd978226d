import type { Period } from "./limit-rule.ts";

/** A period of the calendar in UTC: its name, and when it ends in milliseconds since 1970. */
export interface CalendarPeriod {
  readonly name: string;
  readonly end: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The period that a time lies in. Weeks begin on Monday, as in ISO 8601. */
export function periodAt(period: Period, now: number): CalendarPeriod {
  const start = startOf(period, now);
  return { name: `${period[0]}${Math.floor(start / MINUTE).toString(36)}`, end: endOf(period, start) };
}

function startOf(period: Period, now: number): number {
  const date = new Date(now);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  switch (period) {
    case "minute":
      return now - (now % MINUTE);
    case "hour":
      return now - (now % HOUR);
    case "day":
      return now - (now % DAY);
    case "week":
      return now - (now % DAY) - ((date.getUTCDay() + 6) % 7) * DAY;
    case "month":
      return Date.UTC(year, month, 1);
    case "year":
      return Date.UTC(year, 0, 1);
  }
}

function endOf(period: Period, start: number): number {
  const date = new Date(start);
  switch (period) {
    case "minute":
      return start + MINUTE;
    case "hour":
      return start + HOUR;
    case "day":
      return start + DAY;
    case "week":
      return start + 7 * DAY;
    case "month":
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
    case "year":
      return Date.UTC(date.getUTCFullYear() + 1, 0, 1);
  }
}
