import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import type { Middleware } from "../http/handlers.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { request as requestInput, response as responseInput } from "../inputs/index.ts";
import { middleware } from "../middleware/middleware.ts";
import { timeout } from "../middleware/timeout.ts";
import { jsonOf, TestExchange } from "./exchange.fixture.ts";
import { bench, dep, type Bench, type RouteFixture } from "./route.fixture.ts";

/** Something that takes until it is told. */
function pending<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((give, fail) => {
    resolve = give;
    reject = fail;
  });
  return { promise, resolve, reject };
}

/** A route that may take 20 ms. */
const limited = (fn: (values: any) => unknown, { scope, ...fixture }: RouteFixture = {}): Bench =>
  bench(fn, { ...fixture, scope: { ...scope, middleware: [...(scope?.middleware ?? []), timeout(20)] } });

describe("a function in time", () => {
  it("answers as if there were no limit", async () => {
    const { request } = limited(
      async ({ response }) => {
        response.headers.set("x-a", "1");
        response.cookies.set("c", "1");
        return { a: 1 };
      },
      { input: { response: responseInput() }, status: 201 },
    );
    const exchange = await request();
    expect(exchange.sent).toEqual({
      status: 201,
      headers: {
        "content-type": "application/json",
        "x-a": "1",
        "set-cookie": "c=1; Path=/; HttpOnly; SameSite=Lax",
      },
      text: '{"a":1}',
    });
    expect(exchange.aborted).toBe(false);
  });

  it("makes no promise and no timer where it is synchronous", () => {
    const timer = vi.spyOn(globalThis, "setTimeout");
    const exchange = new TestExchange();
    expect(limited(() => 1).plan(exchange, [])).toBeUndefined();
    expect(timer).not.toHaveBeenCalled();
    expect(jsonOf(exchange)).toBe(1);
    timer.mockRestore();
  });

  it("leaves no timer behind", async () => {
    const cleared = vi.spyOn(globalThis, "clearTimeout");
    await limited(async () => 1).request();
    expect(cleared).toHaveBeenCalledTimes(1);
    cleared.mockRestore();
  });

  it("keeps its tasks, its clean-ups and their order", async () => {
    const log: string[] = [];
    const held = dep("held", async function* () {
      log.push("open");
      yield 1;
      log.push("close");
    });
    const outer: Middleware = async ({ response }, next) => {
      response.after(() => log.push("outer task"));
      await next();
    };
    const { plan } = limited(
      async ({ response }) => {
        response.after(() => log.push("task"));
      },
      { input: { response: responseInput() }, guards: [held], scope: { middleware: [outer] } },
    );
    const exchange = new TestExchange();
    exchange.onEnd = () => log.push("end");
    await plan(exchange, []);
    expect(log).toEqual(["open", "end", "outer task", "task", "close"]);
  });

  it("may fail, and loses its tasks with that", async () => {
    const log: string[] = [];
    const { request } = limited(
      async ({ response }) => {
        response.after(() => log.push("task"));
        throw new HttpError(409);
      },
      { input: { response: responseInput() } },
    );
    expect((await request()).sent!.status).toBe(409);
    expect(log).toEqual([]);
  });

  it("may begin a stream that takes longer", async () => {
    const slow = async function* (): AsyncGenerator<string> {
      yield "a";
      await wait(60);
      yield "b";
    };
    const { request } = limited(async () => reply.stream(slow()));
    expect((await request()).sent).toMatchObject({ status: 200, text: "ab" });
  });
});

