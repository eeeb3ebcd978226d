import { describe, expect, it } from "vitest";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import type { ResponseHead } from "../http/response.ts";
import { response } from "../inputs/index.ts";
import { TestExchange } from "./exchange.fixture.ts";
import { bench, dep, scopeOf } from "./route.fixture.ts";

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));
interface Given {
  readonly res: ResponseHead;
}

describe("tasks of response().after", () => {
  it("run after the reply, one after the other, before the clean-ups; the plan waits for them", async () => {
    const log: string[] = [];
    const pool = dep(
      "pool",
      function* ({ res }: Given) {
        res.after(() => log.push("of the dependency"));
        yield 1;
        log.push("closed");
      },
      { input: { res: response() } },
    );
    const { plan } = bench(
      ({ res }: Given) => {
        res.after(async () => {
          await tick();
          log.push("slow");
          res.after(() => log.push("added by a task"));
        });
        res.after(() => log.push("quick"));
        return 1;
      },
      { input: { pool, res: response() } },
    );
    const exchange = new TestExchange();
    exchange.onEnd = () => log.push("end");
    await plan(exchange, []);
    expect(log).toEqual(["end", "of the dependency", "slow", "quick", "added by a task", "closed"]);
  });

  it("that fail are logged, and the others still run", async () => {
    const log: string[] = [];
    const { request, logger } = bench(
      ({ res }: Given) => {
        res.after(() => {
          throw new Error("a");
        });
        res.after(() => Promise.reject(new Error("b")));
        res.after(() => log.push("c"));
      },
      { input: { res: response() } },
    );
    expect((await request()).sent!.status).toBe(204);
    expect(log).toEqual(["c"]);
    expect(logger.lines.map(({ details }) => String(details))).toEqual(["Error: a", "Error: b"]);
  });

  it("wait for a stream, and are void when the request or its stream fails", async () => {
    const log: string[] = [];
    const run = async (result: () => unknown): Promise<void> => {
      const fn = ({ res }: Given): unknown => {
        res.after(() => log.push("task"));
        return result();
      };
      await bench(fn, { input: { res: response() } }).request();
    };
    await run(() =>
      reply.stream(
        (async function* () {
          await tick();
          yield "1";
          log.push("streamed");
        })(),
      ),
    );
    expect(log).toEqual(["streamed", "task"]);
    await run(() => HttpError.throw(404));
    await run(() =>
      reply.stream(
        (async function* () {
          yield "1";
          throw new Error("broke");
        })(),
      ),
    );
    expect(log).toEqual(["streamed", "task"]);
    await run(() => reply(404, "not found, but on purpose"));
    expect(log).toEqual(["streamed", "task", "task"]);
  });

  it("that an error handler adds do run", async () => {
    const log: string[] = [];
    const scope = scopeOf({
      errorHandlers: [{ on: 404, handler: (_, { response: res }) => res.after(() => log.push("told")) }],
    });
    await bench(() => HttpError.throw(404), { scope }).request();
    expect(log).toEqual(["told"]);
  });
});

describe("a driver that fails", () => {
  it("is asked to send a 500 instead, costs a line in the log, and clean-ups still run", async () => {
    const log: string[] = [];
    const pool = dep("pool", function* () {
      try {
        yield 1;
      } finally {
        log.push("closed");
      }
    });
    const { plan, logger } = bench(() => 1, { guards: [pool] });
    const exchange = new TestExchange();
    exchange.onEnd = () => {
      throw new Error("broken pipe");
    };
    await plan(exchange, []);
    expect(log).toEqual(["closed"]);
    expect(logger.lines.map(({ details }) => String(details))).toEqual(["Error: broken pipe"]);
    expect([exchange.ends, exchange.status, exchange.contentType]).toEqual([
      2,
      500,
      "application/problem+json",
    ]);
  });
});
