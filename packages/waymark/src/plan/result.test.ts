import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { reply } from "../http/reply.ts";
import type { ResponseHead } from "../http/response.ts";
import type { Schema } from "../inputs/input.ts";
import { response } from "../inputs/index.ts";
import { HttpError } from "../http/http-error.ts";
import { jsonOf } from "./exchange.fixture.ts";
import { bench, dep } from "./route.fixture.ts";

const Product = z.object({ name: z.string(), price: z.number() });
const json = { "content-type": "application/json" };

describe("without output", () => {
  it("writes any value as JSON, strings too", async () => {
    const sent = async (value: unknown): Promise<unknown> => (await bench(() => value).request()).sent;
    expect(await sent("pong")).toEqual({ status: 200, headers: json, text: '"pong"' });
    expect(await sent(null)).toEqual({ status: 200, headers: json, text: "null" });
    expect(await sent({ at: new Date(0) })).toEqual({
      status: 200,
      headers: json,
      text: '{"at":"1970-01-01T00:00:00.000Z"}',
    });
    expect(await sent({})).toEqual({ status: 200, headers: json, text: "{}" });
  });

  it.each<[given: () => unknown, told: RegExp]>([
    [() => Buffer.from("abc"), /cannot return bytes/],
    [() => new Uint8Array(), /cannot return bytes/],
    [() => new ArrayBuffer(2), /cannot return bytes/],
    [() => new Blob(["a"]), /cannot return bytes/],
    [() => new Map([["a", 1]]), /a Map, a Set or an iterator: return an array/],
    [() => [1].values(), /a Map, a Set or an iterator: return an array/],
    [() => new Error("secret"), /an error: throw it/],
  ])("refuses what JSON would lose: %s", async (given, told) => {
    const { request, logger } = bench(given);
    expect((await request()).sent?.status).toBe(500);
    expect(String(logger.lines[0]!.details)).toMatch(told);
  });

  it("answers undefined with 204, or with the status that the route says", async () => {
    expect((await bench(() => undefined).request()).sent).toEqual({ status: 204, headers: {}, text: "" });
    expect((await bench(() => undefined, { status: 202 }).request()).sent).toEqual({
      status: 202,
      headers: {},
      text: "",
    });
  });

  it("uses the route's status, unless response() says another", async () => {
    expect((await bench(() => 1, { status: 201 }).request()).sent!.status).toBe(201);
    const { request } = bench(
      ({ res }: { res: ResponseHead }) => {
        res.status = 202;
        return 1;
      },
      { status: 201, input: { res: response() } },
    );
    expect((await request()).sent!.status).toBe(202);
  });

  it("keeps a Content-Type that was set", async () => {
    const { request } = bench(
      ({ res }: { res: ResponseHead }) => {
        res.headers.set("Content-Type", "application/geo+json");
        return {};
      },
      { input: { res: response() } },
    );
    expect((await request()).sent!.headers).toEqual({ "content-type": "application/geo+json" });
  });

  it("writes what has a JSON form of its own, and only that", async () => {
    const sent = async (value: unknown): Promise<string> => (await bench(() => value).request()).sent!.text;
    expect(await sent({ at: new Date(0), to: new URL("https://a.example/é") })).toBe(
      '{"at":"1970-01-01T00:00:00.000Z","to":"https://a.example/%C3%A9"}',
    );
    expect(await sent({ money: { amount: 5, toJSON: () => "5.00" } })).toBe('{"money":"5.00"}');
    expect(await sent([undefined, Number.NaN, -0])).toBe("[null,null,0]");
    expect(await sent({ gone: undefined, also: () => 1 })).toBe("{}");
  });

  it("says what to do about a value that JSON has no form for", async () => {
    const loggedFor = async (value: unknown): Promise<string> => {
      const { request, logger } = bench(() => value);
      expect((await request()).sent!.status).toBe(500);
      return String(logger.lines[0]!.details);
    };
    expect(await loggedFor((async function* () {})())).toContain(
      "wrap it in reply.stream, reply.events or reply.jsonLines",
    );
    expect(await loggedFor(1n)).toContain("BigInt");
    expect(await loggedFor(() => 1)).toContain("function has no form in JSON");
  });
});

