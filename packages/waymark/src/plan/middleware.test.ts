import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Middleware } from "../http/handlers.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { query } from "../inputs/index.ts";
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
