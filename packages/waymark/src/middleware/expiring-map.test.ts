import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ExpiringMap } from "./expiring-map.ts";

let now = 0;
const mapOf = (maximum = 100): ExpiringMap<number> => new ExpiringMap<number>({ maximum, now: () => now });
beforeEach(() => {
  now = 0;
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

describe("ExpiringMap", () => {
  it("gives what was set, until its time is over", () => {
    const map = mapOf();
    map.set("a", 1, 10);
    now = 9;
    expect(map.get("a")).toBe(1);
    now = 10;
    expect(map.get("a")).toBeUndefined();
  });

  it("holds no more than its maximum: what was set longest ago goes", () => {
    const map = mapOf(2);
    map.set("a", 1, 10);
    map.set("b", 2, 10);
    map.set("a", 3, 10);
    map.set("c", 4, 10);
    expect([map.get("a"), map.get("b"), map.get("c"), map.size]).toEqual([3, undefined, 4, 2]);
  });

  it("forgets by itself, and its timer ends when nothing is left", () => {
    const map = mapOf();
    for (let i = 0; i < 50; i++) map.set(String(i), i, 1000 + i);
    expect(vi.getTimerCount()).toBe(1);
    now = 1025;
    vi.advanceTimersByTime(30_000);
    expect(map.size).toBe(24);
    now = 1e6;
    vi.advanceTimersByTime(30_000);
    expect([map.size, vi.getTimerCount()]).toEqual([0, 0]);
    map.set("again", 1, 10);
    expect(vi.getTimerCount()).toBe(1);
  });

  it("does not keep the process alive", () => {
    vi.useRealTimers();
    const before = process.getActiveResourcesInfo().length;
    mapOf().set("a", 1, 1e6);
    expect(process.getActiveResourcesInfo()).toHaveLength(before);
  });
});
