import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { body, constant, dependency, endpoint, HttpError } from "../index.ts";
import type { BodyParser } from "../http/raw-body.ts";
import type { RequestBodyObject } from "../openapi/document.ts";
import { StartUpError } from "../start-up-error.ts";
import type { Input } from "./input.ts";

const silent = { error() {}, warn() {} };
const Point = z.object({ x: z.int(), y: z.int() });

/** "x=1;y=2" */
const parsePairs: BodyParser = ({ text }) => {
  const pairs = text.split(";").map((pair) => pair.split("="));
  if (pairs.some((pair) => pair.length !== 2)) throw new Error(`not a pair in ${text}`);
  return Object.fromEntries(pairs.map(([key, value]) => [key, Number(value)]));
};

function echoing(input: Record<string, any>, options: object = {}): App {
  const app = new App({ logger: silent, limits: { body: 1000 } });
  app.add({ method: "POST", path: "/", endpoint: endpoint({ input }, (values) => values), ...options });
  return app;
}
async function post(
  app: App,
  type: string | undefined,
  content: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<[status: number, value: any]> {
  const all = type === undefined ? headers : { "content-type": type, ...headers };
  const response = await app.request("POST /", { headers: all, body: content as string });
  const value: any = await response.json();
  return [response.status, response.ok ? value : (value.errors ?? value.detail)];
}
function requestBodyOf(app: App): RequestBodyObject {
  return app.openapi().paths["/"]!.post!.requestBody!;
}
async function mistakesOf(app: App): Promise<string[]> {
  const error: unknown = await app.start().catch((thrown: unknown) => thrown);
  if (!(error instanceof StartUpError)) throw new Error("it starts", { cause: error });
  return error.mistakes.map(({ code, message }) => `${code} ${message}`);
}

describe("a body of another media type", () => {
  const app = echoing({ point: body(Point, { mediaType: "text/pairs", parse: parsePairs }) });

  it("is parsed and then validated", async () => {
    expect(await post(app, "text/pairs", "x=1;y=2")).toEqual([200, { point: { x: 1, y: 2 } }]);
    expect(await post(app, "Text/Pairs; charset=UTF-8", "x=1;y=2")).toEqual([200, { point: { x: 1, y: 2 } }]);
    const [status, errors] = await post(app, "text/pairs", "x=1;y=2.5");
    expect([status, errors[0].in, errors[0].name, errors[0].path]).toEqual([422, "body", "", ["y"]]);
  });

  it("is 400 where the parser throws, without its words", async () => {
    expect(await post(app, "text/pairs", "secret")).toEqual([400, "The body is malformed."]);
  });

  it("has the status of an HttpError that the parser throws, now or later", async () => {
    for (const parse of [() => HttpError.throw(409, "later"), async () => HttpError.throw(409, "later")])
      expect(await post(echoing({ b: body(Point, { mediaType: "a/b", parse }) }), "a/b", "x")).toEqual([
        409,
        "later",
      ]);
    const rejecting = async (): Promise<never> => Promise.reject(new Error("x"));
    const app = echoing({ b: body(Point, { mediaType: "a/b", parse: rejecting }) });
    expect(await post(app, "a/b", "x")).toEqual([400, "The body is malformed."]);
  });

  it("is 415 of any other type, JSON included, and in another charset where its text is asked for", async () => {
    for (const type of ["application/json", "text/pairs2", undefined])
      expect(await post(app, type, "{}")).toEqual([415, expect.stringContaining("send text/pairs.")]);
    expect(await post(app, "text/pairs; charset=latin1", "x=1;y=2")).toEqual([
      415,
      "The body's charset is not accepted; send UTF-8.",
    ]);
    expect(await post(app, "text/pairs", new Uint8Array([0xff]))).toEqual([
      400,
      "The body is not UTF-8 text.",
    ]);
  });

  it("gives its parser bytes, type and signal", async () => {
    const parse: BodyParser = ({ bytes, contentType, signal }) => [bytes.length, contentType, signal.aborted];
    const app = echoing({ b: body(z.array(z.any()), { mediaType: "image/*", parse }) });
    expect(await post(app, "image/png; a=b", new Uint8Array(3))).toEqual([
      200,
      { b: [3, "image/png; a=b", false] },
    ]);
  });

  it("may be JSON under a name of its own", async () => {
    const app = echoing({ point: body(Point, { mediaType: "application/vnd.point+json" }) });
    expect(await post(app, "application/vnd.point+json", '{"x":1,"y":2}')).toEqual([
      200,
      { point: { x: 1, y: 2 } },
    ]);
    expect((await post(app, "application/json", '{"x":1,"y":2}'))[0]).toBe(415);
    expect((await post(app, "application/vnd.point+json; charset=latin1", '{"x":1,"y":2}'))[0]).toBe(415);
    expect((await post(app, "application/vnd.point+json", "{"))[0]).toBe(400);
  });

  it("may be one of several", async () => {
    const app = echoing({
      point: body(Point, { mediaTypes: { "application/json": true, "text/pairs": parsePairs } }),
    });
    const expected = [200, { point: { x: 1, y: 2 } }];
    expect(await post(app, "application/json", '{"x":1,"y":2}')).toEqual(expected);
    expect(await post(app, "application/problem+json", '{"x":1,"y":2}')).toEqual(expected);
    expect(await post(app, "text/pairs", "x=1;y=2")).toEqual(expected);
    expect(await post(app, "text/plain", "x=1;y=2")).toEqual([
      415,
      "The body's Content-Type is not accepted; send application/json or text/pairs.",
    ]);
  });

  it("is documented under its types", () => {
    const app = echoing({
      point: body(Point, { mediaTypes: { "application/json": true, "text/pairs": parsePairs } }),
    });
    const { content, required } = requestBodyOf(app);
    expect(Object.keys(content)).toEqual(["application/json", "text/pairs"]);
    expect(content["text/pairs"]!.schema).toEqual(content["application/json"]!.schema);
    expect(required).toBe(true);
  });
});

describe("one embedded body", () => {
  const app = echoing({ item: body(Point, { embed: true }) });

  it("has its key, in the request, in mistakes and in the document", async () => {
    expect(await post(app, "application/json", '{"item":{"x":1,"y":2}}')).toEqual([
      200,
      { item: { x: 1, y: 2 } },
    ]);
    const [status, errors] = await post(app, "application/json", '{"x":1,"y":2}');
    expect([status, errors[0].name]).toEqual([422, "item"]);
    const schema = requestBodyOf(app).content["application/json"]!.schema!;
    expect([Object.keys(schema.properties!), schema.required]).toEqual([["item"], ["item"]]);
  });

  it("can be renamed by a route", async () => {
    const create = endpoint({ input: { item: body(Point, { embed: true }) } }, ({ item }) => item);
    const app = new App();
    app.post("/", create, { bind: { item: "thing" } });
    expect(await post(app, "application/json", '{"thing":{"x":1,"y":2}}')).toEqual([200, { x: 1, y: 2 }]);
  });
});

describe("a body as it was sent", () => {
  it("is text", async () => {
    const app = echoing({ note: body.text() });
    expect(await post(app, "text/plain", "grüße")).toEqual([200, { note: "grüße" }]);
    expect(await post(app, "text/plain;charset=us-ascii", "hi")).toEqual([200, { note: "hi" }]);
    expect((await post(app, "text/plain; charset=utf-16", "hi"))[0]).toBe(415);
    expect((await post(app, "text/html", "hi"))[0]).toBe(415);
    expect((await post(app, "text/plain", new Uint8Array([0xc3, 0x28])))[0]).toBe(400);
    expect((await post(app, "text/plain", "x".repeat(1001)))[0]).toBe(413);
    expect(await post(app, undefined, "")).toEqual([200, { note: "" }]);
  });

  it("is bytes", async () => {
    const hex = endpoint(
      { input: { image: body.bytes({ mediaType: ["image/png", "image/webp"] }) } },
      ({ image }) => Buffer.from(image).toString("hex"),
    );
    const app = new App();
    app.post("/", hex);
    expect(await post(app, "image/webp", new Uint8Array([1, 0xff]))).toEqual([200, "01ff"]);
    expect(await post(app, "image/gif", "x")).toEqual([
      415,
      "The body's Content-Type is not accepted; send image/png or image/webp.",
    ]);
    expect((await post(app, undefined, new Uint8Array(1)))[0]).toBe(415);
  });

  it("is a stream, which reads nothing before it is iterated", async () => {
    const count = endpoint({ input: { video: body.stream({ mediaType: "*/*" }) } }, async ({ video }) => {
      let length = 0;
      for await (const piece of video) length += piece.length;
      return length;
    });
    const ignore = endpoint({ input: { video: body.stream() } }, () => "not read");
    const app = new App({ limits: { body: 1000 } });
    app.post("/", count);
    app.post("/ignore", ignore);
    expect(await post(app, "any/thing", "12345")).toEqual([200, 5]);
    expect(await post(app, undefined, new Uint8Array(5))).toEqual([200, 5]);
    expect(await post(app, undefined, "")).toEqual([200, 0]);
    expect((await post(app, "any/thing", "x".repeat(1001)))[0]).toBe(413);
    const ignored = await app.request("POST /ignore", {
      body: "x".repeat(900),
      headers: { "content-type": "application/octet-stream" },
    });
    expect(await ignored.json()).toBe("not read");
  });

  it("stands beside a parsed one, as a guard that checks a signature needs it", async () => {
    const signed = dependency({ input: { raw: body.bytes({ mediaType: "*/*" }) } }, function signed({ raw }) {
      if (raw.length > 20) throw new HttpError(401, "bad signature");
    });
    const app = echoing({ point: body(Point) }, { dependencies: [signed] });
    expect(await post(app, "application/json", '{"x":1,"y":2}')).toEqual([200, { point: { x: 1, y: 2 } }]);
    expect(await post(app, "application/json", '{"x":1,"y":2,"z":123456}')).toEqual([401, "bad signature"]);
    expect(Object.keys(requestBodyOf(app).content)).toEqual(["application/json"]);
  });

  it("is documented by its media type", () => {
    const documentOf = (input: Input): RequestBodyObject => requestBodyOf(echoing({ input }));
    expect(documentOf(body.text({ description: "A note", examples: ["hi"] }))).toEqual({
      description: "A note",
      content: { "text/plain": { schema: { type: "string" }, example: "hi" } },
    });
    expect(documentOf(body.stream({ mediaType: "video/*" })).content).toEqual({
      "video/*": { schema: { type: "string", contentMediaType: "video/*" } },
    });
  });

  it("may be bound to something else", async () => {
    const shout = endpoint({ input: { note: body.text() } }, ({ note }) => note.toUpperCase());
    const app = new App();
    app.post("/", shout, { bind: { note: constant("hello") } });
    expect(await post(app, undefined, "")).toEqual([200, "HELLO"]);
  });
});

describe("a body with a content coding", () => {
  const zipped = gzipSync('{"x":1,"y":2}');
  const gzip = { "content-encoding": "gzip" };

  it("is decoded where that is asked for, and otherwise 415", async () => {
    const app = echoing({ point: body(Point, { decompress: true }) });
    expect(await post(app, "application/json", zipped, gzip)).toEqual([200, { point: { x: 1, y: 2 } }]);
    expect(await post(app, "application/json", '{"x":1,"y":2}')).toEqual([200, { point: { x: 1, y: 2 } }]);
    expect((await post(echoing({ point: body(Point) }), "application/json", zipped, gzip))[0]).toBe(415);
  });

  it("is 400, 413 and 415 like one without", async () => {
    const app = echoing({ point: body(Point, { decompress: true }) });
    const answer = async (bytes: Uint8Array, coding = "gzip"): Promise<number> =>
      (await post(app, "application/json", bytes, { "content-encoding": coding }))[0];
    expect(await answer(zipped.subarray(0, -3))).toBe(400);
    expect(await answer(gzipSync("{"))).toBe(400);
    expect(await answer(gzipSync(" ".repeat(1001)))).toBe(413);
    expect(await answer(zipped, "gzip, gzip")).toBe(415);
    expect(await answer(zipped, "compress")).toBe(415);
  });

  it.each(["json", "stream"])("holds the limit to the byte that comes out of it: %s", async (kind) => {
    const size = async (all: AsyncIterable<Uint8Array> | string): Promise<number> => {
      if (typeof all === "string") return all.length + 2;
      let length = 0;
      for await (const piece of all) length += piece.length;
      return length;
    };
    const input =
      kind === "json"
        ? { all: body(z.string(), { decompress: true }) }
        : { all: body.stream({ mediaType: "*/*", decompress: true }) };
    const app = new App({ limits: { body: 1000 }, logger: silent });
    app.add({ method: "POST", path: "/", endpoint: endpoint({ input }, ({ all }) => size(all)) });
    for (const [length, status] of [
      [999, 200],
      [1000, 200],
      [1001, 413],
    ] as const) {
      const sent = gzipSync(JSON.stringify("x".repeat(length - 2)));
      expect([length, (await post(app, "application/json", sent, gzip))[0]]).toEqual([length, status]);
    }
  });

  it("is decoded for text, bytes and streams too", async () => {
    for (const input of [
      body.text({ mediaType: "a/b", decompress: true }),
      body.bytes({ mediaType: "a/b", decompress: true }),
    ])
      // prettier-ignore
      expect(await post(echoing({ input }), "a/b", gzipSync("hi"), gzip)).toEqual([200, { input: expect.anything() }]);
    const count = endpoint({ input: { all: body.stream({ decompress: true }) } }, async ({ all }) => {
      let length = 0;
      for await (const piece of all) length += piece.length;
      return length;
    });
    const app = new App({ limits: { body: 1000 } });
    app.post("/", count);
    expect(await post(app, "application/octet-stream", gzipSync("x".repeat(999)), gzip)).toEqual([200, 999]);
    expect((await post(app, "application/octet-stream", gzipSync("x".repeat(1001)), gzip))[0]).toBe(413);
  });
});

describe("a body that a route cannot have", () => {
  const json = body(Point);
  it.each<[string, object, object, string]>([
    ["a type that is none", { b: body(Point, { mediaType: "xml" }) }, {}, "WM223 'xml' of the body 'b' is not a media type"], // prettier-ignore
    ["a type with parameters", { b: body.text({ mediaType: "text/plain; charset=x" }) }, {}, "WM223 'text/plain; charset=x' of the body 'b' is not a media type"], // prettier-ignore
    ["two types at once", { a: json, b: body(Point, { mediaType: "a/b", parse: parsePairs }) }, {}, "WM221 'a' and 'b' read one body in different ways"], // prettier-ignore
    ["text and JSON", { a: json, b: body.text() }, {}, "WM221 'a' and 'b' read one body in different ways"],
    ["one decompressed, one not", { a: json, b: body.text({ mediaType: "*/*", decompress: true }) }, {}, "WM221 'a' and 'b' read one body in different ways"], // prettier-ignore
    ["a stream and another", { a: body.stream({ mediaType: "*/*" }), b: json }, {}, "WM222 'a' takes the body as a stream, and 'b' reads it too"], // prettier-ignore
  ])("is a mistake: %s", async (_, input, options, sentence) => {
    expect(await mistakesOf(echoing(input as Record<string, any>, options))).toEqual([sentence]);
  });

  it("is none of a GET, where RFC 9110 §9.3.1 gives it no meaning and a client may send one all the same", async () => {
    const app = echoing({ b: body(Point.optional()) }, { method: "GET" });
    expect(await (await app.request("GET /")).json()).toEqual({});
    const headers = { "content-type": "application/json" };
    const sent = await app.request("GET /", { body: '{"x":1,"y":2}', headers });
    expect(await sent.json()).toEqual({ b: { x: 1, y: 2 } });
    expect(app.openapi().paths["/"]!.get!.requestBody!.required).toBeUndefined();
  });
});
