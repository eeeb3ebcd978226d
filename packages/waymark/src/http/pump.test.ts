import { describe, expect, test, vi } from "vitest";
import { Pump } from "./pump.ts";

async function* from(...values: readonly string[]): AsyncGenerator<string> {
  yield* values;
}

describe("Pump", () => {
  test("asks for the next piece when the last was taken", async () => {
    const log: string[] = [];
    let release = (): void => undefined;
    const pieces = (async function* () {
      for (const piece of ["a", "b"]) {
        log.push(`asked for ${piece}`);
        yield piece;
      }
    })();
    const done = new Pump({
      pieces,
      write: (piece) => {
        log.push(`wrote ${String(piece)}`);
        return new Promise<void>((resolve) => (release = resolve));
      },
    }).run();
    await vi.waitFor(() => expect(log).toHaveLength(2), 20_000);
    await Promise.resolve();
    expect(log).toEqual(["asked for a", "wrote a"]);
    release();
    await vi.waitFor(() => expect(log).toHaveLength(4), 20_000);
    release();
    await done;
    expect(log).toEqual(["asked for a", "wrote a", "asked for b", "wrote b"]);
  });

  test("a source that throws at once, later, or in being asked, rejects", async () => {
    const failure = new Error("failed");
    const write = (): void => undefined;
    const throwing = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          throw failure;
        },
      }),
    };
    await expect(new Pump({ pieces: throwing, write }).run()).rejects.toBe(failure);
    const later = (async function* () {
      yield "a";
      throw failure;
    })();
    await expect(new Pump({ pieces: later, write }).run()).rejects.toBe(failure);
  });

  test("a length that is not kept rejects and returns the source", async () => {
    const returned = vi.fn();
    const pieces = (async function* () {
      try {
        yield "é";
        yield "é";
      } finally {
        returned();
      }
    })();
    const written: unknown[] = [];
    await expect(
      new Pump({ pieces, length: 3, write: (piece) => void written.push(piece) }).run(),
    ).rejects.toThrow(/longer/);
    expect(written).toEqual(["é"]);
    await vi.waitFor(() => expect(returned).toHaveBeenCalledOnce(), 20_000);
    await expect(new Pump({ pieces: from("a"), length: 3, write: () => undefined }).run()).rejects.toThrow(
      /2 bytes short/,
    );
    await new Pump({ pieces: from("é", "a"), length: 3, write: () => undefined }).run();
  });

  test.each([
    ["takes everything", (): void => undefined],
    ["is never slow for long", (): Promise<void> => Promise.resolve()],
  ])("others have their turn beside a source that never waits and a reader that %s", async (_name, write) => {
    let going = true;
    const pieces = (async function* () {
      while (going) yield "a";
    })();
    setTimeout(() => (going = false), 1);
    await expect(new Pump({ pieces, write }).run()).resolves.toBeUndefined();
  });

  test("stop returns a source that is being waited for, and its failure is nobody's", async () => {
    const pieces = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => undefined),
        return: () => Promise.reject(new Error("in stopping")),
      }),
    };
    const pump = new Pump({ pieces, write: () => undefined });
    const done = pump.run();
    pump.stop();
    pump.stop();
    await expect(done).resolves.toBeUndefined();
  });

  test("a source that does not react to stop is not waited for", async () => {
    vi.useFakeTimers();
    try {
      const pieces = (async function* () {
        await new Promise(() => undefined);
        yield "never";
      })();
      const pump = new Pump({ pieces, write: () => undefined });
      const done = pump.run();
      pump.stop();
      await vi.advanceTimersByTimeAsync(5000);
      await expect(done).resolves.toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });

  test("a source that cannot be read at all rejects", async () => {
    const locked = new ReadableStream<string>();
    locked.getReader();
    await expect(new Pump({ pieces: locked, write: () => undefined }).run()).rejects.toThrow(/locked/);
  });

  test.each([5, null, undefined, {}, [1]])(
    "a piece that is neither text nor bytes rejects: %j",
    async (piece) => {
      let returned = false;
      const pieces = (async function* () {
        try {
          yield piece as unknown as string;
        } finally {
          returned = true;
        }
      })();
      await expect(new Pump({ pieces, write: () => undefined }).run()).rejects.toThrow(
        /strings and Uint8Arrays/,
      );
      expect(returned).toBe(true);
    },
  );

  test("a source without promises is read, one without results rejects", async () => {
    const from = (...results: unknown[]) =>
      ({ [Symbol.asyncIterator]: () => ({ next: () => results.shift() }) }) as AsyncIterable<string>;
    const written: unknown[] = [];
    const write = async (piece: unknown): Promise<void> => void written.push(piece);
    await new Pump({ pieces: from({ done: false, value: "a" }, { done: true }), write }).run();
    expect(written).toEqual(["a"]);
    await expect(new Pump({ pieces: from({ done: false, value: "a" }), write }).run()).rejects.toThrow(
      TypeError,
    );
  });
});
