import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Verdicts } from "./verdicts.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MINUTE = 60_000;

test("a verdict counts for its time", () => {
  const verdicts = new Verdicts<string>();
  verdicts.set("a", "good", Date.now() + MINUTE);
  vi.advanceTimersByTime(MINUTE - 1);
  expect(verdicts.get("a")).toBe("good");
  vi.advanceTimersByTime(1);
  expect(verdicts.get("a")).toBeUndefined();
  verdicts.set("b", "late", Date.now());
  expect(verdicts.get("b")).toBeUndefined();
});

test("those whose time is over are not kept, however many never come again", () => {
  const verdicts = new Verdicts<number>();
  for (let i = 0; i < 1000; i++) {
    verdicts.set(`token ${i}`, i, Date.now() + MINUTE);
    vi.advanceTimersByTime(1000);
  }
  expect(verdicts.size).toBeLessThanOrEqual(60);
  expect(verdicts.get("token 999")).toBe(999);
});

test("of too many the oldest go", () => {
  const verdicts = new Verdicts<number>(3);
  for (let i = 0; i < 5; i++) verdicts.set(`token ${i}`, i, Date.now() + MINUTE);
  // Said once more, it is the newest.
  verdicts.set("token 2", 2, Date.now() + MINUTE);
  verdicts.set("token 5", 5, Date.now() + MINUTE);
  expect([0, 1, 2, 3, 4, 5].map((i) => verdicts.get(`token ${i}`))).toEqual([
    undefined, undefined, 2, undefined, 4, 5,
  ]); // prettier-ignore
});
