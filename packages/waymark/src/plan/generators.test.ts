import { describe, expect, it } from "vitest";
import { z } from "zod";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { query } from "../inputs/index.ts";
import { jsonOf, TestExchange } from "./exchange.fixture.ts";
import { bench, dep } from "./route.fixture.ts";

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A dependency that notes when it is set up, what it sees at its yield, and when it is cleaned up. */
function noting(log: string[], name: string, contract: object = {}) {
  return dep(
    name,
    function* () {
      log.push(`+${name}`);
      try {
        yield name;
        log.push(`-${name}`);
      } catch (error) {
        log.push(`!${name} ${(error as Error).message}`);
        throw error;
      }
    },
    contract,
  );
}

/** The same, asynchronous in everything it does. */
function notingSlowly(log: string[], name: string, ticks: number, contract: object = {}) {
  return dep(
    name,
    async function* () {
      for (let i = 0; i < ticks; i++) await tick();
      log.push(`+${name}`);
      try {
        yield name;
        await tick();
        log.push(`-${name}`);
      } catch (error) {
        await tick();
        log.push(`!${name} ${(error as Error).message}`);
        throw error;
      }
    },
    contract,
  );
}

describe("generators", () => {
  it("are cleaned up in reverse, after the reply was handed over, without a promise where none is needed", () => {
    const log: string[] = [];
    const { plan } = bench((values) => log.push(`f ${values.a}${values.b}`), {
      input: { a: noting(log, "a"), b: noting(log, "b") },
    });
    const exchange = new TestExchange();
    exchange.onEnd = () => log.push("end");
    expect(plan(exchange, [])).toBeUndefined();
    expect(log).toEqual(["+a", "+b", "f ab", "end", "-b", "-a"]);
  });

  it("are cleaned up one after the other, in reverse of reaching the yield", async () => {
    const log: string[] = [];
    const input = { a: notingSlowly(log, "a", 3), b: notingSlowly(log, "b", 1), c: noting(log, "c") };
    const { request } = bench(() => 1, { input });
    await request();
    expect(log).toEqual(["+c", "+b", "+a", "-a", "-b", "-c"]);
  });

  it("of a streamed reply wait for its end", async () => {
    const log: string[] = [];
    const pieces = async function* () {
      yield "1";
      await tick();
      log.push("streamed");
    };
    const { request } = bench(() => reply.stream(pieces(), "text/plain"), { input: { a: noting(log, "a") } });
    expect((await request()).sent!.text).toBe("1");
    expect(log).toEqual(["+a", "streamed", "-a"]);
  });

  it("see the error of a stream that fails", async () => {
    const log: string[] = [];
    const pieces = async function* () {
      yield "1";
      throw new Error("broke");
    };
    const { request, logger } = bench(() => reply.stream(pieces()), { input: { a: noting(log, "a") } });
    await request();
    expect(log).toEqual(["+a", "!a broke"]);
    expect(logger.lines).toHaveLength(1);
  });

  it("are cleaned up for an invalid request whose guard had opened them", async () => {
    const log: string[] = [];
    const { request } = bench(() => 1, { guards: [noting(log, "guard")], input: { n: query(z.int()) } });
    const exchange = await request({ search: "n=x" });
    expect(exchange.sent!.status).toBe(422);
    expect(log).toEqual(["+guard", "!guard The request does not fit what this operation takes."]);
  });
});

describe("an error at the yield", () => {
  it("is seen by every generator, latest first, before the reply is made", async () => {
    const log: string[] = [];
    const { plan } = bench(() => HttpError.throw(404, "nothing"), {
      input: { a: notingSlowly(log, "a", 1), b: noting(log, "b") },
    });
    const exchange = new TestExchange();
    exchange.onEnd = () => log.push("end");
    await plan(exchange, []);
    expect(log).toEqual(["+b", "+a", "!a nothing", "!b nothing", "end"]);
    expect(jsonOf(exchange).detail).toBe("nothing");
  });

  it("is replaced by another that one throws, for those after it too", async () => {
    const log: string[] = [];
    const replaces = dep("replaces", function* () {
      try {
        yield 1;
      } catch (error) {
        throw new HttpError(409, "replaced", { cause: error });
      }
    });
    const { request, logger } = bench(
      () => {
        throw new Error("inner");
      },
      { input: { a: noting(log, "a"), replaces, b: noting(log, "b") } },
    );
    expect(jsonOf(await request())).toMatchObject({ status: 409, detail: "replaced" });
    expect(log).toEqual(["+a", "+b", "!b inner", "!a replaced"]);
    expect(logger.lines).toEqual([]);
  });

  it("is not swallowed", async () => {
    const swallows = dep("swallows", async function* () {
      try {
        yield 1;
      } catch {
        // as if nothing had happened
      }
    });
    const { request, logger } = bench(() => HttpError.throw(404), { input: { swallows } });
    expect((await request()).sent!.status).toBe(404);
    expect(logger.lines).toEqual([]);
  });
});

