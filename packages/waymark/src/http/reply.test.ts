import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BareExchange } from "./bare-exchange.fixture.ts";
import { type Reply, reply } from "./reply.ts";
import { writeReply } from "./write-reply.ts";

const written = (made: Reply, exchange = new BareExchange()): BareExchange => {
  void writeReply(exchange, made);
  return exchange;
};
async function* from<T>(...values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

describe("reply", () => {
  test("a status and a value are JSON", () => {
    const exchange = written(reply(201, { a: new Date(0) }, { location: "/a/1", "X-Two": ["1", "2"] }));
    expect(exchange).toMatchObject({
      status: 201,
      contentType: "application/json",
      payload: '{"a":"1970-01-01T00:00:00.000Z"}',
      fields: ["location", "/a/1", "x-two", "1", "x-two", "2"],
    });
  });

  test("a status alone, and undefined, send no body; null is JSON", () => {
    expect(written(reply(204))).toMatchObject({ status: 204, contentType: null, payload: null });
    expect(written(reply(200, undefined))).toMatchObject({ payload: null });
    expect(written(reply(200, null))).toMatchObject({ contentType: "application/json", payload: "null" });
  });

  test("the plan may encode the value; a Content-Type that was set stays", () => {
    const exchange = new BareExchange();
    exchange.contentType = "application/vnd.api+json";
    void writeReply(exchange, reply(200, 7), (value) => `<${String(value)}>`);
    expect(exchange).toMatchObject({ contentType: "application/vnd.api+json", payload: "<7>" });
  });

  test("fields that were set stay; the reply's replace those of the same name; cookies add up", () => {
    const exchange = new BareExchange();
    exchange.setField("x-kept", "1");
    exchange.setField("cache-control", "private");
    exchange.appendField("set-cookie", "a=1");
    written(reply(200, 1, { "Cache-Control": "no-store", "Set-Cookie": "b=2" }), exchange);
    expect(exchange.fields).toEqual([
      "x-kept",
      "1",
      "set-cookie",
      "a=1",
      "cache-control",
      "no-store",
      "set-cookie",
      "b=2",
    ]);
  });

  test("text and html carry their charset, and their status only when it is given", () => {
    expect(written(reply.text("a"))).toMatchObject({
      status: 0,
      contentType: "text/plain; charset=utf-8",
      payload: "a",
    });
    expect(written(reply.html("<b>", { status: 404, headers: { "x-one": "1" } }))).toMatchObject({
      status: 404,
      contentType: "text/html; charset=utf-8",
      payload: "<b>",
      fields: ["x-one", "1"],
    });
    expect(written(reply.text("a", { headers: { "Content-Type": "text/csv" } })).contentType).toBe(
      "text/csv",
    );
  });

  test("bytes go as they are, under a type that HTTP can carry", () => {
    const bytes = Uint8Array.of(0, 255);
    const exchange = written(reply.bytes(bytes));
    expect(exchange).toMatchObject({ status: 0, contentType: "application/octet-stream" });
    expect(exchange.payload).toBe(bytes);
    expect(written(reply.bytes(bytes, "image/png", { status: 203 }))).toMatchObject({
      status: 203,
      contentType: "image/png",
    });
    expect(() => reply.bytes(bytes, "image/png\r\nx: y")).toThrow(TypeError);
    expect(() => reply.bytes("text" as unknown as Uint8Array)).toThrow(/takes a Uint8Array, not string/);
  });

  test.each([99, 100, 600, 200.5])("%s is no status", (status) => {
    expect(() => reply(status, null)).toThrow(RangeError);
  });

  test("a redirect is 307 unless another is asked for", () => {
    expect(written(reply.redirect("/a?b=c#d"))).toMatchObject({
      status: 307,
      payload: null,
      contentType: null,
      fields: ["location", "/a?b=c#d"],
    });
    expect(written(reply.redirect(new URL("https://example.com/é"), 303, { "x-one": "1" }))).toMatchObject({
      status: 303,
      fields: ["x-one", "1", "location", "https://example.com/%C3%A9"],
    });
  });

  test("no text leaves the Location, and a backslash is no slash", () => {
    expect(written(reply.redirect("/\\evil.example")).fields).toEqual(["location", "/%5Cevil.example"]);
    expect(written(reply.redirect("/a\r\nSet-Cookie: b=c")).fields).toEqual([
      "location",
      "/a%0D%0ASet-Cookie:%20b=c",
    ]);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (url) => {
        expect(written(reply.redirect(url)).fields?.[1]).toMatch(/^[\x21-\x5b\x5d-\x7e]*$/);
      }),
    );
  });

  test("a stream has its type and its pieces, from either kind of source", async () => {
    const exchange = written(
      reply.stream(from<string | Uint8Array>("a", new Uint8Array([98])), "text/plain"),
    );
    expect([exchange.contentType, await exchange.text()]).toEqual(["text/plain", "ab"]);
    const web = written(reply.stream(new Response("abc").body as ReadableStream<Uint8Array>));
    expect([web.contentType, await web.text()]).toEqual(["application/octet-stream", "abc"]);
  });

  test("events are encoded and never cached or held back", async () => {
    const exchange = written(reply.events(from({ data: "a" }, { data: { b: 1 }, event: "x" })));
    expect(exchange).toMatchObject({
      contentType: "text/event-stream",
      fields: ["cache-control", "no-cache", "x-accel-buffering", "no"],
    });
    expect(await exchange.text()).toBe('data: a\n\nevent: x\ndata: {"b":1}\n\n');
  });

  test("JSON lines are a value each", async () => {
    const exchange = written(reply.jsonLines(from<unknown>({ a: "x\ny" }, 1, undefined)));
    expect([exchange.contentType, await exchange.text()]).toEqual([
      "application/jsonl",
      '{"a":"x\\ny"}\n1\nnull\n',
    ]);
  });

  test("a source of events is told when nobody wants them, even before the first", async () => {
    let returned = 0;
    const source: AsyncIterableIterator<{ data: string }> = {
      [Symbol.asyncIterator]: () => source,
      next: () => new Promise(() => undefined),
      return: async () => {
        returned++;
        return { done: true, value: undefined };
      },
    };
    const { payload } = written(reply.events(source));
    await (payload as AsyncIterable<string>)[Symbol.asyncIterator]().return?.();
    expect(returned).toBe(1);
  });
});

describe("what cannot be sent", () => {
  const pieces = async function* (): AsyncGenerator<string> {
    yield "a";
  };
  test.each(["text/plain\r\nset-cookie: a=b", "text/\u0000", "\u{1f600}"])(
    "a content type that HTTP cannot carry is refused where it is given: %j",
    (contentType) => {
      expect(() => reply.stream(pieces(), contentType)).toThrow(TypeError);
      expect(() => reply.file("a.txt", { contentType })).toThrow(TypeError);
    },
  );

  test("text that is none, and sources that cannot be read", () => {
    expect(() => reply.text(5 as unknown as string)).toThrow("reply.text takes a string, not number");
    expect(() => reply.html(undefined as unknown as string)).toThrow("reply.html takes a string");
    const none = [{}, undefined, null, 5] as unknown as AsyncIterable<never>[];
    for (const source of none)
      for (const make of [reply.stream, reply.events, reply.jsonLines])
        expect(() => make(source)).toThrow(/takes an async iterable/);
  });
});
