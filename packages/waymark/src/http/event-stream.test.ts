import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { checkHeartbeat, EventStream } from "./event-stream.ts";

/** A source whose items are given from outside. */
class Source implements AsyncIterableIterator<string> {
  returned = 0;
  #resolve: ((result: IteratorResult<string>) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  asked = 0;
  [Symbol.asyncIterator](): this {
    return this;
  }
  next(): Promise<IteratorResult<string>> {
    this.asked++;
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }
  give(value: string): void {
    this.#resolve!({ done: false, value });
  }
  fail(error: unknown): void {
    this.#reject!(error);
  }
  async return(): Promise<IteratorResult<string>> {
    this.returned++;
    this.#resolve?.({ done: true, value: undefined });
    return { done: true, value: undefined };
  }
}

const encode = (value: string): string => value;
const streamOf = (source: Source, heartbeat?: number | false): EventStream<string> =>
  new EventStream(source, encode, heartbeat);

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => {
  const left = vi.getTimerCount();
  vi.useRealTimers();
  if (left > 0) throw new Error(`${left} timers were left`);
});

describe("a stream of events", () => {
  test("sends a comment when nothing happens for 15 seconds, and loses no event for it", async () => {
    const source = new Source();
    const stream = streamOf(source);
    const first = stream.next();
    await vi.advanceTimersByTimeAsync(14_999);
    source.give("a");
    expect(await first).toEqual({ done: false, value: "a" });
    let second: unknown;
    void stream.next().then((result) => (second = result));
    await vi.advanceTimersByTimeAsync(14_998);
    expect(second).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2);
    expect(second).toEqual({ done: false, value: ":\n\n" });
    const third = stream.next();
    source.give("b");
    expect(await third).toEqual({ done: false, value: "b" });
    expect(source.asked).toBe(2);
    await stream.return();
  });

  test("keeps what comes while its comment is on the way", async () => {
    const source = new Source();
    const stream = streamOf(source, 100);
    const first = stream.next();
    await vi.advanceTimersByTimeAsync(101);
    expect((await first).value).toBe(":\n\n");
    source.give("a");
    await vi.advanceTimersByTimeAsync(0);
    expect((await stream.next()).value).toBe("a");
    const failing = stream.next();
    await vi.advanceTimersByTimeAsync(101);
    expect((await failing).value).toBe(":\n\n");
    source.fail(new Error("gone"));
    await vi.advanceTimersByTimeAsync(0);
    await expect(stream.next()).rejects.toThrow("gone");
  });

  test("has nothing to say to a reader that does not ask", async () => {
    const source = new Source();
    const stream = streamOf(source, 100);
    const first = stream.next();
    source.give("a");
    await first;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(source.asked).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    await stream.return();
  });

  test("has no heartbeat where that is said", async () => {
    const source = new Source();
    const stream = streamOf(source, false);
    void stream.next();
    expect(vi.getTimerCount()).toBe(0);
    await stream.return();
    expect(source.returned).toBe(1);
  });

  test("is closed once: at its end, at its failure, or when it is returned", async () => {
    const ends: ((source: Source, stream: EventStream<string>) => unknown)[] = [
      (source) => source.return(),
      (source) => source.fail(new Error("gone")),
      (_, stream) => stream.return(),
      (_, stream) => stream.end(),
    ];
    for (const end of ends) {
      const source = new Source();
      const stream = streamOf(source);
      const onClose = vi.fn();
      stream.onClose = onClose;
      const next = stream.next().catch(() => undefined);
      void end(source, stream);
      await vi.advanceTimersByTimeAsync(1000);
      await next;
      await stream.return();
      expect(onClose).toHaveBeenCalledTimes(1);
    }
  });

  test("ends in order when the server stops: its source has returned by then", async () => {
    const source = new Source();
    const stream = streamOf(source);
    const waiting = stream.next();
    stream.end();
    stream.end();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(source.returned).toBe(1);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test("ends without a source that does not return", async () => {
    const source = new Source();
    source.return = () => new Promise(() => undefined);
    const stream = streamOf(source);
    const waiting = stream.next();
    stream.end();
    await vi.advanceTimersByTimeAsync(1001);
    expect(await waiting).toEqual({ done: true, value: undefined });
    // What it still says is nobody's concern.
    source.fail(new Error("too late"));
    await vi.advanceTimersByTimeAsync(0);
  });

  test("takes a heartbeat that is a time", () => {
    for (const good of [undefined, false, 1, 15_000]) expect(() => checkHeartbeat(good)).not.toThrow();
    for (const bad of [0, -1, Number.NaN, Infinity, 2 ** 31, true, "15s", null])
      expect(() => checkHeartbeat(bad)).toThrow(/heartbeat is a number of milliseconds/);
  });
});