describe("a function that takes too long", () => {
  it("is answered 503, and told so by its signal", async () => {
    let reason: unknown;
    const { request, logger } = limited(
      async ({ request: { signal } }) => {
        await wait(1000, undefined, { signal }).catch(() => undefined);
        reason = signal.reason;
        throw signal.reason;
      },
      { input: { request: requestInput() } },
    );
    const exchange = await request();
    expect(jsonOf(exchange)).toMatchObject({ status: 503, detail: "The reply took too long to make." });
    expect(reason).toBeInstanceOf(HttpError);
    expect(logger.lines).toEqual([]);
  });

  it("changes nothing of the reply any more: status, fields, cookies, body", async () => {
    const gate = pending<void>();
    const { plan, logger } = limited(
      async ({ response }) => {
        await gate.promise;
        response.status = 201;
        response.headers.set("x-late", "1");
        response.cookies.set("late", "1");
        return { late: true };
      },
      { input: { response: responseInput() }, scope: { middleware: [slowOut(gate)] } },
    );
    const exchange = new TestExchange();
    await plan(exchange, []);
    expect(exchange.sent!.headers).toEqual({ "content-type": "application/problem+json", "x-out": "503" });
    expect(jsonOf(exchange)).toMatchObject({ status: 503 });
    expect(exchange.ends).toBe(1);
    expect(logger.lines).toEqual([
      {
        level: "warn",
        message: expect.stringMatching(/discarded a reply of status 201, which took \d+ ms/),
        details: undefined,
      },
    ]);
  });

  it("is waited for before the request is over, and its dependencies see the error", async () => {
    const log: string[] = [];
    const gate = pending<void>();
    const held = dep("held", async function* () {
      try {
        yield 1;
      } catch (error) {
        log.push(`closed by ${(error as HttpError).status}`);
        throw error;
      }
    });
    const { plan } = limited(
      async () => {
        await gate.promise;
        log.push("done");
      },
      { guards: [held] },
    );
    const exchange = new TestExchange();
    exchange.onEnd = () => {
      log.push("sent");
      gate.resolve();
    };
    await plan(exchange, []);
    expect(log).toEqual(["sent", "done", "closed by 503"]);
  });

  it("may end with an error, which is logged and answers nobody", async () => {
    const gate = pending<void>();
    const { plan, logger } = limited(() => gate.promise);
    const exchange = new TestExchange();
    exchange.onEnd = () => gate.reject(new Error("too late to matter"));
    await plan(exchange, []);
    expect(exchange.ends).toBe(1);
    expect(logger.lines.map(({ details }) => String(details))).toContain("Error: too late to matter");
  });

  it("may give a stream, which is told to stop", async () => {
    const gate = pending<void>();
    let returned = 0;
    const pieces = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false as const, value: "x" }),
        return: async () => {
          returned++;
          return { done: true as const, value: undefined };
        },
      }),
    };
    const { plan } = limited(async () => {
      await gate.promise;
      return reply.stream(pieces);
    });
    const exchange = new TestExchange();
    exchange.onEnd = () => gate.resolve();
    await plan(exchange, []);
    expect(returned).toBe(1);
  });

  it("is answered by the error handlers around the timeout", async () => {
    const { request } = limited(() => wait(60), {
      scope: { errorHandlers: [{ on: 503, handler: () => reply(503, "slow") }] },
    });
    expect((await request()).sent).toMatchObject({ status: 503, text: '"slow"' });
  });
});

describe("what lies inside of a timeout", () => {
  it("sees one and the same request", async () => {
    const seen = new WeakSet<object>();
    const remembers = middleware({ before: ({ request }) => void seen.add(request) });
    const { request } = bench(({ request: inner }) => ({ same: seen.has(inner), id: inner.id }), {
      input: { request: requestInput() },
      scope: {
        middleware: [
          remembers,
          timeout(1000),
          middleware({ before: ({ request: each }) => void (each["~exchange"].id = "set inside") }),
        ],
      },
    });
    expect(jsonOf(await request())).toEqual({ same: true, id: "set inside" });
  });
});

/** On its way out it lets the function go on, and waits for that. */
function slowOut(gate: { resolve: (value: void) => void }): Middleware {
  return async ({ response }, next) => {
    await next();
    gate.resolve();
    await wait(10);
    response.headers.set("x-out", String(response.status));
  };
}
