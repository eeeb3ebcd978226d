import { describe, expect, it } from "vitest";
import { z } from "zod";
import { body, constant, cookie, header, path, query, request, response } from "../inputs/index.ts";
import { HttpError } from "../http/http-error.ts";
import type { IncomingRequest } from "../http/request.ts";
import { jsonOf, TestExchange } from "./exchange.fixture.ts";
import { bench, dep } from "./route.fixture.ts";

describe("the straight path", () => {
  const item = bench(({ id, limit }) => ({ id, limit }), {
    path: "/items/{id}",
    input: { id: path(z.int()), limit: query(z.int().default(10)) },
    output: z.object({ id: z.number(), limit: z.number() }),
  });

  it("answers without a promise when nothing is asynchronous", () => {
    const exchange = new TestExchange({ search: "limit=3" });
    expect(item.plan(exchange, ["7"])).toBeUndefined();
    expect(exchange.sent).toEqual({
      status: 200,
      headers: { "content-type": "application/json" },
      text: '{"id":7,"limit":3}',
    });
  });

  it("answers errors without a promise too", () => {
    const exchange = new TestExchange({ search: "limit=x" });
    expect(item.plan(exchange, ["7"])).toBeUndefined();
    expect(exchange.sent!.status).toBe(422);
  });

  it("ends the exchange once, whatever happens", async () => {
    expect((await item.request({}, ["1"])).ends).toBe(1);
    expect((await item.request({}, ["x"])).ends).toBe(1);
    const broken = bench(() => {
      throw new Error("no");
    });
    expect((await broken.request()).ends).toBe(1);
  });

  it("reads no header field and no body that no input asks for", async () => {
    const exchange = await item.request({ method: "POST", body: "{}", headers: { cookie: "a=b" } }, ["1"]);
    expect(exchange.asked).toEqual([]);
    expect(exchange.bodyReads).toBe(0);
  });

  it("does not parse a query that no input reads", async () => {
    const { request: send } = bench(() => "pong");
    expect((await send({ search: "%ff" })).sent!.status).toBe(200);
    expect((await item.request({ search: "%ff" }, ["1"])).sent!.status).toBe(400);
  });

  it("calls the function with one plain object, its keys in the order of declaration", async () => {
    let seen: object = {};
    const { request: send } = bench(
      (values) => {
        seen = values;
      },
      {
        path: "/{b}",
        input: {
          c: query(z.string()),
          a: constant(1),
          b: path(z.string()),
          d: header(z.string().optional()),
        },
      },
    );
    await send({ search: "c=x" }, ["y"]);
    expect(Object.entries(seen)).toEqual([
      ["c", "x"],
      ["a", 1],
      ["b", "y"],
      ["d", undefined],
    ]);
    expect(Object.getPrototypeOf(seen)).toBe(Object.prototype);
  });

  it("gives asynchronous functions their time", async () => {
    const { plan } = bench(async () => "later");
    const exchange = new TestExchange();
    const done = plan(exchange, []);
    expect(exchange.ends).toBe(0);
    await done;
    expect(jsonOf(exchange)).toBe("later");
  });

  it("awaits thenables that are no promises", async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- as query builders are
    const { request: send } = bench(() => ({ then: (give: (value: string) => void) => give("rows") }));
    expect(jsonOf(await send())).toBe("rows");
  });

  it("does not throw for a result that does", async () => {
    const trap = new Proxy({}, { get: () => HttpError.throw(409) });
    expect((await bench(() => trap).request()).sent!.status).toBe(409);
    expect((await bench(async () => ({ toJSON: () => HttpError.throw(409) })).request()).sent!.status).toBe(
      409,
    );
  });

  it("never throws, whatever is thrown and however the logger fails", async () => {
    const logger = {
      error() {
        throw new Error("the disk is full");
      },
      warn() {},
    };
    for (const thrown of [undefined, null, 0, "text", Symbol("s"), Object.create(null)]) {
      const sync = bench(
        () => {
          throw thrown;
        },
        {},
        { logger },
      );
      const rejecting = bench(() => Promise.reject(thrown as Error), {}, { logger });
      // One after the other.
      expect([(await sync.request()).sent!.status, (await rejecting.request()).sent!.status]).toEqual([
        500, 500,
      ]);
    }
  });
});

