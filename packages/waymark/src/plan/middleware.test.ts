import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { HandlerContext, Middleware, MiddlewareParts } from "../http/handlers.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { query } from "../inputs/index.ts";
import { middleware } from "../middleware/middleware.ts";
import type { RouterScope } from "../routing/scope.ts";
import { jsonOf, TestExchange } from "./exchange.fixture.ts";
import { bench, dep, scopeOf } from "./route.fixture.ts";

const around =
  (log: string[], name: string): Middleware =>
  async (_, next) => {
    log.push(`>${name}`);
    await next();
    log.push(`<${name}`);
  };

describe("middleware", () => {
  it("runs around the route, the app's outermost, in each scope the first used first", async () => {
    const log: string[] = [];
    const app = scopeOf({ middleware: [around(log, "app 1"), around(log, "app 2")] });
    const scope = scopeOf({ parent: app, middleware: [around(log, "router")] });
    const { plan } = bench(() => log.push("function"), {
      scope,
      guards: [dep("guard", () => log.push("guard"))],
    });
    const exchange = new TestExchange();
    exchange.onEnd = () => log.push("end");
    await plan(exchange, []);
    expect(log).toEqual([
      ">app 1",
      ">app 2",
      ">router",
      "guard",
      "function",
      "<router",
      "<app 2",
      "<app 1",
      "end",
    ]);
  });

  it("sees the reply filled in but not sent, and may add to it", async () => {
    const seen: unknown[] = [];
    const middleware: Middleware[] = [
      async ({ request, response }, next) => {
        seen.push(response.status);
        await next();
        seen.push(response.status, request.route.template);
        response.headers.set("x-status", String(response.status));
      },
    ];
    const { request } = bench(() => 1, { path: "/a", status: 201, scope: { middleware } });
    expect((await request()).sent).toMatchObject({ status: 201, headers: { "x-status": "201" } });
    expect(seen).toEqual([0, 201, "/a"]);
  });

  it("sees errors as the replies they have become", async () => {
    const seen: number[] = [];
    const middleware: Middleware[] = [
      async ({ response }, next) => {
        await next();
        seen.push(response.status);
      },
    ];
    const send = async (fn: () => unknown): Promise<void> => {
      await bench(fn, { scope: { middleware }, input: { n: query(z.int().optional()) } }).request();
    };
    await send(() => HttpError.throw(404));
    await send(() => {
      throw new Error("x");
    });
    expect(seen).toEqual([404, 500]);
  });

  it("replaces the reply by what it returns", async () => {
    const sent = async (middleware: Middleware, fn: () => unknown = () => 1): Promise<unknown> =>
      (await bench(fn, { scope: { middleware: [middleware] } }).request()).sent;
    const after =
      (value: unknown): Middleware =>
      async ({ response }, next) => {
        await next();
        response.headers.set("x-kept", "1");
        return value;
      };
    const headers = { "content-type": "application/json", "x-kept": "1" };
    expect(await sent(after({ a: 1 }))).toEqual({ status: 200, headers, text: '{"a":1}' });
    expect(await sent(after({ a: 1 }), () => undefined)).toEqual({ status: 200, headers, text: '{"a":1}' });
    expect(await sent(after(reply(418, "x")))).toEqual({ status: 418, headers, text: '"x"' });
    expect(await sent(after({ gone: true }), () => HttpError.throw(410))).toMatchObject({
      status: 410,
      text: '{"gone":true}',
    });
    expect(await sent(after({ a: 1 }), () => reply.redirect("/x"))).toEqual({
      status: 307,
      headers,
      text: '{"a":1}',
    });
  });

  it("answers by itself without calling next", async () => {
    let ran = false;
    const run = (): void => void (ran = true);
    const { request } = bench(run, { scope: { middleware: [() => reply(503, "closed")] } });
    expect((await request()).sent).toMatchObject({ status: 503, text: '"closed"' });
    const head = bench(run, { scope: { middleware: [({ response }) => void (response.status = 304)] } });
    expect((await head.request()).sent!.status).toBe(304);
    expect(ran).toBe(false);
  });

  it("that forgets next, the reply and the status is told so", async () => {
    const { request, logger } = bench(() => 1, { scope: { middleware: [() => undefined] } });
    expect((await request()).sent!.status).toBe(500);
    expect(String(logger.lines[0]!.details)).toContain("neither called next()");
  });

  it("that only makes middleware, and was never called, is told so", async () => {
    const make = (() => () => reply(403)) as Middleware;
    const { request, logger } = bench(() => 1, { scope: { middleware: [make] } });
    expect((await request()).sent!.status).toBe(500);
    expect(String(logger.lines[0]!.details)).toContain("called where it is given, as in use(make())");
  });

  it("need not wait for next", async () => {
    const { request } = bench(async () => "late", { scope: { middleware: [(_, next) => void next()] } });
    expect(jsonOf(await request())).toBe("late");
  });

  it("must not call next twice", async () => {
    let runs = 0;
    const middleware: Middleware[] = [
      async (_, next) => {
        await next();
        await next();
      },
    ];
    const { request, logger } = bench(() => ++runs, { scope: { middleware } });
    expect((await request()).sent!.status).toBe(500);
    expect(String(logger.lines[0]!.details)).toContain("called next() twice");
    expect(runs).toBe(1);
  });

  it("whose error goes to the handlers of its own scope and outwards", async () => {
    const asked: string[] = [];
    const handler = (name: string) => ({ on: Error, handler: () => void asked.push(name) });
    const fails: Middleware = async (_, next) => {
      await next();
      throw new HttpError(403, "no");
    };
    const app = scopeOf({ middleware: [fails], errorHandlers: [handler("app")] });
    const scope = scopeOf({ parent: app, errorHandlers: [handler("router")] });
    const { request } = bench(() => reply.redirect("/x"), { scope });
    const exchange = await request();
    expect(exchange.sent).toMatchObject({
      status: 403,
      headers: { "content-type": "application/problem+json" },
    });
    expect(exchange.sent!.headers).not.toHaveProperty("location");
    expect(asked).toEqual(["app"]);
    asked.length = 0;
    const inner = scopeOf({ ...app, errorHandlers: [handler("app")], middleware: [] });
    await bench(() => 1, {
      scope: scopeOf({ parent: inner, middleware: [fails], errorHandlers: [handler("router")] }),
    }).request();
    expect(asked).toEqual(["router", "app"]);
  });

  it("whose error is shown to generators that are still open", async () => {
    const log: string[] = [];
    const holds = dep("holds", function* () {
      try {
        yield 1;
      } catch (error) {
        log.push((error as Error).message);
        throw error;
      }
    });
    const middleware: Middleware[] = [
      async (_, next) => {
        await next();
        throw new HttpError(403, "late");
      },
    ];
    await bench(() => 1, { guards: [holds], scope: { middleware } }).request();
    expect(log).toEqual(["late"]);
  });
});