describe("with output", () => {
  it("lets no undeclared field out, on any way", async () => {
    const value = { name: "a", price: 1, secret: "s3cret" };
    for (const result of [value, Promise.resolve(value), reply(200, value), reply(201, value)])
      for (const trusted of [false, true]) {
        const { request } = bench(() => result, { output: Product, trusted });
        expect(jsonOf(await request())).toEqual({ name: "a", price: 1 });
      }
  });

  it("sends the library's own verdict", async () => {
    const output = z.object({ name: z.string().trim(), price: z.number().default(5) });
    const { request } = bench(() => ({ name: " a " }), { output });
    expect(jsonOf(await request())).toEqual({ name: "a", price: 5 });
  });

  it("makes a refused result a 500 that says nothing, and logs why", async () => {
    for (const result of [{ name: "s3cret", price: "x" }, reply(200, { name: "s3cret" }), undefined, null]) {
      const { request, logger } = bench(() => result, { output: Product, path: "/p" });
      const exchange = await request();
      expect(jsonOf(exchange)).toEqual({ type: "about:blank", title: "Internal Server Error", status: 500 });
      expect(logger.lines).toHaveLength(1);
      expect(logger.lines[0]).toMatchObject({ level: "error" });
      expect(logger.lines[0]!.message).toMatch(/^GET \/p: /);
      expect(String(logger.lines[0]!.details)).toContain("the result is not what output says");
    }
  });

  it("does not ask the library when trusted, by the route or by the application", async () => {
    const bad = { name: 1, price: "x", secret: 1 };
    expect(jsonOf(await bench(() => bad, { output: Product, trusted: true }).request())).toEqual({
      name: 1,
      price: "x",
    });
    expect(jsonOf(await bench(() => bad, { output: Product }, { trusted: true }).request())).toEqual({
      name: 1,
      price: "x",
    });
  });

  it("waits for an asynchronous schema", async () => {
    const converter = () => ({ type: "object", properties: { a: { type: "number" } } });
    const validate = async (value: any) =>
      value.a === 1 ? { value } : { issues: [{ message: "no", path: ["a"] }] };
    const standard = {
      version: 1,
      vendor: "test",
      validate,
      jsonSchema: { input: converter, output: converter },
    };
    const output = { "~standard": standard } as unknown as Schema;
    expect(jsonOf(await bench(() => ({ a: 1, b: 2 }), { output }).request())).toEqual({ a: 1 });
    expect(jsonOf(await bench(() => reply(200, { a: 1, b: 2 }), { output }).request())).toEqual({ a: 1 });
    const { request, logger } = bench(() => ({ a: 2 }), { output });
    expect((await request()).sent!.status).toBe(500);
    expect(String(logger.lines[0]!.details)).toContain("a: no");
  });

  it("writes dates as date-time, and what toJSON gives where the schema is of that", async () => {
    const at = z.object({ at: z.date() });
    expect(jsonOf(await bench(() => ({ at: new Date(0) }), { output: at }).request())).toEqual({
      at: "1970-01-01T00:00:00.000Z",
    });
    const link = z.object({ to: z.instanceof(URL).meta({ type: "string", format: "uri" }) });
    expect(
      jsonOf(await bench(() => ({ to: new URL("https://a.example") }), { output: link }).request()),
    ).toEqual({
      to: "https://a.example/",
    });
    // The library refuses what its schema does not say.
    const { request } = bench(() => ({ to: new URL("https://a.example") }), {
      output: z.object({ to: z.url() }),
    });
    expect((await request()).sent!.status).toBe(500);
  });

  it("converts by the schema what JSON has no form for", async () => {
    const output = z.object({
      id: z.codec(z.bigint(), z.string(), { decode: String, encode: BigInt }),
      tags: z.codec(z.set(z.string()), z.array(z.string()), {
        decode: (set) => [...set],
        encode: (all) => new Set(all),
      }),
    });
    const { request } = bench(() => ({ id: 2n ** 60n, tags: new Set(["a"]) }), { output });
    expect(jsonOf(await request())).toEqual({ id: "1152921504606846976", tags: ["a"] });
  });

  it("answers 204 where output admits undefined and that is the result", async () => {
    expect((await bench(() => undefined, { output: Product.optional() }).request()).sent!.status).toBe(204);
  });

  it("hands the function's own result to map, that of a reply too", async () => {
    const map = (result: any) => ({ name: result.title });
    const fixture = { output: z.object({ name: z.string() }), map };
    expect(jsonOf(await bench(() => ({ title: "a" }), fixture).request())).toEqual({ name: "a" });
    expect(jsonOf(await bench(() => reply(201, { title: "a" }), fixture).request())).toEqual({ name: "a" });
    expect(jsonOf(await bench(() => reply(409, { why: "x" }), fixture).request())).toEqual({ why: "x" });
  });
});

