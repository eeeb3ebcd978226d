import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import type { Middleware } from "../http/handlers.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { path, query } from "../inputs/index.ts";
import { appWith } from "../middleware/app.fixture.ts";
import { middleware } from "../middleware/middleware.ts";
import { requestId } from "../middleware/request-id.ts";
import { timeout } from "../middleware/timeout.ts";
import { apiKey } from "../security/api-key.ts";
import { serve } from "../server/serve.ts";
import { KeptLines, keptPino, type Entry } from "./kept-entries.fixture.ts";
import { requestLog, type RequestLogOptions } from "./request-log.ts";

const readItem = endpoint({ name: "readItem", input: { itemId: path(z.string()) } }, ({ itemId }) => ({
  itemId,
}));

function logged(
  options: RequestLogOptions = {},
  further: readonly Middleware[] = [],
): { app: App; entries: Entry[] } {
  const { logger, entries } = keptPino();
  return { app: appWith([requestLog({ logger, ...options }), ...further]), entries };
}

describe("a request", () => {
  it("has one line, with what it was and what became of it", async () => {
    const { app, entries } = logged({}, [requestId({ generate: () => "r-1" })]);
    app.route(readItem, { "GET /items/{itemId}": { canonical: true }, "GET /shelf/{itemId}": {} });
    await app.request("/items/%C3%A4?token=x");
    await app.request("/shelf/1");
    expect(entries).toHaveLength(2);
    expect(entries[0]).toMatchObject({
      level: 30,
      msg: "GET /items/%C3%A4 200",
      method: "GET",
      route: "/items/{itemId}",
      endpoint: "readItem",
      operationId: "readItem",
      path: "/items/%C3%A4",
      status: 200,
      bytes: Buffer.byteLength('{"itemId":"ä"}'),
      requestId: "r-1",
      client: "127.0.0.1",
      duration: expect.any(Number) as number,
    });
    expect(entries[0]).not.toHaveProperty("alias");
    expect(entries[0]).not.toHaveProperty("query");
    expect(entries[1]).toMatchObject({
      alias: true,
      operationId: "readItem_get_shelf_by_itemId",
      endpoint: "readItem",
    });
  });

  it("that no route answers has no route", async () => {
    const { app, entries } = logged();
    app.get("/items/{itemId}", readItem);
    await app.request("/nowhere");
    await app.request("DELETE /items/1");
    expect(entries.map(({ status, path }) => [status, path])).toEqual([
      [404, "/nowhere"],
      [405, "/items/1"],
    ]);
    for (const entry of entries) expect(entry).not.toHaveProperty("route");
  });

  it("is told by what became of it in the end", async () => {
    const teapot = middleware({ after: () => reply(418, "no") });
    const { app, entries } = logged({}, [teapot]);
    app.onError(RangeError, () => reply(409, "handled"));
    app.get("/a", () => {
      throw new RangeError("no");
    });
    await app.request("/a");
    expect(entries.map(({ status, level }) => [status, level])).toEqual([[418, 30]]);
  });

  it("is an error from 500 on, and a warning when it was slow", async () => {
    const { app, entries } = logged({ slow: 0 });
    app.get("/ok", () => "ok");
    app.get("/bad", () => {
      throw new HttpError(503);
    });
    await app.request("/ok");
    await app.request("/bad");
    expect(entries.map(({ level }) => level)).toEqual([40, 50]);
  });

  it("may have no line, unless it failed", async () => {
    const { app, entries } = logged({ skip: ({ path }) => path.startsWith("/health") });
    app.get("/health", () => "ok");
    app.get("/health/bad", () => {
      throw new HttpError(500);
    });
    await app.request("/health");
    await app.request("/health/bad");
    expect(entries.map(({ path }) => path)).toEqual(["/health/bad"]);
  });

  it("says how many bytes there were, where that is known", async () => {
    const { app, entries } = logged();
    app.get("/bytes", () => reply.bytes(new Uint8Array(7), "image/png"));
    app.get("/empty", () => undefined);
    const pieces = (): AsyncIterable<string> =>
      (async function* () {
        yield "abc";
      })();
    app.get("/stream", () => reply.stream(pieces(), "text/plain"));
    app.get("/sized", () => reply.stream(pieces(), "text/plain", { headers: { "content-length": "3" } }));
    for (const each of ["/bytes", "HEAD /bytes", "/empty", "/stream", "/sized"])
      await (await app.request(each)).text();
    expect(entries.map(({ bytes }) => bytes)).toEqual([7, 0, 0, undefined, 3]);
  });
});

