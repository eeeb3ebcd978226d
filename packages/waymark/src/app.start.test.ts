import { z } from "zod";
import { describe, expect, it, vi } from "vitest";
import { App, dependency, endpoint, query, Router } from "./index.ts";

const silent = { error() {}, warn() {} };
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

/** An application whose one route tells which of its pools answers; `log` says what became of each. */
function pooled(log: string[] = []) {
  let made = 0;
  const pool = dependency({ scope: "app" }, async function* () {
    const number = ++made;
    log.push(`open ${number}`);
    await turn();
    yield number;
    await turn();
    log.push(`close ${number}`);
  });
  const app = new App({ logger: silent });
  app.get(
    "/",
    endpoint({ input: { pool } }, ({ pool }) => pool),
  );
  const ask = async (): Promise<unknown> => (await app.request("/")).json();
  return { app, pool, ask, log };
}

describe("starting and stopping", () => {
  it("happens once for however many first requests", async () => {
    const { app, ask, log } = pooled();
    expect(await Promise.all(Array.from({ length: 20 }, ask))).toEqual(Array.from({ length: 20 }, () => 1));
    await app.stop();
    expect(log).toEqual(["open 1", "close 1"]);
  });

  it("takes turns: what is being cleaned up is not used again", async () => {
    const { app, ask, log } = pooled();
    await app.start();
    const stopped = app.stop();
    expect(await ask()).toBe(2);
    await stopped;
    await Promise.all([app.stop(), app.start(), app.stop(), app.stop()]);
    expect(log).toEqual(["open 1", "close 1", "open 2", "close 2", "open 3", "close 3"]);
  });

  it("a request that was waiting for a start that is stopped is still answered by it", async () => {
    const { app, ask, log } = pooled();
    const answer = ask();
    await app.stop();
    expect(await answer).toBe(1);
    expect(log).toEqual(["open 1", "close 1"]);
  });

  it("an override during a start holds from the next request on", async () => {
    const { app, pool, ask } = pooled();
    const before = ask();
    const override = app.override(pool, () => 99);
    expect(await ask()).toBe(99);
    await before;
    expect(await ask()).toBe(99);
    override[Symbol.dispose]();
    expect(await ask()).not.toBe(99);
    await app.stop();
  });

  it("is tried again after a failure", async () => {
    const connect = vi.fn(async () => "up").mockRejectedValueOnce(new Error("the database is down"));
    const app = new App({ logger: silent });
    app.get(
      "/",
      endpoint({ input: { database: dependency({ scope: "app" }, connect) } }, ({ database }) => database),
    );
    await expect(app.start()).rejects.toThrow("the database is down");
    expect(await (await app.request("/")).json()).toBe("up");
    expect(connect).toHaveBeenCalledTimes(2);
    expect((await app.fetch(new Request("http://localhost/"))).status).toBe(200);
  });

  it("starts nothing where a route cannot be compiled", async () => {
    const { app, ask, log } = pooled();
    const ambiguous = query(z.union([z.string(), z.array(z.string())]));
    app.get(
      "/ambiguous",
      endpoint({ name: "ambiguous", input: { ambiguous } }, () => 1),
    );
    await expect(ask()).rejects.toThrow(/ambiguous/);
    expect(log).toEqual([]);
  });

  it("costs no reply where the logger throws", async () => {
    const error = (): never => {
      throw new Error("the log is full");
    };
    const app = new App({ logger: { error, warn: error } });
    app.add({ method: "GET", path: "missing-slash", endpoint: () => 1 });
    expect((await app.fetch(new Request("http://localhost/"))).status).toBe(500);
  });

  it("keeps a shared router closed until the last application with it has stopped", async () => {
    const shared = new Router();
    shared.get("/one", () => 1);
    const [one, two] = [new App({ logger: silent }), new App({ logger: silent })];
    for (const app of [one, two]) app.include(shared);
    await Promise.all([one.start(), two.start(), two.start()]);
    await one.stop();
    expect(() => shared.get("/two", () => 2)).toThrow(/after the application started/);
    await two.stop();
    shared.get("/two", () => 2);
    expect(await (await one.request("/two")).json()).toBe(2);
  });
});
