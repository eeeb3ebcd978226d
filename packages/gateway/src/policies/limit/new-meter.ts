import { CalendarMeter } from "./calendar-meter.ts";
import { LeaseMeter } from "./lease-meter.ts";
import type { LimitRule } from "./limit-rule.ts";
import type { Meter } from "./meter.ts";
import { TokenMeter } from "./token-meter.ts";
import { WindowMeter } from "./window-meter.ts";

export function newMeter({ counting }: LimitRule): Meter {
  switch (counting.algorithm) {
    case "token-bucket":
      return new TokenMeter();
    case "sliding-window":
      return new WindowMeter(counting.window);
    case "calendar":
      return new CalendarMeter(counting.period);
    case "leases":
      return new LeaseMeter();
  }
}