describe("replies of their own", () => {
  it("pass as they are, with what response() said before", async () => {
    const sets = dep(
      "sets",
      ({ res }: { res: ResponseHead }) => {
        res.headers.set("x-from", "dependency");
        res.cookies.set("seen", "1");
      },
      { input: { res: response() } },
    );
    const sent = async (result: () => unknown): Promise<any> =>
      (await bench(result, { output: Product, guards: [sets], status: 201 }).request()).sent;
    expect(await sent(() => reply.text("hi"))).toMatchObject({
      status: 201,
      text: "hi",
      headers: { "content-type": "text/plain; charset=utf-8", "x-from": "dependency" },
    });
    const redirect = await sent(() => reply.redirect("/x"));
    expect(redirect).toMatchObject({ status: 307, headers: { location: "/x", "x-from": "dependency" } });
    expect(redirect.headers["set-cookie"]).toContain("seen=1");
    expect(await sent(() => new Response("web", { status: 418, headers: { "x-web": "1" } }))).toMatchObject({
      status: 418,
      text: "web",
      headers: { "x-web": "1", "x-from": "dependency" },
    });
    expect(await sent(() => reply(404, { why: "none" }))).toMatchObject({
      status: 404,
      text: '{"why":"none"}',
    });
    expect(await sent(() => reply(204))).toMatchObject({ status: 204, text: "" });
  });

  it("leave what response() set on errors too", async () => {
    const { request } = bench(
      ({ res }: { res: ResponseHead }) => {
        res.status = 201;
        res.headers.set("x-trace", "1");
        res.cookies.set("seen", "1");
        throw new HttpError(404, "none", { headers: { "x-why": "2" } });
      },
      { input: { res: response() } },
    );
    const { sent } = await request();
    expect(sent).toMatchObject({ status: 404, headers: { "x-trace": "1", "x-why": "2" } });
    expect(sent!.headers["set-cookie"]).toBe("seen=1; Path=/; HttpOnly; SameSite=Lax");
  });

  it("that cannot be written are a logged 500", async () => {
    const read = new Response("x");
    await read.text();
    const { request, logger } = bench(() => read);
    expect((await request()).sent!.status).toBe(500);
    expect(logger.lines).toHaveLength(1);
    const half = bench(() => reply(200, 1, { "x-a": "1", "x-b": "bad\nvalue" }));
    const exchange = await half.request();
    expect(exchange.sent!.status).toBe(500);
    expect(exchange.sent!.headers).toEqual({ "content-type": "application/problem+json" });
  });

  it("of a file that is missing are 404", async () => {
    const { request } = bench(() => reply.file("/does/not/exist"));
    expect((await request()).sent!.status).toBe(404);
  });
});

describe("schemas without JSON Schema", () => {
  it("are a start-up error naming the route", () => {
    const undocumented: StandardSchemaV1 = {
      "~standard": { version: 1, vendor: "own", validate: () => ({ value: 1 }) },
    };
    expect(() =>
      bench(() => 1, {
        path: "/x",
        output: undocumented as Schema,
      }),
    ).toThrow(/GET \/x[^]*the output.*JSON Schema[^]*WM501/);
  });
});
