import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { event } from "../http/sse.ts";
import { lastEventId, query, request } from "../inputs/index.ts";
import { events } from "../outputs/events.ts";
import { testClient } from "./test-client.ts";

const Price = z.object({ id: z.int(), value: z.number() });
const log: string[] = [];

function newApp(): App {
  const app = new App({ logger: { error: () => undefined, warn: () => undefined } });
  app.get(
    "/prices",
    endpoint(
      {
        input: { since: lastEventId(), most: query(z.int().optional()), request: request() },
        output: events(Price),
      },
      async function* prices({ since, most = Infinity, request }) {
        try {
          for (let id = Number(since ?? 0) + 1; id <= most; id++)
            yield event({ data: { id, value: id / 2 }, event: "price", id: String(id) });
        } finally {
          log.push(request.signal.aborted ? "left" : "ended");
        }
      },
    ),
  );
  app.get(
    "/words",
    endpoint({ output: events(z.string()), name: "words" }, async function* () {
      yield "one";
      yield "two\nlines";
    }),
  );
  app.get(
    "/never",
    endpoint({ output: events(z.string()), name: "never" }, async function* () {
      yield "first";
      await new Promise(() => undefined);
    }),
  );
  app.get(
    "/breaks",
    endpoint({ output: events(z.string()), name: "breaks" }, async function* () {
      yield "first";
      throw new Error("broken");
    }),
  );
  app.get(
    "/refused",
    endpoint({ output: events(z.string()), name: "refused" }, async function* () {
      if (log !== undefined) throw new HttpError(403, "Not you");
      yield "never";
    }),
  );
  return app;
}

describe("events", () => {
  it("come one by one, with their ids and types", async () => {
    await using client = await testClient(newApp());
    const seen: unknown[] = [];
    log.length = 0;
    for await (const each of client.events("/prices")) {
      seen.push(each);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([
      { id: "1", event: "price", data: '{"id":1,"value":0.5}' },
      { id: "2", event: "price", data: '{"id":2,"value":1}' },
    ]);
    await expect.poll(() => log).toEqual(["left"]);
  });

  it("are read by a schema, and typed by it", async () => {
    await using client = await testClient(newApp());
    const reader = client.events("GET /prices?most=3", { data: Price, lastEventId: "1" });
    const taken = await reader.take(5);
    expectTypeOf(taken[0]!.data).toEqualTypeOf<{ id: number; value: number }>();
    expect(taken.map(({ data }) => data.value)).toEqual([1, 1.5]);
    expect(await reader.next()).toBeUndefined();
    const wrong = client.events("/prices", { data: z.object({ id: z.string() }) });
    await expect(wrong.next()).rejects.toThrow(
      "an event is not what 'data' says: id: Invalid input: expected string",
    );
  });

  it("are text where that was declared", async () => {
    await using client = await testClient(newApp());
    const reader = client.events("/words", { data: z.string() });
    expect((await reader.take(2)).map(({ data }) => data)).toEqual(["one", "two\nlines"]);
  });

  it("are asked for with everything else of a request", async () => {
    await using client = await testClient(newApp(), { headers: { "last-event-id": "6" } });
    expect((await client.events("/prices", { query: { most: 7 } }).take(9)).map(({ id }) => id)).toEqual([
      "7",
    ]);
  });

  it("are not waited for in vain", async () => {
    await using client = await testClient(newApp(), { timeout: 20 });
    const reader = client.events("/never");
    expect((await reader.next())!.data).toBe("first");
    await expect(reader.next()).rejects.toThrow("no event came within 20 ms");
  });

  it("break off with what was thrown", async () => {
    await using client = await testClient(newApp());
    const reader = client.events("/breaks");
    await reader.next();
    await expect(reader.next()).rejects.toThrow("broken");
  });

  it("say what came in their place", async () => {
    await using client = await testClient(newApp());
    await expect(client.events("/refused").next()).rejects.toThrow(
      /^no event stream, but 403 with application\/problem\+json: .*Not you/,
    );
    expect((await client.events("/prices").response).headers.get("cache-control")).toBe("no-cache");
  });

  it("end with their client", async () => {
    log.length = 0;
    {
      await using client = await testClient(newApp());
      await client.events("/prices").next();
    }
    await expect.poll(() => log).toEqual(["left"]);
  });
});
