import { describe, expect, test } from "vitest";
import { Breaker } from "./breaker.ts";

const SETTINGS = { failureRatio: 0.5, minimum: 10, window: 10_000, openFor: 5_000, probes: 2 };

function breaker(): {
  breaker: Breaker;
  pass: (milliseconds: number) => void;
  ask: (fails: boolean) => boolean;
} {
  let time = 123_456;
  const made = new Breaker(SETTINGS, () => time);
  return {
    breaker: made,
    pass: (milliseconds) => (time += milliseconds),
    ask(fails) {
      const isAdmitted = made.admit();
      if (isAdmitted) made.record(fails, made.era);
      return isAdmitted;
    },
  };
}

describe("a breaker", () => {
  test("opens when enough requests were made and the share of failures is reached", () => {
    const { breaker: one, ask } = breaker();
    for (let i = 0; i < 9; i++) ask(true);
    expect(one.state).toBe("closed");
    ask(true);
    expect(one.state).toBe("open");
    expect(ask(false)).toBe(false);
  });

  test("stays closed below the share", () => {
    const { breaker: one, ask } = breaker();
    for (let i = 0; i < 100; i++) ask(i % 5 >= 3);
    expect(one.state).toBe("closed");
  });

  test("forgets what is older than the window", () => {
    const { breaker: one, ask, pass } = breaker();
    for (let i = 0; i < 9; i++) ask(true);
    pass(11_000);
    for (let i = 0; i < 9; i++) ask(true);
    expect(one.state).toBe("closed");
    pass(5_000);
    ask(true);
    expect(one.state).toBe("open");
  });

  test("is probed before its time where the service was seen to return", () => {
    const { breaker: one, ask } = breaker();
    for (let i = 0; i < 10; i++) ask(true);
    one.hasten();
    expect(one.state).toBe("half-open");
    ask(true);
    expect(one.remaining).toBe(5_000);
    one.hasten();
    ask(false);
    ask(false);
    expect(one.state).toBe("closed");
    one.hasten();
    expect(one.state).toBe("closed");
  });

  test("lets a few probes through when its time is over, and closes when they succeed", () => {
    const { breaker: one, ask, pass } = breaker();
    for (let i = 0; i < 10; i++) ask(true);
    expect(one.remaining).toBe(5_000);
    pass(4_999);
    expect(one.admit()).toBe(false);
    pass(1);
    expect(one.state).toBe("half-open");
    expect([one.admit(), one.admit(), one.admit()]).toEqual([true, true, false]);
    one.record(false, one.era);
    expect(one.state).toBe("half-open");
    one.record(false, one.era);
    expect(one.state).toBe("closed");
    // What was before does not count any more.
    for (let i = 0; i < 9; i++) ask(true);
    expect(one.state).toBe("closed");
  });

  test("opens again when a probe fails", () => {
    const { breaker: one, ask, pass } = breaker();
    for (let i = 0; i < 10; i++) ask(true);
    pass(5_000);
    ask(true);
    expect(one.state).toBe("open");
    expect(one.remaining).toBe(5_000);
  });

  test("gives a probe back whose client left", () => {
    const { breaker: one, ask, pass } = breaker();
    for (let i = 0; i < 10; i++) ask(true);
    pass(5_000);
    one.admit();
    one.admit();
    one.forget(one.era);
    expect(one.admit()).toBe(true);
  });

  test("is not moved by requests that were sent before it opened, neither while it is probed nor afterwards", () => {
    const { breaker: one, ask, pass } = breaker();
    const { era } = one;
    for (let i = 0; i < 30; i++) one.admit();
    for (let i = 0; i < 10; i++) ask(true);
    const { remaining } = one;
    one.record(true, era);
    expect(one.remaining).toBe(remaining);
    pass(5_000);
    expect([one.admit(), one.admit(), one.admit()]).toEqual([true, true, false]);
    one.record(true, era);
    one.record(false, era);
    one.record(false, era);
    one.forget(era);
    expect(one.state).toBe("half-open");
    expect(one.admit()).toBe(false);
    one.record(false, one.era);
    one.record(false, one.era);
    for (let i = 0; i < 20; i++) one.record(true, era);
    expect(one.state).toBe("closed");
  });
});
