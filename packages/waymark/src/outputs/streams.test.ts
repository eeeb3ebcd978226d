import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint, type AnyEndpoint } from "../endpoint.ts";
import { EventDecoder } from "../http/event-decoder.fixture.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { event } from "../http/sse.ts";
import { lastEventId, query, request, response } from "../inputs/index.ts";
import { TestLogger } from "../plan/route.fixture.ts";
import { empty } from "./empty.ts";
import { events } from "./events.ts";
import { jsonLines } from "./json-lines.ts";

const Price = z.object({ of: z.string(), value: z.number() });
const secret = { secret: 1 };

function appOf(made: AnyEndpoint, method: "get" | "post" = "get"): { app: App; logger: TestLogger } {
  const logger = new TestLogger();
  const app = new App({ logger, openapi: false });
  app[method]("/", made as never);
  return { app, logger };
}
/** What came, and whether it came to an end. */
async function received(answer: Response): Promise<{ text: string; isWhole: boolean }> {
  let text = "";
  try {
    for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) text += piece;
    return { text, isWhole: true };
  } catch {
    return { text, isWhole: false };
  }
}

describe("JSON lines", () => {
  it("are validated and filtered, one by one", async () => {
    const made = endpoint({ output: jsonLines(Price) }, async function* () {
      yield { of: "a", value: 1, ...secret };
      await Promise.resolve();
      yield { of: "b\n", value: 2, ...secret };
    });
    const answer = await appOf(made).app.request("/");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/jsonl"]);
    expect(await answer.text()).toBe('{"of":"a","value":1}\n{"of":"b\\n","value":2}\n');
  });

  it("may come from any async iterable, with another type, on any method", async () => {
    const contract = { output: jsonLines(z.int(), { contentType: "application/x-ndjson" }) };
    const stream = (): AsyncIterable<number> =>
      new ReadableStream<number>({
        start(controller) {
          controller.enqueue(1);
          controller.close();
        },
      });
    const { app } = appOf(
      endpoint(contract, async () => stream()),
      "post",
    );
    const answer = await app.request("POST /");
    expect([answer.headers.get("content-type"), await answer.text()]).toEqual([
      "application/x-ndjson",
      "1\n",
    ]);
  });

  it("write undefined as null where the schema admits it", async () => {
    const made = endpoint({ output: jsonLines(z.int().optional()) }, async function* () {
      yield undefined;
      yield 1;
    });
    expect(await (await appOf(made).app.request("/")).text()).toBe("null\n1\n");
  });

  it("are cut at an item that is refused, and the generator is returned", async () => {
    let returned = 0;
    const made = endpoint({ output: jsonLines(Price) }, async function* () {
      try {
        yield { of: "a", value: 1 };
        yield { of: "s3cret", value: "x" } as never;
      } finally {
        returned++;
      }
    });
    const { app, logger } = appOf(made);
    expect(await received(await app.request("/"))).toEqual({
      text: '{"of":"a","value":1}\n',
      isWhole: false,
    });
    expect(returned).toBe(1);
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]!.message).toBe("GET /: the reply failed while it was sent");
    expect(String(logger.lines[0]!.details)).toContain(
      "an item of the stream is not what output says: value: ",
    );
  });

  it("answer like any function as long as nothing was given", async () => {
    const made = endpoint(
      { input: { how: query(z.string()) }, output: jsonLines(Price), errors: { 404: "None" } },
      async function* ({ how }) {
        await Promise.resolve();
        if (how === "none") throw new HttpError(404, "None");
        if (how === "wrong") yield { of: 1 } as never;
        if (how === "broken") throw new Error("s3cret");
      },
    );
    const { app, logger } = appOf(made);
    const ask = async (how: string): Promise<[number, string | null]> => {
      const answer = await app.request("/", { query: { how } });
      return [answer.status, answer.headers.get("content-type")];
    };
    expect(await ask("none")).toEqual([404, "application/problem+json"]);
    expect(await ask("wrong")).toEqual([500, "application/problem+json"]);
    expect(await ask("broken")).toEqual([500, "application/problem+json"]);
    expect(await ask("nothing")).toEqual([200, "application/jsonl"]);
    expect(logger.lines.map(({ details }) => String(details))).toEqual([
      expect.stringContaining("an item of the stream"),
      "Error: s3cret",
    ]);
  });

  it("are not begun for HEAD", async () => {
    let asked = 0;
    const made = endpoint({ output: jsonLines(z.int()) }, async function* () {
      yield (asked += 1);
    });
    const answer = await appOf(made).app.request("HEAD /");
    expect([answer.status, await answer.text(), asked]).toEqual([200, "", 0]);
  });

  it("need something that gives items", async () => {
    const { app, logger } = appOf(endpoint({ output: jsonLines(z.int()) }, () => [1] as never));
    expect((await app.request("/")).status).toBe(500);
    expect(String(logger.lines[0]!.details)).toContain("output says jsonLines: return an async iterable");
  });

  it("may be one of several outputs", async () => {
    const made = endpoint(
      { input: { any: query(z.boolean()) }, output: { 200: jsonLines(z.int()), 204: empty } },
      ({ any }) => {
        if (!any) return undefined;
        return (async function* () {
          yield 1;
        })();
      },
    );
    const { app } = appOf(made);
    expect(await (await app.request("/?any=true")).text()).toBe("1\n");
    expect((await app.request("/?any=false")).status).toBe(204);
  });

  it("hold dependencies open until the last one was sent", async () => {
    const seen: string[] = [];
    const database = dependency({}, async function* () {
      seen.push("open");
      yield 1;
      seen.push("closed");
    });
    const made = endpoint(
      { input: { database }, output: jsonLines(z.int()) },
      async function* ({ database: n }) {
        yield n;
        await Promise.resolve();
        seen.push("last");
        yield n;
      },
    );
    expect(await (await appOf(made).app.request("/")).text()).toBe("1\n1\n");
    await wait(1);
    expect(seen).toEqual(["open", "last", "closed"]);
  });
});

