import { describe, expect, test } from "vitest";
import { ItemStream } from "./item-stream.ts";

const text = (value: unknown): string => `${String(value)};`;
const read = async (stream: AsyncIterable<string>): Promise<string> => {
  let all = "";
  for await (const piece of stream) all += piece;
  return all;
};

/** A source that tells when it was asked to return. */
class Source {
  returned = 0;
  readonly items: AsyncGenerator<unknown>;
  constructor(items: readonly unknown[]) {
    this.items = this.#give(items);
  }
  async *#give(items: readonly unknown[]): AsyncGenerator<unknown> {
    try {
      yield* items;
    } finally {
      this.returned++;
    }
  }
}
const source = (items: readonly unknown[]): Source => new Source(items);
const never = new AbortController().signal;

describe("a stream of items", () => {
  test("is each of them as text, from any source", async () => {
    expect(await read(new ItemStream(source([1, 2]).items, text))).toBe("1;2;");
    expect(await read(new ItemStream(source([1, 2]).items, async (each) => text(each)))).toBe("1;2;");
    const web = new ReadableStream<number>({
      start(controller) {
        controller.enqueue(1);
        controller.close();
      },
    });
    expect(await read(new ItemStream(web, text))).toBe("1;");
    expect(await read(new ItemStream(source([1, 2]).items, (each) => (each === 1 ? undefined : "2")))).toBe(
      "2",
    );
  });

  test("tells its source when an item cannot be written, and fails with that", async () => {
    for (const fail of [
      () => {
        throw new Error("no form");
      },
      () => Promise.reject(new Error("no form")),
    ]) {
      const made = source([1, 2]);
      await expect(read(new ItemStream(made.items, fail))).rejects.toThrow("no form");
      await new Promise((resolve) => setImmediate(resolve));
      expect(made.returned).toBe(1);
    }
  });

  test("begins with its first item, which is not lost", async () => {
    const stream = new ItemStream(source([1, 2]).items, text);
    await stream.begin(never);
    expect(await read(stream)).toBe("1;2;");
    const empty = new ItemStream(source([]).items, text);
    await empty.begin(never);
    expect(await read(empty)).toBe("");
  });

  test("begins with the error of a source that fails at once", async () => {
    const failing = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("no such thing")) }),
    };
    await expect(new ItemStream(failing, text).begin(never)).rejects.toThrow("no such thing");
  });

  test("does not wait for a first item that nobody waits for", async () => {
    const stuck = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) };
    const controller = new AbortController();
    const beginning = new ItemStream(stuck, text).begin(controller.signal);
    controller.abort();
    expect(await beginning).toBeUndefined();
    // A source that takes its time is begun without it.
    expect(await new ItemStream(stuck, text).begin(never)).toBeUndefined();
  });

  test("that nobody reads returns its source, and swallows what it had failed with", async () => {
    const stray: unknown[] = [];
    const onStray = (error: unknown): void => void stray.push(error);
    process.on("unhandledRejection", onStray);
    let fail!: (error: Error) => void;
    let returned = 0;
    const iterator = {
      next: () => new Promise<never>((_, reject) => (fail = reject)),
      return: async () => ({ done: true as const, value: (returned += 1) }),
    };
    const controller = new AbortController();
    const stream = new ItemStream({ [Symbol.asyncIterator]: () => iterator }, text);
    const beginning = stream.begin(controller.signal);
    controller.abort();
    await beginning;
    await stream.return();
    fail(new Error("too late"));
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off("unhandledRejection", onStray);
    expect([returned, stray]).toEqual([1, []]);
  });
});
