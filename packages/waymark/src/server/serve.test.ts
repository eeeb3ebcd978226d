import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { answering, gate, type Answer } from "./answering.fixture.ts";
import type { ServableApp } from "./application.ts";
import { TEST_CERTIFICATE } from "./certificate.fixture.ts";
import { RawClient } from "./raw-client.fixture.ts";
import { type Running, serve } from "./serve.ts";

const running: Running[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.close();
});

interface Watched extends ServableApp {
  readonly events: string[];
}
const watched = (answer: Answer = () => undefined): Watched => {
  const events: string[] = [];
  return {
    ...answering(answer),
    events,
    start: async () => void events.push("start"),
    stop: async () => void events.push("stop"),
  };
};
const up = async (app: ServableApp, options: Parameters<typeof serve>[1] = {}): Promise<Running> => {
  const server = await serve(app, { port: 0, signals: false, ...options });
  running.push(server);
  return server;
};

describe("serve", () => {
  test("starts the application, listens on this machine alone, and says where", async () => {
    const app = watched();
    const server = await up(app);
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    expect(server.address).toBe("127.0.0.1");
    expect((await fetch(server.url)).status).toBe(200);
    expect(app.events).toEqual(["start"]);
    await server.close();
    await server.close();
    expect(app.events).toEqual(["start", "stop"]);
  });

  test("an application needs no lifecycle", async () => {
    const { handle } = answering(() => undefined);
    expect((await fetch((await up({ handle })).url)).status).toBe(200);
  });

  test("every interface is opened as localhost, and a certificate makes it https", async () => {
    const server = await up(watched(), { host: "0.0.0.0", tls: TEST_CERTIFICATE });
    expect(server.url).toBe(`https://localhost:${server.port}`);
  });

  test("an application that does not start is not served", async () => {
    const app: ServableApp = { ...watched(), start: () => Promise.reject(new Error("no database")) };
    await expect(up(app)).rejects.toThrow("no database");
  });

  test("a port that is taken: what to do, the code kept, and the application stopped again", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const app = watched();
    try {
      await expect(up(app, { port })).rejects.toMatchObject({
        code: "EADDRINUSE",
        message: expect.stringMatching(
          new RegExp(
            `Port ${port} of 127.0.0.1 is taken.*another port: serve\\(app, \\{ port: ${port + 1} \\}\\)`,
          ),
        ),
      });
      expect(app.events).toEqual(["start", "stop"]);
    } finally {
      taken.close();
    }
  });

  test("an address that is not ours says so", async () => {
    await expect(up(watched(), { host: "192.0.2.1" })).rejects.toMatchObject({
      code: "EADDRNOTAVAIL",
      message: expect.stringContaining("no address of this machine"),
    });
  });

  test("the server of another runtime is refused, before the application starts", async () => {
    const app = watched();
    await expect(up(app, { server: "bun" })).rejects.toThrow("There is no server 'bun' on Node");
    expect(app.events).toEqual([]);
  });

  test("an option that does not exist is refused, before the application starts", async () => {
    const app = watched();
    await expect(up(app, { prt: 1 } as object)).rejects.toThrow(/'prt' is not an option of serve[^]*'port'/);
    expect(app.events).toEqual([]);
  });

  test("says on a diagnostics channel that it was called", async () => {
    const calls: unknown[] = [];
    const listener = (message: unknown): void => void calls.push(message);
    subscribe("waymark.serve", listener);
    const app = watched();
    const server = await up(app);
    unsubscribe("waymark.serve", listener);
    expect(calls).toMatchObject([{ app }]);
    expect(await (calls[0] as { server: Promise<Running> }).server).toBe(server);
  });
});