describe("a stream", () => {
  it("has its line when it has ended", async () => {
    const { app, entries } = logged();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    app.get("/", () =>
      reply.stream(
        (async function* () {
          yield "a";
          await gate;
          yield "b";
        })(),
        "text/plain",
      ),
    );
    const response = await app.request("/");
    expect(entries).toEqual([]);
    release();
    expect(await response.text()).toBe("ab");
    expect(entries.map(({ status }) => status)).toEqual([200]);
  });

  it("that fails is an error", async () => {
    const { app, entries } = logged();
    app.get("/", () =>
      reply.stream(
        (async function* () {
          yield "a";
          throw new Error("cut");
        })(),
        "text/plain",
      ),
    );
    await expect((await app.request("/")).text()).rejects.toThrow("cut");
    expect(entries).toMatchObject([{ level: 50, status: 200, failed: true }]);
  });

  it("whose client goes away is told of as aborted", async () => {
    const { app, entries } = logged();
    app.get("/", () =>
      reply.stream(
        (async function* () {
          for (;;) {
            await new Promise((resolve) => setTimeout(resolve, 5));
            yield "a";
          }
        })(),
        "text/plain",
      ),
    );
    const running = await serve(app, { port: 0, host: "127.0.0.1", signals: false });
    const client = new AbortController();
    const response = await fetch(running.url, { signal: client.signal });
    await response.body!.getReader().read();
    client.abort();
    await expect.poll(() => entries.length).toBe(1);
    expect(entries).toMatchObject([{ status: 200, aborted: true, level: 40 }]);
    await running.close();
  });
});

it("tells of a request whose client did not wait as 499", async () => {
  const { app, entries } = logged();
  const client = new AbortController();
  app.get("/", async () => {
    client.abort();
    await new Promise((resolve) => setImmediate(resolve));
    throw client.signal.reason;
  });
  await expect(app.request("/", { signal: client.signal })).rejects.toThrow("aborted");
  await expect.poll(() => entries.length).toBe(1);
  expect(entries).toMatchObject([{ status: 499, aborted: true }]);
});

it("tells of a reply that came too late as 503, once", async () => {
  const { app, entries } = logged({}, [timeout(5)]);
  app.get("/", () => new Promise((resolve) => setTimeout(() => resolve("late"), 30)));
  await app.request("/");
  expect(entries.map(({ status }) => status)).toEqual([503]);
});

describe("secrets", () => {
  const guarded = endpoint(
    {
      input: {
        key: apiKey({ in: "query", name: "k" }),
        other: query(z.string().default("").meta({ secret: true })),
      },
    },
    () => "ok",
  );

  it("in a query are not shown, by scheme, mark, telling name and option", async () => {
    const { app, entries } = logged({ query: true, redact: ["pin"] });
    app.get("/", guarded);
    await app.request(
      "/?k=SECRET1&other=SECRET2&access%5Ftoken=SECRET3&pin=1&a=b&password=SECRET4&apiKey=SECRET5",
    );
    expect(entries[0]!["query"]).toBe(
      "k=***&other=***&access%5Ftoken=***&pin=***&a=b&password=***&apiKey=***",
    );
  });

  it("in header fields are not shown, whoever asks for them", async () => {
    const { app, entries } = logged({
      headers: ["Authorization", "cookie", "x-own", "user-agent"],
      redact: ["X-Own"],
      fields: ({ headers }) => ({ said: `it was ${headers.get("authorization")}` }),
    });
    app.get("/", () => "ok");
    await app.request("/", {
      headers: {
        authorization: "Bearer SECRET1",
        cookie: "a=SECRET2",
        "x-own": "SECRET3",
        "user-agent": "curl",
      },
    });
    expect(entries[0]).toMatchObject({
      headers: { authorization: "***", cookie: "***", "x-own": "***", "user-agent": "curl" },
      said: "it was ***",
    });
  });

  it("in a path are not shown", async () => {
    const { app, entries } = logged();
    const read = endpoint({ input: { link: path(z.string().meta({ secret: true })) } }, () => "ok");
    app.get("/share/{link}", read);
    await app.request("/share/SEC%20RET");
    expect(entries[0]!["path"]).toBe("/share/***");
    expect(entries[0]!.msg).toBe("GET /share/*** 200");
  });
});

describe("what a request sends", () => {
  it("reaches a log only as text that can be read", async () => {
    const kept = new KeptLines();
    const app = appWith([requestLog({ logger: kept, headers: ["user-agent"] })]);
    app.get("/", () => "ok");
    await app.request("/", { headers: { "user-agent": "a\u009b31mb\u0085c" } });
    expect(kept.lines[0]![1]).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(kept.entries[0]!["headers"]).toEqual({ "user-agent": "a\\u009b31mb\\u0085c" });
  });
});

it("writes lines of JSON where there is no pino", async () => {
  const kept = new KeptLines();
  const app = appWith([requestLog({ logger: kept, fields: () => ({ big: 1n, when: new Date(0) }) })]);
  app.get("/", () => "ok");
  await app.request("/");
  expect(kept.lines[0]![0]).toBe("info");
  expect(kept.entries[0]).toMatchObject({
    level: "info",
    status: 200,
    big: "1",
    when: "1970-01-01T00:00:00.000Z",
  });
});

it("does not cost a reply when it fails", async () => {
  const { app } = logged({
    fields: () => {
      throw new Error("no fields");
    },
  });
  app.get("/", () => "ok");
  expect((await app.request("/")).status).toBe(200);
});

it("refuses a slowness that is no time", () => {
  expect(() => requestLog({ slow: Number.NaN })).toThrow("slow is a number of milliseconds");
});
