import { Agent, get } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { Router } from "../routing/router.ts";
import { serve, type ServerName } from "../server/serve.ts";
import { appWith } from "./app.fixture.ts";
import { timeout } from "./timeout.ts";

describe("a timeout", () => {
  it("answers 503 as a problem, and with the header fields from outside", async () => {
    const app = appWith([
      async ({ response }, next) => {
        response.headers.set("x-outside", "1");
        await next();
      },
      timeout(10),
    ]);
    app.get("/slow", () => wait(100, "late"));
    const response = await app.request("/slow");
    expect([response.status, response.headers.get("x-outside")]).toEqual([503, "1"]);
    expect(await response.json()).toEqual({
      type: "about:blank",
      title: "Service Unavailable",
      status: 503,
      detail: "The reply took too long to make.",
    });
  });

  it("counts what the function does before it waits", async () => {
    vi.useFakeTimers();
    try {
      const app = appWith([timeout(30)]);
      app.get("/slow", () => {
        vi.advanceTimersByTime(25);
        return new Promise((resolve) => setTimeout(resolve, 15, "late"));
      });
      const response = app.request("/slow");
      await vi.advanceTimersByTimeAsync(15);
      expect((await response).status).toBe(503);
    } finally {
      vi.useRealTimers();
    }
  });

  it("on a route or a router takes the place of that of the app, longer or shorter", async () => {
    const app = appWith([timeout(30)]);
    const slow = () => wait(60, "done");
    app.get("/a", slow);
    app.get("/b", slow, { middleware: [timeout(5000)] });
    const patient = new Router({ prefix: "/patient", middleware: [timeout(5000)] });
    patient.get("/a", slow);
    patient.get("/b", slow, { middleware: [timeout(5)] });
    app.include(patient);
    const statuses = await Promise.all(
      ["/a", "/b", "/patient/a", "/patient/b"].map(async (path) => (await app.request(path)).status),
    );
    expect(statuses).toEqual([503, 200, 200, 503]);
  });

  it("answers for an error handler that hangs, after as long again", async () => {
    const app = appWith([timeout(10)]);
    app.onError(503, () => new Promise(() => undefined));
    app.get("/slow", () => wait(100));
    const response = await app.request("/slow");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ detail: "The reply took too long to make." });
  });

  it("lets an error handler answer in its place", async () => {
    const app = appWith([timeout(10)]);
    app.onError(503, () => wait(1, { later: true }));
    app.get("/slow", () => wait(100));
    const response = await app.request("/slow");
    expect([response.status, await response.json()]).toEqual([503, { later: true }]);
  });

  it("is in the document", () => {
    const app = appWith([timeout(1000)], { openapi: "/openapi.json" });
    app.get("/a", () => 1);
    expect(app.openapi().paths["/a"]!.get!.responses["503"]).toMatchObject({
      description: "The reply took too long to make",
    });
  });

  it.each([0, -1, Number.NaN, Infinity, 2 ** 31, "10"])("cannot be %s", (milliseconds) => {
    expect(() => timeout(milliseconds as number)).toThrow("timeout takes milliseconds");
  });

  it("cannot be called as a function: it would limit nothing", async () => {
    const app = appWith([(context, next) => timeout(10)(context, next)]);
    app.get("/", () => 1);
    expect((await app.request("/")).status).toBe(500);
  });
});

describe.each<ServerName>(["wire", "node-http"])("a timeout on %s", (server) => {
  it("leaves the connection to the next request while the function still runs", async () => {
    const log: string[] = [];
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    const app = appWith([timeout(20)]);
    app.get("/slow", async () => {
      await released;
      log.push("slow ended");
      return "late";
    });
    app.get("/release", () => {
      log.push("released");
      release();
      return "ok";
    });
    const running = await serve(app, { port: 0, host: "127.0.0.1", signals: false, server, drainTime: 0 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (path: string): Promise<string> =>
      new Promise((resolve, reject) => {
        get({ port: running.port, host: "127.0.0.1", path, agent }, (response) => {
          let text = "";
          response
            .on("data", (chunk) => (text += chunk))
            .on("end", () => resolve(`${response.statusCode} ${text}`));
        }).on("error", reject);
      });
    expect(await ask("/slow")).toMatch(/^503 /);
    expect(await ask("/release")).toBe('200 "ok"');
    expect(await ask("/release")).toBe('200 "ok"');
    agent.destroy();
    await running.close();
    expect(log.toSorted()).toEqual(["released", "released", "slow ended"]);
  });
});
