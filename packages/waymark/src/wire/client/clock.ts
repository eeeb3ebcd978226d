import { CoarseTimer } from "../timers.ts";

/** So much finer than a server needs it: two periods, and what Node's intervals lose in each, are less than a tenth. */
const FINENESS = 10;

/**
 * The timer of one pool or of many.
 * @param shortest the shortest time-out, in milliseconds, that will be asked of it. From 1000 on expiries are at most a
 * tenth late; below, some 50 milliseconds.
 */
export function clockFor(shortest: number): CoarseTimer {
  return new CoarseTimer(shortest / FINENESS, () => undefined);
}