describe("middleware in parts", () => {
  const parts = (of: MiddlewareParts): Middleware => middleware(of);

  it("makes no promise where nothing is asynchronous", () => {
    const log: string[] = [];
    const layers = [
      parts({ before: () => void log.push(">1"), after: () => void log.push("<1") }),
      (_: unknown, next: () => Promise<void>) => {
        log.push(">2");
        return next();
      },
      parts({ after: () => void log.push("<3") }),
    ];
    const { plan } = bench(() => log.push("function"), { scope: { middleware: layers } });
    const exchange = new TestExchange();
    expect(plan(exchange, [])).toBeUndefined();
    expect(exchange.sent).toMatchObject({ status: 200 });
    expect(log).toEqual([">1", ">2", "function", "<3", "<1"]);
  });

  it("may wait on both ways", async () => {
    const log: string[] = [];
    const later = (word: string) => async (): Promise<void> => {
      await Promise.resolve();
      log.push(word);
    };
    const { request } = bench(later("function"), {
      scope: { middleware: [parts({ before: later("in"), after: later("out") })] },
    });
    expect((await request()).sent!.status).toBe(204);
    expect(log).toEqual(["in", "function", "out"]);
  });

  it.each([
    ["at once", (value: unknown) => value],
    ["later", async (value: unknown) => value],
  ])("answers by what a part returns %s", async (_, give) => {
    let ran = 0;
    const sent = async (of: MiddlewareParts): Promise<unknown> =>
      (await bench(() => ++ran, { scope: { middleware: [parts(of)] } }).request()).sent;
    expect(await sent({ before: () => give(reply(403, "no")) })).toMatchObject({ status: 403, text: '"no"' });
    expect(ran).toBe(0);
    expect(await sent({ after: () => give({ a: 1 }) })).toMatchObject({ status: 200, text: '{"a":1}' });
    expect(ran).toBe(1);
  });

  it.each([
    [
      "at once",
      (error: Error) => {
        throw error;
      },
    ],
    [
      "later",
      async (error: Error) => {
        throw error;
      },
    ],
  ])("fails as the error that a part throws %s", async (_, fails) => {
    const handled: string[] = [];
    const scope = (of: MiddlewareParts): Partial<RouterScope> => ({
      middleware: [parts(of)],
      errorHandlers: [{ on: HttpError, handler: ({ status }) => void handled.push(String(status)) }],
    });
    for (const part of ["before", "after"] as const) {
      const { request } = bench(() => 1, { scope: scope({ [part]: () => fails(new HttpError(409)) }) });
      expect((await request()).sent!.status).toBe(409);
    }
    expect(handled).toEqual(["409", "409"]);
  });

  it("lets the outer ones see what an inner one answered", async () => {
    const seen: number[] = [];
    const layers = [
      parts({ after: ({ response }) => void seen.push(response.status) }),
      parts({ before: () => HttpError.throw(429) }),
    ];
    await bench(() => 1, { scope: { middleware: layers } }).request();
    expect(seen).toEqual([429]);
  });

  it("of one name runs once: the nearest, in the place of the outermost", async () => {
    const log: string[] = [];
    const named = (name: string, word: string): Middleware =>
      parts({ name, before: () => void log.push(word) });
    const app = scopeOf({ middleware: [named("a", "a of app"), named("b", "b of app"), around(log, "app")] });
    const router = scopeOf({
      parent: app,
      middleware: [named("c", "c of router"), named("a", "a of router")],
    });
    const route = scopeOf({ parent: router, middleware: [named("a", "a of route")] });
    await bench(() => 1, { scope: route }).request();
    expect(log).toEqual(["a of route", "b of app", ">app", "c of router", "<app"]);
  });

  it("can be called as a function", async () => {
    const inner = parts({
      before: ({ request }) => (request.method === "POST" ? reply(403) : undefined),
      after: ({ response }) => response.headers.set("x-after", "1"),
    });
    const { request } = bench(() => 1, {
      scope: { middleware: [async (context, next) => inner(context, next)] },
    });
    expect((await request()).sent).toMatchObject({ status: 200, headers: { "x-after": "1" } });
    expect((await request({ method: "POST" })).sent).toMatchObject({ status: 403 });
  });
});

