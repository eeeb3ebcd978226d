import { expect, it, vi } from "vitest";
import { answering, exchange, get, ok, until, upstream, type Script } from "./upstream.fixture.ts";

/** Answers with the path of the request. */
const echoing: Script = (peer, text) => {
  for (const [, path] of text.matchAll(/GET (\S+) HTTP\/1\.1\r\n/g)) peer.socket.write(ok(path!));
};
/** Answers nothing. */
const silent: Script = () => undefined;

it("sends a request and gives its response", async () => {
  await upstream(answering(ok("hello", "X-A: b")), {}, async ({ pool, peers }) => {
    const { outcome, done } = exchange(pool, get("/x"));
    expect(outcome.calls).toEqual([]);
    await done;
    expect(outcome).toMatchObject({
      status: 200,
      minor: 1,
      phrase: "OK",
      body: "hello",
      fields: [
        ["x-a", "b"],
        ["content-length", "5"],
      ],
      calls: ["head", "data", "end"],
    });
    expect(peers[0]!.received).toBe("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  });
});

it("gives a response that comes in one piece in one call to a handler that can take it", async () => {
  await upstream(answering(ok("hello")), {}, async ({ pool }) => {
    const { done } = exchange(pool, get(), { whole: true });
    expect(await done).toMatchObject({ status: 200, body: "hello", calls: ["whole"] });
  });
});

it("uses one connection for one request after the other", async () => {
  await upstream(echoing, {}, async ({ pool, peers }) => {
    for (const path of ["/1", "/2", "/3"]) expect((await exchange(pool, get(path)).done).body).toBe(path);
    expect(peers.length).toBe(1);
    expect(pool.stats).toMatchObject({ connects: 1, reuses: 2, requests: 3, size: 1, idle: 1, pending: 0 });
  });
});

it("has its connection back before the handler hears of the end", async () => {
  await upstream(echoing, { connections: 1 }, async ({ pool, peers }) => {
    let second: Promise<unknown> | undefined;
    const first = exchange(pool, get("/1"), {
      handler: { onEnd: () => void (second = exchange(pool, get("/2")).done) },
    });
    await first.done;
    expect(pool.stats.pending).toBe(0);
    expect(await second).toMatchObject({ body: "/2" });
    expect(peers.length).toBe(1);
  });
});

it("takes the connection that was used last", async () => {
  await upstream(echoing, {}, async ({ pool, peers }) => {
    await Promise.all(["/1", "/2", "/3"].map((path) => exchange(pool, get(path)).done));
    expect(peers.length).toBe(3);
    await exchange(pool, get("/a")).done;
    const used = peers.find((peer) => peer.received.includes("/a"))!;
    for (let i = 0; i < 5; i++) await exchange(pool, get("/b")).done;
    expect(used.received.match(/\/b/g)?.length).toBe(5);
  });
});

it("makes no more connections than it may, and queues in order", async () => {
  await upstream(echoing, { connections: 2 }, async ({ pool, peers }) => {
    const order: string[] = [];
    const paths = Array.from({ length: 20 }, (_, i) => `/${i}`);
    const all = paths.map((path) =>
      exchange(pool, get(path), { handler: { onEnd: () => void order.push(path) } }),
    );
    expect(pool.stats).toMatchObject({ pending: 20, connecting: 2, active: 0 });
    for (const [i, { done }] of all.entries()) expect((await done).body).toBe(paths[i]);
    expect(peers.length).toBe(2);
    for (const peer of peers) {
      const numbers = [...peer.received.matchAll(/GET \/(\d+)/g)].map((match) => Number(match[1]));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
    expect(order.length).toBe(20);
  });
});

it("tells what it is doing", async () => {
  await upstream(silent, { connections: 2 }, async ({ pool }) => {
    expect(pool.load).toBe(0);
    for (let i = 0; i < 5; i++) exchange(pool, get());
    expect(pool.load).toBe(5);
    await until(() => pool.stats.connecting === 0);
    expect(pool.load).toBe(5);
    expect(pool.stats).toEqual({
      size: 2,
      connecting: 0,
      idle: 0,
      active: 2,
      pending: 3,
      connects: 2,
      reuses: 0,
      requests: 2,
      strays: 0,
      isDistrusted: false,
    });
  });
});

it("refuses what is too much for the queue, after `send` has returned", async () => {
  await upstream(silent, { connections: 1, queue: 1 }, async ({ pool }) => {
    exchange(pool, get("/1"));
    await until(() => pool.stats.pending === 0);
    exchange(pool, get("/2"));
    const { outcome, done } = exchange(pool, get("/3"));
    expect(outcome.error).toBeUndefined();
    expect((await done).error).toMatchObject({
      code: "QUEUE_FULL",
      phase: "connect",
      bytesSent: false,
      isUnsent: true,
      isTimeout: false,
    });
  });
});

it("fails what waits for too long, and nothing else", async () => {
  await upstream(silent, { connections: 1, wait: 60, firstByte: 10_000 }, async ({ pool }) => {
    const first = exchange(pool, get("/1"));
    await until(() => pool.stats.pending === 0);
    const second = exchange(pool, get("/2"));
    const third = exchange(pool, get("/3"), { schedule: pool.schedule({ wait: 10_000, total: 60 }) });
    expect((await second.done).error).toMatchObject({
      code: "QUEUE_TIMEOUT",
      isTimeout: true,
      isUnsent: true,
    });
    expect((await third.done).error).toMatchObject({ code: "TOTAL_TIMEOUT", isUnsent: true });
    expect(first.outcome.calls).toEqual([]);
    expect(pool.stats.pending).toBe(0);
  });
});

it("forgets a request that is given up while it waits", async () => {
  await upstream(echoing, { connections: 1 }, async ({ pool, peers }) => {
    const first = exchange(pool, get("/1"));
    const second = exchange(pool, get("/2"));
    const third = exchange(pool, get("/3"));
    second.request.abort();
    await Promise.all([first.done, third.done]);
    expect(peers[0]!.received).not.toContain("/2");
    expect(second.outcome.calls).toEqual([]);
    expect(peers.length).toBe(1);
  });
});

it("cuts the connection of a request that is given up, and is silent about it", async () => {
  await upstream(silent, {}, async ({ pool, peers, open }) => {
    const { request, outcome } = exchange(pool, get());
    await until(() => peers[0]?.received !== undefined && peers[0].received !== "");
    request.abort();
    request.abort();
    await until(() => open() === 0);
    expect(outcome.calls).toEqual([]);
    expect(pool.stats.size).toBe(0);
  });
});

it("closes what is idle for too long", async () => {
  await upstream(echoing, { idleTimeout: 60 }, async ({ pool, open }) => {
    await exchange(pool, get()).done;
    expect(pool.stats.idle).toBe(1);
    await until(() => pool.stats.size === 0 && open() === 0);
  });
});

it("gives no request to a connection that was idle for too long while the process stood still", async () => {
  await upstream(echoing, { idleTimeout: 5000 }, async ({ pool, open }) => {
    await exchange(pool, get("/1")).done;
    const stood = performance.now();
    const now = vi.spyOn(performance, "now").mockImplementation(() => stood + 4000);
    try {
      await exchange(pool, get("/2")).done;
      expect(pool.stats).toMatchObject({ connects: 1, reuses: 1 });
      now.mockImplementation(() => stood + 15_000);
      expect((await exchange(pool, get("/3")).done).body).toBe("/3");
      expect(pool.stats).toMatchObject({ connects: 2, reuses: 1, size: 1 });
      await until(() => open() === 1);
    } finally {
      now.mockRestore();
    }
  });
});

it.each([
  ["less", "timeout=1", 0],
  ["more", "max=5, timeout=1000", 1],
  ["nothing", "max=5", 1],
])("keeps a connection as the upstream says: %s", async (_, hint, idle) => {
  const response = ok("x", "Connection: keep-alive", `Keep-Alive: ${hint}`);
  await upstream(answering(response), {}, async ({ pool }) => {
    await exchange(pool, get()).done;
    expect(pool.stats.idle).toBe(idle);
  });
});

it("a hint is kept a second short, and no longer than allowed", async () => {
  const response = (hint: number): string => ok("x", "Connection: keep-alive", `Keep-Alive: timeout=${hint}`);
  await upstream(answering(response(2)), { idleTimeout: 60_000 }, async ({ pool }) => {
    await exchange(pool, get()).done;
    expect(pool.stats.idle).toBe(1);
    await until(() => pool.stats.size === 0);
  });
  await upstream(answering(response(600)), { longestIdle: 60 }, async ({ pool }) => {
    await exchange(pool, get()).done;
    expect(pool.stats.idle).toBe(1);
    await until(() => pool.stats.size === 0);
  });
});

it.each([
  ["Connection: close", ok("x", "Connection: close")],
  ["Connection: close among others", ok("x", "Connection: x-y, Close")],
  ["HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx"],
  ["no length", "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\nx"],
])("uses no connection again after %s", async (_, response) => {
  const script: Script = (peer) => {
    if (response.includes("ength")) peer.socket.write(response);
    else peer.socket.end(response);
  };
  await upstream(script, {}, async ({ pool, peers, open }) => {
    for (let i = 0; i < 3; i++)
      expect(await exchange(pool, get()).done).toMatchObject({ body: "x", status: 200 });
    expect(peers.length).toBe(3);
    await until(() => open() === 0);
    expect(pool.stats.size).toBe(0);
  });
});

it("uses a connection of HTTP/1.0 again when it says keep-alive", async () => {
  const response = "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx";
  await upstream(answering(response), {}, async ({ pool, peers }) => {
    for (let i = 0; i < 3; i++) expect((await exchange(pool, get()).done).minor).toBe(0);
    expect(peers.length).toBe(1);
  });
});

it("wears connections out", async () => {
  await upstream(echoing, { requestsPerConnection: 2 }, async ({ pool, peers, open }) => {
    for (let i = 0; i < 5; i++) await exchange(pool, get(`/${i}`)).done;
    expect(peers.map((peer) => peer.received.match(/GET/g)?.length)).toEqual([2, 2, 1]);
    await until(() => open() === 1);
  });
  await upstream(echoing, { connectionAge: 40 }, async ({ pool, peers }) => {
    await exchange(pool, get("/1")).done;
    await new Promise((resolve) => setTimeout(resolve, 150));
    await exchange(pool, get("/2")).done;
    expect(peers.length).toBe(2);
  });
});

it("closes when all it has is done", async () => {
  const waiting: (() => void)[] = [];
  const late: Script = (peer) => void waiting.push(() => peer.socket.write(ok("late")));
  await upstream(late, { connections: 1 }, async ({ pool, open }) => {
    const first = exchange(pool, get("/1"));
    const second = exchange(pool, get("/2"));
    await until(() => waiting.length === 1);
    let isClosed = false;
    const closed = pool.close().then(() => (isClosed = true));
    expect((await exchange(pool, get("/3")).done).error).toMatchObject({ code: "DESTROYED", isUnsent: true });
    waiting[0]!();
    expect((await first.done).body).toBe("late");
    await until(() => waiting.length === 2);
    expect(isClosed).toBe(false);
    waiting[1]!();
    expect((await second.done).body).toBe("late");
    await closed;
    await until(() => open() === 0);
    await pool.close();
  });
});

it("closes at once when nothing is under way", async () => {
  await upstream(echoing, {}, async ({ pool, open }) => {
    await pool.close();
    expect(pool.stats.size).toBe(0);
    await until(() => open() === 0);
  });
});

it("fails all it has when it is destroyed", async () => {
  await upstream(silent, { connections: 1 }, async ({ pool, peers, open }) => {
    const first = exchange(pool, get("/1"));
    const second = exchange(pool, get("/2"));
    await until(() => peers[0] !== undefined && peers[0].received !== "");
    pool.destroy();
    expect((await first.done).error).toMatchObject({ code: "DESTROYED", bytesSent: true, phase: "head" });
    expect((await second.done).error).toMatchObject({ code: "DESTROYED", bytesSent: false });
    await until(() => open() === 0);
    expect(pool.stats).toMatchObject({ size: 0, pending: 0, connecting: 0, idle: 0 });
  });
});

it("speaks through a Unix socket", async () => {
  const { createServer } = await import("node:net");
  const { mkdtempSync, rmSync } = await import("node:fs");
  const { tmpdir } = await import("node:os");
  const { join } = await import("node:path");
  const { Pool } = await import("./pool.ts");
  const folder = mkdtempSync(join(tmpdir(), "wire-"));
  const path = join(folder, "socket");
  const server = createServer((socket) => socket.on("data", () => socket.write(ok("unix"))));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const pool = new Pool({ path });
  expect((await exchange(pool, get()).done).body).toBe("unix");
  await pool.close();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});
