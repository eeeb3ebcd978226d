import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Breaker } from "./breaker.ts";

const fails = (): Promise<never> => Promise.reject(new Error("gone"));
const hangs = (): Promise<never> => new Promise(() => undefined);
const works = async (): Promise<string> => "fine";
const onError = vi.fn<(error: unknown) => void>();

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  onError.mockClear();
});

describe("Breaker", () => {
  it("gives what the attempt gives, and undefined for one that fails or takes too long", async () => {
    const breaker = new Breaker({ timeout: 100, onError });
    expect(await breaker.attempt(works)).toBe("fine");
    expect(await breaker.attempt(fails)).toBeUndefined();
    const slow = breaker.attempt(hangs);
    await vi.advanceTimersByTimeAsync(100);
    expect(await slow).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("after three failures waits for nobody, and tries each half second until that works", async () => {
    const breaker = new Breaker({ timeout: 100, onError });
    for (let i = 0; i < 3; i++) await breaker.attempt(fails);
    const start = vi.fn<() => Promise<string>>(hangs);
    for (let i = 0; i < 10; i++) expect(await breaker.attempt(start)).toBeUndefined();
    expect(start).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(500);
    // Nobody waits for the one that is tried.
    for (let i = 0; i < 10; i++) expect(await breaker.attempt(start)).toBeUndefined();
    expect(start).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(500);
    start.mockImplementation(works);
    expect(await breaker.attempt(start)).toBeUndefined();
    await vi.advanceTimersByTimeAsync(0);
    expect(await breaker.attempt(start)).toBe("fine");
    // One report an outage.
    expect(onError).toHaveBeenCalledOnce();
    await breaker.attempt(fails);
    expect(onError).toHaveBeenCalledTimes(2);
  });

  it("one success between failures begins the count anew", async () => {
    const breaker = new Breaker({ timeout: 100, onError });
    for (let i = 0; i < 20; i++)
      expect(await breaker.attempt(i % 3 === 2 ? works : fails)).toBe(i % 3 === 2 ? "fine" : undefined);
  });

  it("an error that is about a key does not count", async () => {
    const breaker = new Breaker({ timeout: 100, onError });
    const wrong = (): Promise<never> =>
      Promise.reject(new Error("ERR script: WRONGTYPE Operation against a key"));
    for (let i = 0; i < 5; i++) expect(await breaker.attempt(wrong)).toBeUndefined();
    expect(await breaker.attempt(works)).toBe("fine");
    expect(onError).toHaveBeenCalledTimes(5);
  });
});
