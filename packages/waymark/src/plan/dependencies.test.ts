import { describe, expect, it } from "vitest";
import { z } from "zod";
import { HttpError } from "../http/http-error.ts";
import { query, request } from "../inputs/index.ts";
import { jsonOf, TestExchange } from "./exchange.fixture.ts";
import { bench, dep } from "./route.fixture.ts";

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("dependencies", () => {
  it("give their values to those that use them and to the function", async () => {
    const a = dep("a", () => 1);
    const b = dep("b", (values) => (values.a as number) + 1, { input: { a } });
    const { plan } = bench((values) => [values.a, values.b], { input: { b, a } });
    const exchange = new TestExchange();
    expect(plan(exchange, [])).toBeUndefined();
    expect(jsonOf(exchange)).toEqual([1, 2]);
  });

  it("run once a request, however many use them, and again for the next request", async () => {
    let runs = 0;
    const shared = dep("shared", () => ++runs);
    const left = dep("left", (values) => values.shared as number, { input: { shared } });
    const right = dep("right", async (values) => values.shared as number, { input: { shared } });
    const { request: send } = bench(({ left: l, right: r, shared: s }) => [l, r, s], {
      input: { left, right, shared },
    });
    expect(jsonOf(await send())).toEqual([1, 1, 1]);
    expect(jsonOf(await send())).toEqual([2, 2, 2]);
  });

  it("do not run for an invalid request", async () => {
    let runs = 0;
    const { request: send } = bench(() => 1, { input: { a: dep("a", () => ++runs), n: query(z.int()) } });
    expect((await send({ search: "n=x" })).sent!.status).toBe(422);
    expect(runs).toBe(0);
  });

  it("run together when independent, and wait for those they use", async () => {
    const order: string[] = [];
    const slow = (name: string, ticks: number, input: object = {}) =>
      dep(
        name,
        async () => {
          order.push(name);
          for (let i = 0; i < ticks; i++) await tick();
          order.push(`${name}.`);
          return name;
        },
        { input },
      );
    const a = slow("a", 3);
    const b = slow("b", 1);
    const c = slow("c", 1, { a });
    const d = slow("d", 1, { b });
    const sync = dep("sync", () => order.push("sync"));
    const { request: send } = bench(() => 1, { input: { a, b, c, d, sync } });
    await send();
    expect(order).toEqual(["a", "b", "sync", "b.", "d", "d.", "a.", "c", "c."]);
  });

  it("take promises as values only through await", async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- as query builders are
    const rows = dep("rows", () => ({ then: (give: (value: string) => void) => give("rows") }));
    const map = dep("map", () => new Map([[1, 2]]).entries());
    const { request: send } = bench(({ rows: r, map: m }) => [r, [...m]], { input: { rows, map } });
    expect(jsonOf(await send())).toEqual(["rows", [[1, 2]]]);
  });
});

describe("the first failure", () => {
  it("is the reply, aborts the signal, and lets nothing dependent start", async () => {
    const ran: string[] = [];
    const bad = dep("bad", async () => {
      await tick();
      throw new HttpError(409, "first");
    });
    const sibling = dep(
      "sibling",
      async ({ req }) => {
        await new Promise((resolve) => req.signal.addEventListener("abort", resolve));
        ran.push("sibling saw it");
        throw new Error("second");
      },
      { input: { req: request() } },
    );
    const child = dep("child", () => ran.push("child"), { input: { bad } });
    const other = dep("other", () => ran.push("other"), { input: { sibling } });
    const { request: send, logger } = bench(() => ran.push("function"), {
      input: { bad, sibling, child, other },
    });
    const exchange = await send();
    expect(jsonOf(exchange)).toMatchObject({ status: 409, detail: "first" });
    expect(exchange.signal.aborted).toBe(true);
    expect(exchange.signal.reason).toMatchObject({ detail: "first" });
    expect(ran).toEqual(["sibling saw it"]);
    expect(logger.lines.map(({ details }) => String(details))).toEqual(["Error: second"]);
  });

  it("is not logged again when siblings pass it on", async () => {
    const bad = dep("bad", () => Promise.reject(new HttpError(409)));
    const passes = dep(
      "passes",
      ({ req }) =>
        new Promise((_, reject) =>
          req.signal.addEventListener("abort", () => reject(req.signal.reason as Error)),
        ),
      { input: { req: request() } },
    );
    const { request: send, logger } = bench(() => 1, { input: { passes, bad } });
    expect((await send()).sent!.status).toBe(409);
    expect(logger.lines).toEqual([]);
  });

  it("of a synchronous one stops those after it, and waits for those before it", async () => {
    const ran: string[] = [];
    const slow = dep("slow", async () => {
      await tick();
      ran.push("slow is done");
    });
    const bad = dep("bad", () => HttpError.throw(400));
    const never = dep("never", () => ran.push("never"));
    const { request: send } = bench(() => 1, { input: { slow, bad, never } });
    expect((await send()).sent!.status).toBe(400);
    expect(ran).toEqual(["slow is done"]);
  });
});

describe("a client that goes away", () => {
  it("before anything ran, lets nothing run", async () => {
    const ran: string[] = [];
    const { plan, logger } = bench(() => ran.push("function"), {
      guards: [dep("guard", () => ran.push("guard"))],
    });
    const exchange = new TestExchange();
    exchange.abort();
    await plan(exchange, []);
    expect(ran).toEqual([]);
    expect(exchange.ends).toBe(1);
    expect(exchange.status).toBe(499);
    expect(logger.lines).toEqual([]);
  });

  it("while dependencies run, keeps the rest and the function from running, and cleans up", async () => {
    const ran: string[] = [];
    const exchange = new TestExchange();
    const pool = dep("pool", async function* () {
      await tick();
      ran.push("open");
      try {
        yield 1;
      } catch (error) {
        ran.push((error as Error).name);
      } finally {
        ran.push("close");
      }
    });
    const leaves = dep("leaves", async () => {
      exchange.abort();
    });
    const child = dep("child", () => ran.push("child"), { input: { leaves } });
    const { plan, logger } = bench(() => ran.push("function"), { input: { pool, leaves, child } });
    await plan(exchange, []);
    expect(ran).toEqual(["open", "ClientGone", "close"]);
    expect(logger.lines).toEqual([]);
  });

  it("between a guard and the rest, stops there", async () => {
    const ran: string[] = [];
    const exchange = new TestExchange({ body: "1" });
    const guard = dep("guard", async () => exchange.abort());
    const { plan } = bench(() => ran.push("function"), {
      guards: [guard],
      input: { a: dep("a", () => ran.push("a")) },
    });
    await plan(exchange, []);
    expect(ran).toEqual([]);
  });

  it("is no error to log when the function fails by the signal", async () => {
    const exchange = new TestExchange();
    const { plan, logger } = bench(
      async ({ req }) => {
        exchange.abort(new DOMException("gone", "AbortError"));
        req.signal.throwIfAborted();
      },
      { input: { req: request() } },
    );
    await plan(exchange, []);
    expect(exchange.status).toBe(499);
    expect(logger.lines).toEqual([]);
  });

  it("does not hide an error of the function", async () => {
    const exchange = new TestExchange();
    const { plan, logger } = bench(async () => {
      exchange.abort();
      throw new TypeError("a fault");
    });
    await plan(exchange, []);
    expect(logger.lines.map(({ details }) => String(details))).toEqual(["TypeError: a fault"]);
  });
});
