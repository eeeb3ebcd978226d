import { describe, expect, test } from "vitest";
import { answering, type Answering, gate } from "./answering.fixture.ts";

export interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  readonly signal?: AbortSignal;
}

/** A driver with an application in it. */
export interface Harness {
  send(target: string, sent?: Sent): Promise<Response>;
  close(): Promise<void>;
}

/** What every driver does, whatever carries the bytes. */
export function describeExchanges(
  name: string,
  start: (application: Answering) => Promise<Harness>,
  { scheme = "http" }: { readonly scheme?: "http" | "https" } = {},
): void {
  const using = async (application: Answering, use: (harness: Harness) => Promise<void>): Promise<void> => {
    const harness = await start(application);
    try {
      await use(harness);
    } finally {
      await harness.close();
    }
  };

  describe(`${name}: the request`, () => {
    test("method, path and query are given as sent", async () => {
      const application = answering((exchange) => {
        exchange.payload = JSON.stringify([
          exchange.method,
          exchange.path,
          exchange.search,
          exchange.scheme,
          exchange.hasBody,
        ]);
      });
      await using(application, async ({ send }) => {
        const reply = await send("/a%2Fb/%C3%A9;v=1?x=%20&y", { method: "DELETE" });
        expect(await reply.json()).toEqual(["DELETE", "/a%2Fb/%C3%A9;v=1", "x=%20&y", scheme, false]);
      });
    });

    test("header fields are found in lower case and listed", async () => {
      const application = answering((exchange) => {
        exchange.payload = JSON.stringify([
          exchange.header("x-one"),
          exchange.header("x-none") ?? null,
          exchange.headers().filter(([each]) => each === "x-one"),
        ]);
      });
      await using(application, async ({ send }) => {
        const reply = await send("/", { headers: { "X-One": "1" } });
        expect(await reply.json()).toEqual(["1", null, [["x-one", "1"]]]);
      });
    });

    test("a host is always there", async () => {
      const application = answering((exchange) => {
        exchange.payload = String(exchange.header("host"));
      });
      await using(application, async ({ send }) => {
        expect(await (await send("/")).text()).toMatch(/^(127\.0\.0\.1|localhost)(:\d+)?$/);
      });
    });

    test("a body is read once, however often it is asked for", async () => {
      const application = answering(async (exchange) => {
        const first = await exchange.bytes(100);
        expect(await exchange.bytes(100)).toBe(first);
        exchange.payload = first;
      });
      await using(application, async ({ send }) => {
        expect(await (await send("/", { method: "POST", body: "héllo" })).text()).toBe("héllo");
      });
      expect(application.errors).toEqual([]);
    });

    test("a body is streamed, both of known length and in chunks", async () => {
      const application = answering(async (exchange) => {
        let text = "";
        for await (const piece of exchange.stream(1000)) text += new TextDecoder().decode(piece);
        exchange.payload = text;
      });
      await using(application, async ({ send }) => {
        expect(await (await send("/", { method: "POST", body: "abc" })).text()).toBe("abc");
        expect(await (await send("/", { method: "POST", body: pieces("ab", "cd", "ef") })).text()).toBe(
          "abcdef",
        );
      });
    });

    test("no body gives no bytes, without a promise", async () => {
      const application = answering((exchange) => {
        const bytes = exchange.bytes(10);
        exchange.payload = JSON.stringify([exchange.hasBody, bytes instanceof Uint8Array && bytes.length]);
      });
      await using(application, async ({ send }) => {
        expect(await (await send("/")).json()).toEqual([false, 0]);
        expect(await (await send("/", { method: "POST", body: "" })).json()).toEqual([false, 0]);
      });
    });

    for (const by of ["bytes", "stream"] as const)
      test(`the body limit holds to the byte (${by})`, async () => {
        const application = answering(async (exchange) => {
          let size = 0;
          if (by === "bytes") size = (await exchange.bytes(10)).length;
          else for await (const piece of exchange.stream(10)) size += piece.length;
          exchange.payload = String(size);
        });
        await using(application, async ({ send }) => {
          for (const size of [9, 10]) {
            expect(await (await send("/", { method: "POST", body: "x".repeat(size) })).text()).toBe(
              String(size),
            );
            expect(
              await (
                await send("/", { method: "POST", body: pieces("x".repeat(5), "x".repeat(size - 5)) })
              ).text(),
            ).toBe(String(size));
          }
          expect((await send("/", { method: "POST", body: "x".repeat(11) })).status).toBe(413);
          expect(
            (await send("/", { method: "POST", body: pieces("x".repeat(5), "x".repeat(6)) })).status,
          ).toBe(413);
        });
      });

    test("a target and fields beyond the limits never reach the application", async () => {
      let reached = 0;
      const application = answering(() => void reached++, { url: 100, headers: 1000, headerFields: 20 });
      const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`x-${i}`, "1"]));
      await using(application, async ({ send }) => {
        expect((await send(`/${"a".repeat(99)}`)).status).toBe(200);
        const long = await send(`/${"a".repeat(100)}`);
        expect([long.status, long.headers.get("content-type")]).toEqual([414, "application/problem+json"]);
        expect((await send("/", { headers: { "x-long": "a".repeat(1000) } })).status).toBe(431);
        expect((await send("/", { headers: many })).status).toBe(431);
      });
      expect(reached).toBe(1);
    });
  });

  describe(`${name}: the reply`, () => {
    test("text has its length in bytes", async () => {
      const application = answering((exchange) => {
        exchange.status = 201;
        exchange.contentType = "text/plain; charset=utf-8";
        exchange.payload = "é€";
      });
      await using(application, async ({ send }) => {
        const reply = await send("/");
        expect([
          reply.status,
          reply.headers.get("content-type"),
          reply.headers.get("content-length"),
        ]).toEqual([201, "text/plain; charset=utf-8", "5"]);
        expect(await reply.text()).toBe("é€");
      });
    });

    test("bytes go out as they are, and without a type that nobody gave", async () => {
      const bytes = new Uint8Array([0, 255, 10, 13]);
      const application = answering((exchange) => {
        exchange.payload = bytes;
      });
      await using(application, async ({ send }) => {
        const reply = await send("/");
        expect(reply.headers.has("content-type")).toBe(false);
        expect(new Uint8Array(await reply.arrayBuffer())).toEqual(bytes);
      });
    });

    test("fields arrive; repeated Set-Cookie lines stay apart", async () => {
      const application = answering((exchange) => {
        exchange.setField("X-One", "1");
        exchange.appendField("set-cookie", "a=1");
        exchange.appendField("set-cookie", "b=2");
      });
      await using(application, async ({ send }) => {
        const { headers } = await send("/");
        expect([headers.get("x-one"), headers.getSetCookie()]).toEqual(["1", ["a=1", "b=2"]]);
      });
    });

    test("what frames the message is not the application's to set", async () => {
      const application = answering((exchange) => {
        exchange.setField("transfer-encoding", "chunked");
        exchange.setField("content-length", "999");
        exchange.payload = "abc";
      });
      await using(application, async ({ send }) => {
        const reply = await send("/");
        expect(reply.headers.get("content-length")).toBe("3");
        expect(await reply.text()).toBe("abc");
      });
    });

    test("no payload is an empty body; 204 and 304 have none and no length", async () => {
      const application = answering((exchange) => {
        exchange.status = Number(exchange.path.slice(1));
      });
      await using(application, async ({ send }) => {
        const seen: unknown[] = [];
        for (const status of [200, 204, 304]) {
          const reply = await send(`/${status}`);
          seen.push([reply.status, reply.headers.get("content-length"), await reply.text()]);
        }
        expect(seen).toEqual([
          [200, "0", ""],
          [204, null, ""],
          [304, null, ""],
        ]);
      });
    });

    test("what a status has no room for is not sent, nor its length, and the connection goes on", async () => {
      const application = answering((exchange) => {
        exchange.status = Number(exchange.path.slice(1));
        exchange.payload = "abc";
      });
      await using(application, async ({ send }) => {
        const seen: unknown[] = [];
        for (const status of [204, 205, 204, 205, 200]) {
          const reply = await send(`/${status}`);
          seen.push([reply.status, Number(reply.headers.get("content-length")), await reply.text()]);
        }
        expect(seen).toEqual([
          [204, 0, ""],
          [205, 0, ""],
          [204, 0, ""],
          [205, 0, ""],
          [200, 3, "abc"],
        ]);
      });
    });

    test("HEAD tells the length and sends nothing", async () => {
      const application = answering((exchange) => {
        exchange.payload = "abc";
      });
      await using(application, async ({ send }) => {
        const reply = await send("/", { method: "HEAD" });
        expect([reply.headers.get("content-length"), await reply.text()]).toEqual(["3", ""]);
        expect(await (await send("/")).text()).toBe("abc");
      });
    });

    test("HEAD returns a stream before its first piece", async () => {
      const source = counting(3);
      const application = answering((exchange) => {
        exchange.setField("content-length", "12");
        exchange.payload = source;
      });
      await using(application, async ({ send }) => {
        const reply = await send("/", { method: "HEAD" });
        expect([reply.status, reply.headers.get("content-length")]).toEqual([200, "12"]);
        await application.settled(1);
        expect([source.asked, source.returned]).toEqual([0, 1]);
      });
    });

    test("a stream arrives piece by piece", async () => {
      const next = gate();
      const application = answering((exchange) => {
        exchange.payload = (async function* () {
          yield "one,";
          await next.passed;
          yield new TextEncoder().encode("two,");
          yield "";
          yield "three";
        })();
      });
      await using(application, async ({ send }) => {
        const reader = (await send("/")).body!.pipeThrough(new TextDecoderStream()).getReader();
        expect((await reader.read()).value).toBe("one,");
        next.open();
        let rest = "";
        for (let read = await reader.read(); !read.done; read = await reader.read()) rest += read.value;
        expect(rest).toBe("two,three");
      });
    });

    test("the head of a stream does not wait for its first piece", async () => {
      const next = gate();
      const application = answering((exchange) => {
        exchange.contentType = "text/event-stream";
        exchange.payload = (async function* () {
          await next.passed;
          yield "late";
        })();
      });
      await using(application, async ({ send }) => {
        const reply = await send("/");
        expect(reply.headers.get("content-type")).toBe("text/event-stream");
        next.open();
        expect(await reply.text()).toBe("late");
      });
    });

    test("a stream that throws cuts the reply; end rejects with what it threw", async () => {
      const failure = new Error("midway");
      const application = answering((exchange) => {
        exchange.payload = (async function* () {
          yield "some";
          throw failure;
        })();
      });
      await using(application, async ({ send }) => {
        await expect(send("/").then((reply) => reply.text())).rejects.toBeInstanceOf(Error);
        await application.settled(1);
        expect(application.errors).toEqual([failure]);
      });
    });

    for (const [length, what] of [
      ["3", "longer"],
      ["9", "shorter"],
    ] as const)
      test(`a stream ${what} than its Content-Length cuts the reply`, async () => {
        const source = counting(2, "abc");
        const application = answering((exchange) => {
          exchange.setField("content-length", length);
          exchange.payload = source;
        });
        await using(application, async ({ send }) => {
          const body = await send("/")
            .then(
              (reply) => reply.text(),
              () => "cut",
            )
            .catch(() => "cut");
          // A client that has all it was promised does not see the cut.
          expect(["cut", "abc"]).toContain(body);
          await application.settled(1);
          expect(String(application.errors[0])).toMatch(/Content-Length/);
        });
      });

    test("a slow reader slows the source down", async () => {
      const source = counting(4000, "x".repeat(64 * 1024));
      const application = answering((exchange) => {
        exchange.payload = source;
      });
      await using(application, async ({ send }) => {
        const reader = (await send("/")).body!.getReader();
        await reader.read();
        await until(async () => {
          const before = source.asked;
          await new Promise((resolve) => setTimeout(resolve, 100));
          return source.asked === before;
        });
        expect(source.asked).toBeLessThan(2000);
        await reader.cancel();
        await application.settled(1);
        expect(source.returned).toBe(1);
      });
    });
  });

  describe(`${name}: a client that goes away`, () => {
    test("while the function works: the signal aborts", async () => {
      const reached = gate();
      let reason: unknown;
      const application = answering(async (exchange) => {
        reached.open();
        await new Promise<void>((resolve) => exchange.signal.addEventListener("abort", () => resolve()));
        reason = exchange.signal.reason;
      });
      await using(application, async ({ send }) => {
        const client = new AbortController();
        const reply = send("/", { signal: client.signal });
        await reached.passed;
        client.abort();
        await expect(reply).rejects.toThrow(/abort/i);
        await application.settled(1);
        expect((reason as Error).name).toBe("AbortError");
        expect(application.errors).toEqual([]);
      });
    });

    test("while the body is awaited: reading fails, once", async () => {
      const reached = gate();
      const application = answering(async (exchange) => {
        reached.open();
        await exchange.bytes(1000);
      });
      await using(application, async ({ send }) => {
        const client = new AbortController();
        const never = new ReadableStream<Uint8Array>({
          start: (controller) => controller.enqueue(new Uint8Array(3)),
        });
        const reply = send("/", { method: "POST", body: never, signal: client.signal });
        await reached.passed;
        client.abort();
        await expect(reply).rejects.toThrow(/abort/i);
        await application.settled(1);
        expect(application.errors).toMatchObject([{ status: 400 }]);
      });
    });

    test("in the middle of a stream: the source is returned and end resolves", async () => {
      let returned = 0;
      const application = answering((exchange) => {
        exchange.payload = (async function* () {
          try {
            yield "first";
            await new Promise<void>((resolve) => exchange.signal.addEventListener("abort", () => resolve()));
            yield "unseen";
          } finally {
            returned++;
          }
        })();
      });
      await using(application, async ({ send }) => {
        const reader = (await send("/")).body!.getReader();
        await reader.read();
        await reader.cancel();
        await application.settled(1);
        expect([returned, application.errors]).toEqual([1, []]);
      });
    });

    test("before the reply: a stream is returned before its first piece", async () => {
      const source = counting(3);
      const reached = gate();
      const application = answering(async (exchange) => {
        reached.open();
        await new Promise<void>((resolve) => exchange.signal.addEventListener("abort", () => resolve()));
        exchange.payload = source;
      });
      await using(application, async ({ send }) => {
        const client = new AbortController();
        const reply = send("/", { signal: client.signal });
        await reached.passed;
        client.abort();
        await expect(reply).rejects.toThrow(/abort/i);
        await application.settled(1);
        expect([source.asked, source.returned, application.errors]).toEqual([0, 1, []]);
      });
    });

    test("an abort that the application made does not stop the reply", async () => {
      const application = answering((exchange) => {
        exchange.abort(new Error("a dependency failed"));
        exchange.payload = counting(2, "abc");
      });
      await using(application, async ({ send }) => {
        expect(await (await send("/")).text()).toBe("abcabc");
      });
    });
  });
}

/** A body in chunks. */
function pieces(...texts: readonly string[]): ReadableStream<Uint8Array> {
  const left = [...texts];
  return new ReadableStream({
    pull(controller) {
      const text = left.shift();
      if (text === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(text));
    },
  });
}

/** A source that says how often it was asked and returned. */
function counting(
  count: number,
  piece = "piece",
): AsyncIterableIterator<string> & { asked: number; returned: number } {
  return {
    asked: 0,
    returned: 0,
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      return ++this.asked > count ? { done: true, value: undefined } : { done: false, value: piece };
    },
    async return() {
      this.returned++;
      return { done: true, value: undefined };
    },
  };
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue()));
}