describe("events", () => {
  it("have data that was validated and filtered, and the fields that event() says", async () => {
    const made = endpoint({ output: events(Price) }, async function* () {
      yield { of: "a", value: 1, ...secret };
      yield event({ data: { of: "b", value: 2, ...secret }, id: "7", event: "price", retry: 10 });
      yield event({ comment: "still here" });
      yield event({ id: "8" });
    });
    const answer = await appOf(made).app.request("/");
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
    });
    const text = await answer.text();
    expect(text).toContain(": still here\n\n");
    const decoder = new EventDecoder().add(text);
    expect(decoder.dispatched).toEqual([
      { type: "message", data: '{"of":"a","value":1}', lastEventId: "" },
      { type: "price", data: '{"of":"b","value":2}', lastEventId: "7" },
    ]);
    expect([decoder.retry, decoder.lastEventId]).toEqual([10, "8"]);
  });

  it("are text where the item is text, and JSON otherwise", async () => {
    const sent = async (made: AnyEndpoint): Promise<string> => (await appOf(made).app.request("/")).text();
    const words = endpoint({ output: events(z.string()) }, async function* () {
      yield "a\nb";
      yield event({ data: "c" });
    });
    expect(await sent(words)).toBe("data: a\ndata: b\n\ndata: c\n\n");
    const mixed = endpoint({ output: events(z.union([z.string(), z.int()])) }, async function* () {
      yield "a";
      yield 1;
    });
    expect(await sent(mixed)).toBe('data: "a"\n\ndata: 1\n\n');
  });

  it("leave out what is undefined", async () => {
    const made = endpoint({ output: events(z.int().optional()) }, async function* () {
      yield undefined;
      yield 1;
    });
    expect(await (await appOf(made).app.request("/")).text()).toBe("data: 1\n\n");
  });

  it("are cut where the format cannot carry a field, and where data is refused", async () => {
    for (const bad of [event({ id: "a\nb" }), event({ data: { of: 1 } }), { of: 1 }]) {
      const made = endpoint({ output: events(Price) }, async function* () {
        yield { of: "a", value: 1 };
        yield bad as never;
      });
      const { app, logger } = appOf(made);
      expect(await received(await app.request("/"))).toEqual({
        text: 'data: {"of":"a","value":1}\n\n',
        isWhole: false,
      });
      expect(logger.lines).toHaveLength(1);
    }
  });

  it("go on after the last one that a client has seen", async () => {
    const made = endpoint(
      { input: { since: lastEventId() }, output: events(z.string()) },
      async function* ({ since }) {
        yield event({ data: String(since), id: "é→" });
      },
    );
    const { app } = appOf(made);
    const ask = async (headers: Record<string, string>): Promise<string> =>
      new EventDecoder().add(await (await app.request("/", { headers })).text()).dispatched[0]!.data;
    expect(await ask({})).toBe("undefined");
    expect(await ask({ "Last-Event-ID": "42" })).toBe("42");
    // As a browser sends it: the bytes of UTF-8.
    expect(await ask({ "last-event-id": Buffer.from("é→").toString("latin1") })).toBe("é→");
    expect(await ask({ "last-event-id": "\xe9" })).toBe("é");
  });

  it("keep a quiet connection open by comments, on POST as well", async () => {
    let go!: () => void;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const made = endpoint({ output: events(z.int(), { heartbeat: 5 }) }, async function* () {
      yield 1;
      await gate;
      yield 2;
    });
    const { app } = appOf(made, "post");
    const reader = (await app.request("POST /")).body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes(":\n\n:\n\n")) text += (await reader.read()).value;
    go();
    while (!text.includes("data: 2")) text += (await reader.read()).value;
    expect(text.replaceAll(":\n\n", "")).toBe("data: 1\n\ndata: 2\n\n");
  });

  it("leave Cache-Control to what was set before", async () => {
    const made = endpoint({ input: { head: response() }, output: events(z.int()) }, ({ head }) => {
      head.headers.set("cache-control", "no-store");
      return (async function* () {
        yield 1;
      })();
    });
    expect((await appOf(made).app.request("/")).headers.get("cache-control")).toBe("no-store");
  });

  it("stop when the client goes away: signal, then return", async () => {
    const seen: string[] = [];
    const made = endpoint(
      { input: { asked: request() }, output: events(z.int()) },
      async function* ({ asked }) {
        asked.signal.addEventListener("abort", () => seen.push("signal"));
        try {
          yield 1;
          await new Promise<void>((resolve) => asked.signal.addEventListener("abort", () => resolve()));
          yield 2;
        } finally {
          seen.push("returned");
        }
      },
    );
    const { app, logger } = appOf(made);
    const client = new AbortController();
    const reader = (await app.request("/", { signal: client.signal })).body!.getReader();
    await reader.read();
    client.abort();
    while (seen.length < 2) await wait(1);
    expect([seen, logger.lines]).toEqual([["signal", "returned"], []]);
  });

  it("that a function makes by reply.events have a heartbeat too", async () => {
    const quiet = (): AsyncIterable<never> => ({
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
    });
    const { app } = appOf(endpoint({}, () => reply.events(quiet(), { heartbeat: 1 })));
    const reader = (await app.request("/")).body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(":\n\n");
    await reader.cancel();
    expect(() => reply.events(quiet(), { heartbeat: -1 })).toThrow(TypeError);
  });
});