describe("a generator that is wrong", () => {
  it("without a yield is an error naming it", async () => {
    const none = dep("none", async function* () {});
    const { request, logger } = bench(() => 1, { input: { none } });
    expect((await request()).sent!.status).toBe(500);
    expect(String(logger.lines[0]!.details)).toContain(
      "dependency none is a generator that returned without a yield",
    );
  });

  it("with a second yield is logged and returned", async () => {
    const log: string[] = [];
    const twice = dep("twice", function* () {
      try {
        yield 1;
        yield 2;
        log.push("never");
      } finally {
        log.push("returned");
      }
    });
    const { request, logger } = bench(() => 1, { input: { twice } });
    expect((await request()).sent!.status).toBe(200);
    expect(log).toEqual(["returned"]);
    expect(logger.lines.map(({ message }) => message)).toEqual([
      "GET /: dependency twice yielded a second time; one yield parts set-up from clean-up",
    ]);
  });

  it("whose clean-up throws is logged, and the others still run", async () => {
    const log: string[] = [];
    const bad = (name: string, wait: boolean) =>
      dep(name, async function* () {
        yield 1;
        if (wait) await tick();
        throw new Error(name);
      });
    const input = { a: noting(log, "a"), b: bad("b", true), c: bad("c", false), d: noting(log, "d") };
    const { request, logger } = bench(() => 1, { input });
    expect((await request()).sent!.status).toBe(200);
    expect(log).toEqual(["+a", "+d", "-d", "-a"]);
    expect(logger.lines.map(({ details }) => (details as Error).message).toSorted()).toEqual(["b", "c"]);
  });

  it("that fails before its yield is not cleaned up, the others are", async () => {
    const log: string[] = [];
    const bad = dep("bad", function* () {
      log.push("+bad");
      HttpError.throw(503);
      yield 1;
    });
    const { request } = bench(() => 1, { input: { a: noting(log, "a"), bad, b: noting(log, "b") } });
    const exchange = await request();
    expect(exchange.sent!.status).toBe(503);
    expect(log).toEqual(["+a", "+bad", "!a HTTP 503"]);
  });
});

describe('cleanup: "before-reply"', () => {
  const early = { cleanup: "before-reply" };

  it("runs after the function and before the reply, the others after it", async () => {
    const log: string[] = [];
    const input = { a: noting(log, "a", early), b: noting(log, "b"), c: notingSlowly(log, "c", 1, early) };
    const { plan } = bench(() => log.push("f"), { input });
    const exchange = new TestExchange();
    exchange.onEnd = () => log.push("end");
    await plan(exchange, []);
    expect(log).toEqual(["+a", "+b", "+c", "f", "-c", "-a", "end", "-b"]);
  });

  it("makes its failure the reply, shown to those still open", async () => {
    const log: string[] = [];
    const commit = dep(
      "commit",
      function* () {
        yield 1;
        throw new HttpError(409, "conflict");
      },
      early,
    );
    const input = { a: noting(log, "a", early), b: noting(log, "b"), commit, c: noting(log, "c", early) };
    const { request } = bench(() => ({ ok: true }), { input });
    expect(jsonOf(await request())).toMatchObject({ status: 409, detail: "conflict" });
    expect(log).toEqual(["+a", "+b", "+c", "-c", "!b conflict", "!a conflict"]);
  });

  it("takes what the reply said of itself back, and keeps what was set before", async () => {
    const commit = dep(
      "commit",
      function* () {
        yield 1;
        throw new HttpError(409);
      },
      early,
    );
    const told: string[] = [];
    const over = { done: true, value: undefined } as const;
    const pieces: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => over,
        return: async () => {
          told.push("returned");
          return over;
        },
      }),
    };
    const { request } = bench(
      () =>
        reply.stream(pieces, "text/csv", {
          status: 201,
          headers: { "cache-control": "public", "x-a": "1" },
        }),
      { input: { commit } },
    );
    const exchange = await request();
    expect(exchange.sent!.status).toBe(409);
    expect(exchange.sent!.headers).toEqual({ "content-type": "application/problem+json" });
    expect(told).toEqual(["returned"]);
  });

  it("comes after the result was found to be a good one", async () => {
    const log: string[] = [];
    const { request } = bench(() => ({ n: "x" }), {
      output: z.object({ n: z.number() }),
      input: { a: noting(log, "a", early) },
    });
    expect((await request()).sent!.status).toBe(500);
    expect(log[1]).toMatch(/^!a the result is not what output says/);
  });

  it("holds for what uses it too, which could not outlive it", async () => {
    const log: string[] = [];
    const transaction = noting(log, "transaction", early);
    const store = noting(log, "store", { input: { transaction } });
    const { plan } = bench(() => 1, { input: { store } });
    const exchange = new TestExchange();
    exchange.onEnd = () => log.push("end");
    await plan(exchange, []);
    expect(log).toEqual(["+transaction", "+store", "-store", "-transaction", "end"]);
  });
});
