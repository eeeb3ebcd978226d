import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { clockFor } from "./clock.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it.each([1_000, 2_500, 10_000])(
  "is never early and at most a twentieth late by its own count: %i ms",
  (timeout) => {
    const clock = clockFor(timeout);
    const keeper = { dueAt: clock.after(clock.ticks(0)), expire: (): void => undefined };
    clock.add(keeper);
    for (const offset of [0, 7, 13, 19]) {
      vi.advanceTimersByTime(offset);
      let isDue = false;
      const member = { dueAt: clock.after(clock.ticks(timeout)), expire: (): void => void (isDue = true) };
      clock.add(member);
      vi.advanceTimersByTime(timeout - 1);
      expect(isDue).toBe(false);
      vi.advanceTimersByTime(timeout / 20 + 1);
      expect(isDue).toBe(true);
      clock.delete(member);
    }
    clock.delete(keeper);
  },
);