describe("stopping", () => {
  test.each(["wire", "node-http"] as const)(
    "%s: at a handover nobody new is let in, who is there is served, and readiness stays",
    async (server) => {
      const app = watched((exchange) => {
        exchange.payload = "served";
      });
      const running = await up(app, { server });
      const client = new RawClient(running.port).write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      await client.until(/served/);
      const closed = running.close({ handover: true, drainTime: 500 });
      await expect(fetch(running.url)).rejects.toThrow("fetch failed");
      client.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      expect(await client.untilEnd()).toMatch(/served[^]*connection: close[^]*served$/i);
      expect(app.draining).not.toBe(true);
      await closed;
    },
  );

  test("for the drain time requests are answered, not ready, each on its last connection", async () => {
    const app: Watched = watched((exchange) => {
      exchange.status = app.draining === true ? 503 : 200;
    });
    const server = await up(app, { drainTime: 500 });
    expect((await fetch(server.url)).status).toBe(200);
    const closed = server.close();
    const reply = await fetch(server.url);
    expect([reply.status, reply.headers.get("connection")]).toEqual([503, "close"]);
    await closed;
    await expect(fetch(server.url)).rejects.toThrow("fetch failed");
  });

  test("what is in flight is finished before the application is stopped", async () => {
    const reached = gate();
    const finish = gate();
    const app = watched(async (exchange) => {
      reached.open();
      await finish.passed;
      exchange.payload = "finished";
      app.events.push("answered");
    });
    const server = await up(app);
    const reply = fetch(server.url).then((response) => response.text());
    await reached.passed;
    const closed = server.close();
    finish.open();
    expect(await reply).toBe("finished");
    await closed;
    expect(app.events).toEqual(["start", "answered", "stop"]);
  });

  test("what does not finish in time is cut, its signal aborted, and the application stopped", async () => {
    const reached = gate();
    const app = watched(async (exchange) => {
      reached.open();
      await new Promise<void>((resolve) => exchange.signal.addEventListener("abort", () => resolve()));
      app.events.push("aborted");
    });
    const server = await up(app, { shutdownTimeout: 50 });
    const reply = fetch(server.url);
    reply.catch(() => undefined);
    await reached.passed;
    await server.close();
    await expect(reply).rejects.toThrow("fetch failed");
    expect(app.events).toEqual(["start", "aborted", "stop"]);
  });

  test("a function that ignores even that is not waited for", async () => {
    const reached = gate();
    const app = watched(async () => {
      reached.open();
      await new Promise(() => undefined);
    });
    const server = await up(app, { shutdownTimeout: 20 });
    fetch(server.url).catch(() => undefined);
    await reached.passed;
    await server.close();
    expect(app.events).toEqual(["start", "stop"]);
  });

  test("connections that say nothing do not hold it up", async () => {
    const server = await up(watched(), { shutdownTimeout: 60_000 });
    const client = new RawClient(server.port);
    const other = new RawClient(server.port).write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await other.until(/200/);
    await server.close();
    expect(await client.untilEnd()).toBe("");
    expect(await other.untilEnd()).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("a signal stops in order and ends the process; a second one ends it at once", async () => {
    const exit = vi.spyOn(process, "exit").mockImplementation((() => undefined) as never);
    const now = vi.spyOn(performance, "now");
    const before = process.listenerCount("SIGTERM");
    try {
      const app = watched();
      await up(app, { signals: true, drainTime: 20 });
      expect(process.listenerCount("SIGTERM")).toBe(before + 1);
      now.mockReturnValue(1000);
      process.emit("SIGTERM", "SIGTERM");
      // One Ctrl-C: from the terminal, and from npm, which has heard it too.
      process.emit("SIGINT", "SIGINT");
      expect(exit).not.toHaveBeenCalled();
      now.mockReturnValue(2000);
      process.emit("SIGINT", "SIGINT");
      expect(exit).toHaveBeenLastCalledWith(130);
      now.mockRestore();
      await vi.waitFor(() => expect(exit).toHaveBeenLastCalledWith(0), 20_000);
      expect(app.events).toEqual(["start", "stop"]);
      expect(process.listenerCount("SIGTERM")).toBe(before);
    } finally {
      exit.mockRestore();
      now.mockRestore();
    }
  });
});
