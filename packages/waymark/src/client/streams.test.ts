import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { event } from "../http/sse.ts";
import { lastEventId, query } from "../inputs/index.ts";
import { events } from "../outputs/events.ts";
import { jsonLines } from "../outputs/json-lines.ts";
import { createClient } from "./index.ts";
import { EventDecoder, type RawEvent } from "./event-decoder.ts";

const quiet = { error: () => undefined, warn: () => undefined };
const Price = z.object({ n: z.int() });

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function prices() {
  const app = new App({ logger: quiet });
  const seen = { asked: [] as (string | undefined)[], ended: 0 };
  const api = {
    lines: app.route(
      endpoint(
        { input: { to: query(z.int()) }, output: jsonLines(Price), errors: { 404: "None" } },
        async function* ({ to }) {
          if (to < 0) throw new HttpError(404, "None");
          try {
            for (let n = 1; n <= to; n++) yield { n };
            if (to === 3) throw new Error("cut");
          } finally {
            seen.ended++;
          }
        },
      ),
      { "GET /lines": {} },
    ),
    words: app.route(
      endpoint({ output: events(z.string()) }, async function* () {
        yield "1";
        yield "two\nlines";
      }),
      { "GET /words": {} },
    ),
    follow: app.route(
      endpoint(
        { input: { since: lastEventId(), to: query(z.int()) }, output: events(Price) },
        async function* ({ since, to }) {
          seen.asked.push(since);
          const from = Number(since?.slice(1) ?? 0) + 1;
          // Two a connection, then the client has to come back.
          for (let n = from; n < from + 2; n++) {
            if (n > to) throw new HttpError(404, "No more");
            yield event({ data: { n }, id: `é${n}`, event: "price", retry: 1 });
          }
        },
      ),
      { "GET /follow": {} },
    ),
  };
  return { app, api, seen };
}

describe("JSON lines", () => {
  it("come one by one", async () => {
    const { app, api } = prices();
    const client = createClient(api, { app });
    expect(await collect(await client.lines({ to: 2 }))).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await collect(await client.lines({ to: 0 }))).toEqual([]);
  });

  it("end on the server when the loop is left", async () => {
    const { app, api, seen } = prices();
    const lines = await createClient(api, { app }).lines({ to: 1_000_000 });
    for await (const { n } of lines) if (n === 2) break;
    while (seen.ended === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(seen.ended).toBe(1);
  });

  it("throw where they are cut, after what came", async () => {
    const { app, api } = prices();
    const got: unknown[] = [];
    const reading = (async () => {
      for await (const line of await createClient(api, { app }).lines({ to: 3 })) got.push(line);
    })();
    await expect(reading).rejects.toMatchObject({ kind: "network", method: "GET" });
    expect(got).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it("fail like any call before the first", async () => {
    const { app, api } = prices();
    expect(await createClient(api, { app }).lines.safe({ to: -1 })).toMatchObject({ ok: false, status: 404 });
  });

  it("are read however they are cut", async () => {
    const { api } = prices();
    const bytes = new TextEncoder().encode('{"n":1}\n\n{"n":2}\r\n{"é":3}');
    const fetch = (): Response =>
      new Response(
        new ReadableStream({
          start(controller) {
            for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
            controller.close();
          },
        }),
        { headers: { "content-type": "application/jsonl" } },
      );
    const client = createClient(api, { baseUrl: "http://api.test", fetch });
    expect(await collect(await client.lines({ to: 1 }))).toEqual([{ n: 1 }, { n: 2 }, { é: 3 }]);
  });
});

describe("events", () => {
  it("give their data, and with messages() all of them", async () => {
    const { app, api } = prices();
    const client = createClient(api, { app });
    expect(await collect(await client.follow({ to: 9 }))).toEqual([{ n: 1 }, { n: 2 }]);
    const stream = await client.follow({ to: 9 });
    expect(await collect(stream.messages())).toEqual([
      { data: { n: 1 }, event: "price", id: "é1" },
      { data: { n: 2 }, event: "price", id: "é2" },
    ]);
    expect(stream.lastEventId).toBe("é2");
    await expect(collect(stream)).rejects.toThrow("can be read once");
  });

  it("are text where the item is text", async () => {
    const { app, api } = prices();
    expect(await collect(await createClient(api, { app }).words())).toEqual(["1", "two\nlines"]);
  });

  it("go on after the last one when the connection ends, if that is asked for", async () => {
    const { app, api, seen } = prices();
    const got: number[] = [];
    const reading = (async () => {
      for await (const { n } of await createClient(api, { app }).follow({ to: 5 }, { reconnect: true }))
        got.push(n);
    })();
    // An error of its own is no reason to come back.
    await expect(reading).rejects.toMatchObject({ kind: "status", status: 404 });
    expect(got).toEqual([1, 2, 3, 4, 5]);
    expect(seen.asked).toEqual([undefined, "é2", "é4", "é5"]);
  });

  it("come back only as often as they may, and not after 204", async () => {
    const { api } = prices();
    const stream = (): Response =>
      new Response("retry: 1\n\n", { headers: { "content-type": "text/event-stream" } });
    const answers: (() => Response)[] = [];
    let asked = 0;
    const fetch = (): Response => (asked++, (answers.shift() ?? stream)());
    const client = createClient(api, { baseUrl: "http://api.test", fetch });
    await expect(collect(await client.follow({ to: 1 }, { reconnect: 2 }))).rejects.toThrow(
      "broke off, 3 times in a row",
    );
    expect(asked).toBe(3);
    answers.push(
      stream,
      () => new Response(null, { status: 503 }),
      () => new Response(null, { status: 204 }),
    );
    expect(await collect(await client.follow({ to: 1 }, { reconnect: true }))).toEqual([]);
    expect(asked).toBe(6);
  });

  it("stop with the caller's signal", async () => {
    const { app, api } = prices();
    const controller = new AbortController();
    const stream = await createClient(api, { app }).follow(
      { to: 9 },
      { reconnect: true, signal: controller.signal },
    );
    const reading = (async () => {
      for await (const { n } of stream) if (n === 3) controller.abort(new Error("enough"));
    })();
    await expect(reading).rejects.toThrow("enough");
  });
});

describe("the decoder", () => {
  it("reads what browsers read, however it is cut", () => {
    const text =
      "\uFEFF: comment\r\nid: 1\r\ndata: a\r\ndata:b\r\n\r\nevent: x\rdata\r\rid: 2\n\ndata: c\nretry: 7\nretry: x\nid: \0\n\ndata: unfinished\n";
    for (const size of [1, 2, 3, 1000]) {
      const decoder = new EventDecoder("");
      const got: RawEvent[] = [];
      for (let i = 0; i < text.length; i += size) got.push(...decoder.take(text.slice(i, i + size)));
      expect(got).toEqual([
        { event: "message", data: "a\nb", id: "1" },
        { event: "x", data: "", id: "1" },
        { event: "message", data: "c", id: "2" },
      ]);
      expect([decoder.retry, decoder.lastEventId]).toEqual([7, "2"]);
    }
  });
});
