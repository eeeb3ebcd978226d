import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { App, body, dependency, endpoint, reply, request, serve, type ServerName } from "waymark";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";

// Clients that leave at every stage of a request: whatever was set up is torn down once, and nothing stays behind.
const stray: unknown[] = [];
const onStray = (error: unknown): void => void stray.push(error);
beforeAll(() => void process.on("unhandledRejection", onStray));
afterAll(() => void process.off("unhandledRejection", onStray));

const CLIENTS = 100;
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.random() * 3));

const post = "POST /body HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
const STAGES = {
  "the head": "GET /wait HTTP/1.1\r\nhost: x\r\n",
  "a sized body": `${post}content-length: 50\r\n\r\n{`,
  "a chunked body": `${post}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`,
  "the set-up": `${post}content-length: 2\r\n\r\n{}`,
  "the function": "GET /wait HTTP/1.1\r\nhost: x\r\n\r\n",
  "a stream": "GET /stream HTTP/1.1\r\nhost: x\r\n\r\n",
  "events without an end": "GET /events HTTP/1.1\r\nhost: x\r\n\r\n",
};

/** An application that counts what it opens and closes. */
function counting() {
  const open = new Set<symbol>();
  const counts = { opened: 0, closedTwice: 0 };
  const enter = (): symbol => {
    const one = Symbol("open");
    open.add(one);
    counts.opened++;
    return one;
  };
  const leave = (one: symbol): void => {
    if (!open.delete(one)) counts.closedTwice++;
  };
  const slow = dependency({}, async function* () {
    const one = enter();
    try {
      await pause();
      yield one;
    } finally {
      leave(one);
    }
  });
  const quick = dependency({ input: { slow } }, function* () {
    const one = enter();
    try {
      yield one;
    } finally {
      leave(one);
    }
  });
  async function* source<T>(value: T): AsyncGenerator<T> {
    const one = enter();
    try {
      for (;;) {
        yield value;
        await pause();
      }
    } finally {
      leave(one);
    }
  }
  const app = new App({ docs: false, redoc: false, openapi: false });
  const wait = endpoint(
    { input: { quick, request: request() } },
    async function wait({ request: { signal } }) {
      // Without the signal this would wait for ever.
      if (!signal.aborted)
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      return "nobody reads this";
    },
  );
  app.get("/wait", wait);
  app.post("/body", endpoint({ name: "body", input: { it: body(z.unknown()), quick } }, pause));
  app.get(
    "/stream",
    endpoint({ name: "stream", input: { quick } }, () => reply.stream(source("x".repeat(1000)))),
  );
  app.get(
    "/events",
    endpoint({ name: "events", input: { quick } }, () => reply.events(source({ data: 1 }))),
  );
  return { app, open, counts };
}

function leaveAfter(port: number, sent: string, byReset: boolean): Promise<void> {
  return new Promise((resolve) => {
    const leave = (): void => void (byReset ? socket.resetAndDestroy() : socket.destroy());
    const socket = connect({ port, host: "127.0.0.1" }, () => {
      socket.write(sent);
      setTimeout(leave, Math.random() * 5);
    });
    socket.on("error", () => {}).on("close", () => resolve());
    socket.resume();
  });
}

describe.each<ServerName>(["node-http", "wire"])("clients of %s that leave", (server) => {
  it.each(Object.entries(STAGES))("during %s leave nothing behind", async (stage, sent) => {
    const { app, open, counts } = counting();
    const running = await serve(app, { port: 0, server, signals: false });
    const descriptors = (await readdir("/proc/self/fd").catch(() => [])).length;
    await Promise.all(
      Array.from({ length: CLIENTS }, (_each, i) => leaveAfter(running.port, sent, i % 2 === 0)),
    );
    // Not `close` yet, which would cut whatever still runs.
    await vi.waitFor(() => expect(open.size).toBe(0), 20_000);
    await vi.waitFor(async () => {
      expect((await readdir("/proc/self/fd").catch(() => [])).length).toBeLessThanOrEqual(descriptors);
    }, 20_000);
    await running.close();
    expect([open.size, counts.closedTwice]).toEqual([0, 0]);
    if (!stage.endsWith("body") && stage !== "the head") expect(counts.opened).toBeGreaterThan(0);
    await vi.waitFor(() => {
      expect(process.getActiveResourcesInfo().filter((name) => name.startsWith("TCP"))).toEqual([]);
    }, 20_000);
    expect(stray).toEqual([]);
  });
});