describe("a value whose then cannot be looked at", () => {
  const trap = (): object => ({
    get then() {
      throw new Error("trapped");
    },
  });
  it.each<[string, Middleware]>([
    ["before", middleware({ before: trap })],
    ["after", middleware({ after: trap })],
    ["a function", trap],
    ["a function that has called next", (_, next) => (void next(), trap())],
  ])("from %s is a logged 500", async (_, from) => {
    const { request, logger } = bench(() => 1, { scope: { middleware: [from] } });
    expect((await request()).sent).toMatchObject({ status: 500 });
    expect(logger.lines).toMatchObject([{ details: new Error("trapped") }]);
  });
});

describe("a middleware that is done", () => {
  it("cannot begin the rest any more", async () => {
    let late: (() => Promise<void>) | undefined;
    let runs = 0;
    const keeps: Middleware = (_, next) => {
      late = next;
      return reply(503);
    };
    const { request } = bench(() => ++runs, { scope: { middleware: [keeps] } });
    expect((await request()).sent!.status).toBe(503);
    expect(late).toThrow("called next() after it had answered");
    expect(runs).toBe(0);
  });
});

describe("the payload of a reply", () => {
  function watched(): { pieces: AsyncIterable<string>; returned: () => number } {
    let count = 0;
    const iterator = {
      next: async () => ({ done: false as const, value: "x" }),
      return: async () => {
        count++;
        return { done: true as const, value: undefined };
      },
    };
    return { pieces: { [Symbol.asyncIterator]: () => iterator }, returned: () => count };
  }
  const replacements: [string, (context: HandlerContext) => unknown][] = [
    ["a value", () => ({ a: 1 })],
    ["a reply", () => reply.text("x")],
    ["text", ({ response }) => void (response.payload = "x")],
    ["nothing", ({ response }) => void (response.payload = null)],
  ];
  it.each(replacements)("is told to stop when it is replaced by %s", async (_, after) => {
    const { pieces, returned } = watched();
    await bench(() => reply.stream(pieces), { scope: { middleware: [middleware({ after })] } }).request();
    expect(returned()).toBe(1);
  });

  it("goes on where another stream is put around it", async () => {
    const upper = async function* (pieces: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
      for await (const piece of pieces) yield String(piece).toUpperCase();
    };
    const source = async function* (): AsyncGenerator<string> {
      yield "a";
      yield "b";
    };
    const wraps = middleware({
      after: ({ response }) => void (response.payload = upper(response.payload as AsyncIterable<string>)),
    });
    const { request } = bench(() => reply.stream(source()), { scope: { middleware: [wraps] } });
    expect((await request()).sent!.text).toBe("AB");
  });
});
