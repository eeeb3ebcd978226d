import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import { reply } from "../http/reply.ts";
import { request } from "../inputs/index.ts";
import { TestLogger } from "../plan/route.fixture.ts";
import { RawClient } from "../server/raw-client.fixture.ts";
import { serve, type Running } from "../server/serve.ts";
import { events } from "./events.ts";
import { jsonLines } from "./json-lines.ts";

/** What a stream's generator has seen. */
class Seen {
  made = 0;
  returned = 0;
  aborted = 0;
}

const running: Running[] = [];
const clients: RawClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  for (const server of running.splice(0)) await server.close();
});

describe.each(["wire", "node-http"] as const)("streams over %s", (server) => {
  const start = async (app: App): Promise<Running> => {
    const made = await serve(app, { port: 0, server, signals: false, shutdownTimeout: 5000 });
    running.push(made);
    return made;
  };
  const ask = (port: number, path: string): RawClient => {
    const client = new RawClient(port).write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
    clients.push(client);
    return client;
  };

  const quiet = (app: App, seen: Seen): void => {
    const stream = endpoint(
      { input: { asked: request() }, output: events(z.int()) },
      async function* ({ asked }) {
        asked.signal.addEventListener("abort", () => seen.aborted++);
        try {
          yield (seen.made += 1);
          await new Promise<void>((resolve) => asked.signal.addEventListener("abort", () => resolve()));
        } finally {
          seen.returned++;
        }
      },
    );
    app.get("/quiet", stream);
    app.post("/quiet", stream);
  };

  it("stop when a client goes away, on any method", async () => {
    const app = new App({ logger: new TestLogger() });
    const seen = new Seen();
    quiet(app, seen);
    const { port } = await start(app);
    for (const method of ["GET", "POST"]) {
      const client = new RawClient(port).write(
        `${method} /quiet HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`,
      );
      await client.until(/data: \d/);
      client.destroy();
    }
    while (seen.returned < 2) await wait(1);
    expect(seen).toEqual({ made: 2, returned: 2, aborted: 2 });
  });

  it("of events end in order when the server stops, and lines run to their end", async () => {
    const app = new App({ logger: new TestLogger() });
    const seen = new Seen();
    quiet(app, seen);
    let go!: () => void;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const lines = endpoint({ output: jsonLines(z.int()) }, async function* () {
      yield 1;
      await gate;
      yield 2;
    });
    app.get("/lines", lines);
    const by = (): AsyncIterable<{ data: string }> => ({
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => undefined),
        return: async () => ({ done: true as const, value: (seen.returned += 1) }),
      }),
    });
    app.get(
      "/by-hand",
      endpoint({}, () => reply.events(by())),
    );
    const { port, close } = await start(app);
    const [declared, byHand, exported] = ["/quiet", "/by-hand", "/lines"].map((path) => ask(port, path));
    await declared!.until(/data: 1/);
    await byHand!.until(/\r\n\r\n/);
    await exported!.until(/\r\n1\n/);
    const closed = close();
    expect(await declared!.untilEnd()).toMatch(/\r\n0\r\n\r\n$/);
    expect(await byHand!.untilEnd()).toMatch(/\r\n0\r\n\r\n$/);
    expect(exported!.isEnded).toBe(false);
    go();
    expect(await exported!.untilEnd()).toMatch(/1\n\r\n2\r\n2\n\r\n0\r\n\r\n$/);
    for (const client of clients) client.end();
    await closed;
    expect(seen).toEqual({ made: 1, returned: 2, aborted: 1 });
  });

  it("that come when the server has begun to close end at once", async () => {
    const app = new App({ logger: new TestLogger() });
    quiet(app, new Seen());
    await app.start();
    app.endStreams();
    expect((await (await app.request("/quiet")).text()).length).toBeLessThan(20);
    await app.start();
    const again = (await app.request("/quiet")).body!.getReader();
    expect(new TextDecoder().decode((await again.read()).value)).toBe("data: 2\n\n");
    await again.cancel();
    await app.stop();
  });

  it("make no more than a slow reader takes", async () => {
    const app = new App({ logger: new TestLogger() });
    const text = "x".repeat(64 * 1024);
    const seen = { made: 0 };
    const flood = async function* (): AsyncGenerator<string> {
      for (;;) {
        seen.made++;
        yield text;
      }
    };
    app.get("/events", endpoint({ name: "flooding", output: events(z.string(), { heartbeat: 1 }) }, flood));
    app.get("/lines", endpoint({ output: jsonLines(z.string()) }, flood));
    const { port } = await start(app);
    for (const path of ["/events", "/lines"]) {
      seen.made = 0;
      const socket = connect({ port, host: "127.0.0.1" }).pause();
      socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
      // What the kernel holds for both sides is all that is ever made; heartbeats do not add to it.
      let before = -1;
      while (before !== seen.made || before === 0) {
        before = seen.made;
        await wait(100);
      }
      expect(seen.made * text.length).toBeLessThan(16 * 1024 * 1024);
      socket.destroy();
    }
  });
});
