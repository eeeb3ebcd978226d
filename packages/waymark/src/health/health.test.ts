import { afterEach, describe, expect, it, vi } from "vitest";
import { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import type { Logger } from "../logger.ts";
import { health, type HealthOptions } from "./health.ts";

afterEach(() => vi.useRealTimers());

function started(options: HealthOptions): { app: App; said: unknown[][] } {
  const said: unknown[][] = [];
  const logger: Logger = {
    error: (...each) => said.push(["error", ...each]),
    warn: (...each) => said.push(["warn", ...each]),
  };
  const app = new App({ logger });
  app.include(health(options));
  return { app, said };
}

async function ask(app: App, path = "/ready"): Promise<[status: number, body: unknown]> {
  const response = await app.request(path);
  expect(response.headers.get("cache-control")).toBe("no-store");
  return [response.status, await response.json()];
}

describe("liveness", () => {
  it("is 200 whatever else goes on", async () => {
    const { app } = started({ checks: { db: () => false } });
    app.draining = true;
    expect(await ask(app, "/health")).toEqual([200, { status: "ok" }]);
    expect((await app.request("HEAD /health")).status).toBe(200);
  });
});

describe("readiness", () => {
  it("is 200 while nothing speaks against it", async () => {
    expect(await ask(started({}).app)).toEqual([200, { status: "ready", checks: {} }]);
    const { app } = started({ checks: { db: async () => "pong", cache: () => undefined } });
    expect(await ask(app)).toEqual([200, { status: "ready", checks: { db: "ok", cache: "ok" } }]);
  });

  it("is 503 from the beginning of a stop", async () => {
    const check = vi.fn<() => void>();
    const { app } = started({ checks: { db: check } });
    app.draining = true;
    expect(await ask(app)).toEqual([503, { status: "draining" }]);
    expect(check).not.toHaveBeenCalled();
  });

  it("names the checks that fail, and nothing else of them", async () => {
    const failure = new Error("password hunter2 is wrong");
    const { app, said } = started({
      checks: { good: () => true, db: () => Promise.reject(failure), disk: () => false },
    });
    expect(await ask(app)).toEqual([
      503,
      { status: "unavailable", checks: { good: "ok", db: "failed", disk: "failed" } },
    ]);
    expect(said).toEqual([
      ["error", "the health check db failed", failure],
      ["error", "the health check disk failed"],
    ]);
  });

  it("does not wait for a check that hangs, nor starts it again", async () => {
    let release!: () => void;
    const hung = vi.fn<(signal: AbortSignal) => Promise<void>>(
      () => new Promise((resolve) => (release = resolve)),
    );
    const { app, said } = started({ checks: { db: hung }, timeout: 5, cacheFor: 0 });
    expect(await ask(app)).toEqual([503, { status: "unavailable", checks: { db: "timeout" } }]);
    expect(hung.mock.calls[0]![0].aborted).toBe(true);
    expect(await ask(app)).toEqual([503, { status: "unavailable", checks: { db: "timeout" } }]);
    expect(hung).toHaveBeenCalledTimes(1);
    expect(said).toEqual([["error", "the health check db took longer than 5 ms"]]);
    release();
    await vi.waitFor(() => expect(said).toHaveLength(2), 20_000);
    expect(said[1]).toEqual(["warn", "the health check db passes again"]);
  });

  it("is told once for each change", async () => {
    let good = false;
    const { app, said } = started({ checks: { db: () => good }, cacheFor: 0 });
    await ask(app);
    await ask(app);
    good = true;
    await ask(app);
    await ask(app);
    good = false;
    await ask(app);
    expect(said.map(([level]) => level)).toEqual(["error", "warn", "error"]);
  });

  it("keeps a verdict for a moment, and runs a check once for probes at one time", async () => {
    const check = vi.fn<() => Promise<void>>(async () => undefined);
    const { app } = started({ checks: { db: check }, cacheFor: 60_000 });
    await Promise.all([ask(app), ask(app), ask(app)]);
    await ask(app);
    expect(check).toHaveBeenCalledTimes(1);
  });

  it("runs checks side by side", async () => {
    const log: string[] = [];
    let meet!: () => void;
    const both = new Promise<void>((resolve) => (meet = resolve));
    const { app } = started({
      checks: {
        a: async () => (log.push("a"), both),
        b: async () => (log.push("b"), meet()),
      },
    });
    expect((await ask(app))[0]).toBe(200);
    expect(log).toEqual(["a", "b"]);
  });

  it("gives checks what lives with the application, overrides included", async () => {
    const database = dependency({ scope: "app" }, () => ({ ping: (): boolean => true }));
    const ping = dependency({ input: { db: database } }, ({ db }) => db.ping());
    const { app } = started({ checks: { ping, again: ping } });
    expect(await ask(app)).toEqual([200, { status: "ready", checks: { ping: "ok", again: "ok" } }]);
    const other = started({ checks: { ping } }).app;
    using _ = other.override(database, () => ({ ping: () => false }));
    expect(await ask(other)).toEqual([503, { status: "unavailable", checks: { ping: "failed" } }]);
  });

  it("has a verdict of its own for each application", async () => {
    const router = health({
      checks: {
        db: dependency(
          { input: { db: dependency({ scope: "app" }, () => ids.next().value) } },
          ({ db }) => db === 1,
        ),
      },
      cacheFor: 60_000,
    });
    const ids = [1, 2].values();
    const [one, two] = [
      new App({ logger: console }),
      new App({ logger: { error: () => undefined, warn: () => undefined } }),
    ];
    for (const app of [one, two]) app.include(router);
    expect([(await ask(one))[0], (await ask(two))[0]]).toEqual([200, 503]);
  });
});

describe("options", () => {
  it("say where they are, and whether the document has them", async () => {
    const app = new App();
    app.include(health({ path: "/livez", ready: "/readyz", hidden: false }), { prefix: "/internal" });
    expect(Object.keys(app.openapi().paths)).toEqual(["/internal/livez", "/internal/readyz"]);
    const { app: bare } = started({ path: false });
    expect(bare.openapi().paths).toEqual({});
    expect((await bare.request("/health")).status).toBe(404);
  });

  it("refuse a check that needs a request", () => {
    const perRequest = dependency({}, () => 1);
    const check = dependency({ input: { perRequest } }, () => true);
    expect(() => health({ checks: { check } })).toThrow(
      "the check 'check' uses 'perRequest', which does not live with the application",
    );
    expect(() => health({ checks: { check: true as never } })).toThrow("the check 'check' is no function");
  });
});
