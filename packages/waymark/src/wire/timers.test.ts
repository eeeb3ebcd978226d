import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CoarseTimer, NEVER, type Timed } from "./timers.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function watched(timer: CoarseTimer, milliseconds: number): Timed & { expired: number } {
  const member = {
    dueAt: timer.after(timer.ticks(milliseconds)),
    expired: 0,
    expire: (): void => void member.expired++,
  };
  timer.add(member);
  return member;
}

it("expires never early and at most two periods late", () => {
  const timer = new CoarseTimer(400, () => undefined);
  for (const offset of [0, 1, 50, 99]) {
    const keeper = watched(timer, 0);
    vi.advanceTimersByTime(offset);
    const member = watched(timer, 400);
    vi.advanceTimersByTime(399);
    expect(member.expired).toBe(0);
    vi.advanceTimersByTime(201);
    expect(member.expired).toBeGreaterThan(0);
    timer.delete(member);
    timer.delete(keeper);
  }
});

it("0 is no time-out", () => {
  const timer = new CoarseTimer(100, () => undefined);
  const member = watched(timer, 0);
  expect(member.dueAt).toBe(NEVER);
  vi.advanceTimersByTime(10_000_000);
  expect(member.expired).toBe(0);
});

it("runs only while it watches something, however much that is", () => {
  let ticks = 0;
  const timer = new CoarseTimer(1_000_000, () => ticks++);
  expect(vi.getTimerCount()).toBe(0);
  const first = watched(timer, 5000);
  const second = watched(timer, 5000);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(3000);
  expect(ticks).toBe(3);
  timer.delete(first);
  expect(vi.getTimerCount()).toBe(1);
  timer.delete(second);
  expect(vi.getTimerCount()).toBe(0);
});

it("a member may leave while it expires", () => {
  const timer = new CoarseTimer(100, () => undefined);
  const member: Timed = { dueAt: 1, expire: () => timer.delete(member) };
  timer.add(member);
  vi.advanceTimersByTime(1000);
  expect(vi.getTimerCount()).toBe(0);
});