describe("what a function is given", () => {
  it("reads path, query, header, cookie and body", async () => {
    const { request: send } = bench((values) => values, {
      path: "/{id}",
      input: {
        id: path(z.int()),
        tags: query(z.array(z.string())),
        agent: header(z.string(), { name: "user-agent" }),
        seen: cookie(z.boolean()),
        item: body(z.object({ name: z.string() })),
      },
    });
    const exchange = await send(
      {
        method: "POST",
        search: "tags=a&tags=b",
        headers: { "user-agent": "curl", cookie: "seen=true" },
        body: '{"name":"x"}',
      },
      ["5"],
    );
    expect(jsonOf(exchange)).toEqual({
      id: 5,
      tags: ["a", "b"],
      agent: "curl",
      seen: true,
      item: { name: "x" },
    });
  });

  it("asks the schema about undefined for a path input that the template lacks", async () => {
    const { request: send } = bench(({ page }) => page, {
      path: "/list",
      input: { page: path(z.int().default(1)) },
    });
    expect(jsonOf(await send())).toBe(1);
  });

  it("gives the request with its route, the same object each time", async () => {
    const routes: unknown[] = [];
    const { request: send } = bench(
      ({ req }: { req: IncomingRequest }) => {
        routes.push(req.route);
      },
      {
        path: "/a/{b}",
        name: "readA",
        operationId: "readA_a",
        metadata: { plan: "free" },
        tags: ["t"],
        input: { req: request() },
      },
    );
    await send({}, ["1"]);
    await send({}, ["2"]);
    expect(routes[0]).toEqual({
      method: "GET",
      template: "/a/{b}",
      name: "readA",
      operationId: "readA_a",
      metadata: { plan: "free" },
      tags: ["t"],
      scopes: [],
    });
    expect(routes[1]).toBe(routes[0]);
  });

  it("gives function and dependencies the same request and response", async () => {
    const seen: unknown[] = [];
    const look = dep("look", ({ req, res }) => seen.push(req, res), {
      input: { req: request(), res: response() },
    });
    const { request: send } = bench(({ req, res }) => void seen.push(req, res), {
      input: { look, req: request(), res: response() },
    });
    await send();
    expect(seen[0]).toBe(seen[2]);
    expect(seen[1]).toBe(seen[3]);
  });

  it("keeps requests apart", async () => {
    const { plan } = bench(
      async ({ id }) => {
        await Promise.resolve();
        return id as string;
      },
      { input: { id: query(z.string()) } },
    );
    const exchanges = Array.from({ length: 50 }, (_, i) => new TestExchange({ search: `id=${i}` }));
    await Promise.all(exchanges.map(async (exchange) => plan(exchange, [])));
    expect(exchanges.map(jsonOf)).toEqual(exchanges.map((_, i) => String(i)));
  });
});

describe("bodies", () => {
  const one = bench(({ item }) => item as unknown, { input: { item: body(z.object({ n: z.number() })) } });
  const two = bench((values) => values as unknown, {
    input: { a: body(z.number()), b: body(z.string().optional(), { name: "bee" }) },
  });

  it("refuses other media types with 415 and malformed JSON with 400", async () => {
    expect((await one.request({ body: "{}", headers: { "content-type": "text/plain" } })).sent!.status).toBe(
      415,
    );
    expect((await one.request({ body: "{" })).sent!.status).toBe(400);
  });

  it("answers 422 for a body that is not there, and takes an optional one as undefined", async () => {
    expect(jsonOf(await one.request()).errors).toMatchObject([{ in: "body", name: "", path: [] }]);
    const optional = bench(({ item }) => item === undefined, {
      input: { item: body(z.number().optional()) },
    });
    expect(jsonOf(await optional.request())).toBe(true);
  });

  it("waits for a body on its way", async () => {
    expect(jsonOf(await one.request({ body: '{"n":1}', slow: true }))).toEqual({ n: 1 });
    expect((await one.request({ body: "{", slow: true })).sent!.status).toBe(400);
  });

  it("reads several bodies as one object keyed by name", async () => {
    const exchange = await two.request({ body: '{"a":1,"bee":"x","b":"y"}' });
    expect(jsonOf(exchange)).toEqual({ a: 1, b: "x" });
    expect(exchange.bodyReads).toBe(1);
    expect(jsonOf(await two.request({ body: '{"a":"x"}' })).errors).toMatchObject([
      { in: "body", name: "a", path: [] },
    ]);
    expect(jsonOf(await two.request()).errors).toMatchObject([{ in: "body", name: "a" }]);
  });

  it("says once that keyed bodies are an object", async () => {
    for (const sent of ["[]", "null", "1"])
      // One after the other.
      expect(jsonOf(await two.request({ body: sent })).errors).toEqual([
        { in: "body", name: "", path: [], message: "expected an object", code: "invalid_type" },
      ]);
  });

  it("does not take what objects inherit for a key", async () => {
    const { request: send } = bench((values) => values.constructor as unknown, {
      input: { constructor: body(z.any()), other: body(z.any()) },
    });
    expect((await send({ body: "{}" })).sent!.status).toBe(204);
  });

  it("reads the body once for guard, dependencies and function", async () => {
    const whole = body(z.object({ n: z.number() }));
    const guard = dep("guard", ({ it: { n } }) => n as number, { input: { it: whole } });
    const other = dep("other", ({ raw }) => raw as unknown, { input: { raw: body(z.any()) } });
    const { request: send } = bench(({ item, also }) => [item, also], {
      guards: [guard],
      input: { item: whole, also: other },
    });
    const exchange = await send({ body: '{"n":1}', slow: true });
    expect(jsonOf(exchange)).toEqual([{ n: 1 }, { n: 1 }]);
    expect(exchange.bodyReads).toBe(1);
  });
});

describe("HEAD", () => {
  it("runs the plan; dropping the body is for end()", async () => {
    const { request: send } = bench(() => ({ a: 1 }));
    expect((await send({ method: "HEAD" })).sent).toEqual({
      status: 200,
      headers: { "content-type": "application/json" },
      text: "",
    });
  });
});
