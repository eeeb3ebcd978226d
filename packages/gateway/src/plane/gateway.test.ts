import { createServer } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { WebSocket, WebSocketServer } from "ws";
import { describe, expect, test } from "vitest";
import type { PolicyKind } from "../call.ts";
import type { Snapshot } from "../snapshot.ts";
import {
  answering,
  ask,
  closing,
  DRIVERS,
  eventually,
  gatewayFor,
  get,
  listening,
  OK,
  RawClient,
  rawUpstream,
  stepsOfKinds,
} from "./plane.fixture.ts";
import { Gateway } from "./gateway.ts";
import { operationOf, policyOf, serviceOf, snapshotOf, TIMEOUTS, upstreamOf } from "./snapshot.fixture.ts";

describe.each(DRIVERS)("another snapshot (%s)", (driver) => {
  test("answers new requests, and those under way end with what they began with", async () => {
    const slow = await rawUpstream(() => undefined);
    const fast = await rawUpstream(answering(OK));
    const snapshot = (origin: string, target: string): Snapshot =>
      snapshotOf(serviceOf(upstreamOf([origin])), [operationOf("GET /x", { target })]);
    const { port, gateway } = await gatewayFor(snapshot(slow.origin, "/old"), driver);
    const before = new RawClient(port).write(get("/x"));
    await eventually(() => slow.peers[0]?.received.startsWith("GET /old") ?? false);
    await gateway.use(snapshot(fast.origin, "/new"));
    expect(await ask(port, get("/x"), /ok$/)).toMatch(/ 200 /);
    expect(fast.peers[0]!.received).toMatch(/^GET \/new /);
    expect(gateway.generations).toBe(2);
    slow.peers[0]!.socket.write(OK);
    expect(await before.until(/ok$/)).toMatch(/ 200 /);
    await eventually(() => gateway.generations === 1);
    // Its pool went with it.
    await eventually(() => slow.open() === 0);
  });

  test("with the same service leaves nothing behind of the one before", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const upstream = await rawUpstream(answering(OK));
    const service = serviceOf(upstreamOf([upstream.origin]));
    const used: WeakRef<object>[] = [];
    const snapshot = (): Snapshot => {
      const timeouts = { ...TIMEOUTS };
      const made = snapshotOf(service, [operationOf("GET /x", { timeouts })]);
      used.push(new WeakRef(timeouts), new WeakRef(made));
      return made;
    };
    const { port, gateway } = await gatewayFor(snapshot(), driver);
    for (let i = 0; i < 5; i++) {
      expect(await ask(port, get("/x"), /ok$/)).toMatch(/ 200 /);
      await gateway.use(snapshot());
    }
    expect(upstream.peers).toHaveLength(1);
    await eventually(() => {
      collect();
      return used.filter((each) => each.deref() !== undefined).length === 2;
    });
  });

  test("with another way to a service leaves nothing behind of the one before", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const upstream = await rawUpstream(answering(OK));
    const snapshot = (waiting: number): Snapshot => {
      const pool = { connections: 256, waiting, waitTimeout: 5000, idleTimeout: 4000 };
      return snapshotOf(serviceOf(upstreamOf([upstream.origin], { pool })), [operationOf("GET /x")]);
    };
    const { port, gateway } = await gatewayFor(snapshot(1), driver);
    const used: WeakRef<object>[] = [];
    for (let i = 2; i < 7; i++) {
      used.push(new WeakRef(gateway.targets.get("shop")!));
      expect(await ask(port, get("/x"), /ok$/)).toMatch(/ 200 /);
      await gateway.use(snapshot(i));
    }
    await eventually(() => {
      collect();
      // The last may be held by the connection that it answered on, but it holds none of those before.
      return used.filter((each) => each.deref() !== undefined).length <= 1;
    });
  });

  test("asks no instance that was found down until it is well again", async () => {
    let status = "503 No";
    const reply = (line: string): string => OK.replace("200 OK", line);
    const ill = await rawUpstream(({ socket }) => socket.write(reply(status)));
    const well = await rawUpstream(answering(OK));
    const active = { path: "/", interval: 5, timeout: 1000, healthyAfter: 1, unhealthyAfter: 1 };
    const snapshot = (connect: number): Snapshot =>
      snapshotOf(
        serviceOf(
          upstreamOf([ill.origin, well.origin], {
            timeouts: { ...TIMEOUTS, connect },
            health: { active: { ...active, statuses: [200, 299] }, passive: null },
          }),
        ),
        [operationOf("GET /x")],
      );
    const { gateway } = await gatewayFor(snapshot(1000), driver);
    const states = (): string[] => gateway.targets.get("shop")!.targets.map(({ state }) => state);
    await eventually(() => states()[0] === "down");
    const before = gateway.targets.get("shop");
    await gateway.use(snapshot(2000));
    expect(gateway.targets.get("shop")).not.toBe(before);
    expect(states()).toEqual(["down", "up"]);
    status = "200 OK";
    await eventually(() => states()[0] === "up");
  });

  test("that cannot be run changes nothing", async () => {
    const upstream = await rawUpstream(answering(OK));
    const good = snapshotOf(serviceOf(upstreamOf([upstream.origin])), [operationOf("GET /x")]);
    const { port, gateway } = await gatewayFor(good, driver);
    const policies = [policyOf("deny", "unknown")];
    const bad = snapshotOf(good.services.shop!, [operationOf("GET /y", { policies })]);
    await expect(gateway.use(bad)).rejects.toThrow(/no kind of policy 'unknown'/);
    expect(await ask(port, get("/x"), /ok$/)).toMatch(/ 200 /);
    expect(await ask(port, get("/y"))).toMatch(/ 404 /);
    expect(gateway.snapshot).toBe(good);
  });

  test("with the same service keeps its connections, and what policies share", async () => {
    let made = 0;
    let ended = 0;
    const counting: PolicyKind = {
      kind: "count",
      phase: "limit",
      schema: true,
      step: (_, { shared }) => {
        const counter = shared(
          "counter",
          () => ({ at: ++made }),
          () => void ended++,
        );
        return {
          phase: "limit",
          kind: "count",
          needs: [],
          run: ({ replyHeaders }) => void replyHeaders.set("x-at", String(counter.at)),
        };
      },
    };
    const upstream = await rawUpstream(answering(OK));
    const policies = [policyOf("limit", "count")];
    const snapshot = (): Snapshot =>
      snapshotOf(serviceOf(upstreamOf([upstream.origin])), [operationOf("GET /x", { policies })]);
    const { port, gateway, close } = await gatewayFor(snapshot(), driver, {
      stepsOf: stepsOfKinds([counting]),
    });
    for (let i = 0; i < 5; i++) {
      expect(await ask(port, get("/x"), /ok$/)).toMatch(/^x-at: 1\r$/im);
      await gateway.use(snapshot());
    }
    expect(upstream.peers).toHaveLength(1);
    expect([made, ended]).toEqual([1, 0]);
    await gateway.use(snapshotOf(serviceOf(upstreamOf([upstream.origin])), [operationOf("GET /x")]));
    await eventually(() => ended === 1);
    await close();
    expect(ended).toBe(1);
  });
});

describe("another snapshot, at the edges of a gateway's life,", () => {
  const [first, second] = ["/a", "/b"].map((target) =>
    snapshotOf(serviceOf(upstreamOf(["http://127.0.0.1:1"])), [operationOf("GET /x", { target })]),
  ) as [Snapshot, Snapshot];

  test("is what starts where it came before the start", async () => {
    const gateway = closing(new Gateway(first), (each) => each.stop());
    const used = gateway.use(second);
    await gateway.start();
    await used;
    expect([gateway.snapshot, gateway.generations]).toEqual([second, 1]);
  });

  test("is not taken after a stop, which would leave it running, and again after a start", async () => {
    const gateway = closing(new Gateway(first), (each) => each.stop());
    await gateway.start();
    const stopped = gateway.stop();
    await expect(gateway.use(second)).rejects.toThrow("The gateway has been stopped");
    await stopped;
    expect(gateway.generations).toBe(0);
    await gateway.start();
    await gateway.use(second);
    expect(gateway.snapshot).toBe(second);
  });
});

test("a thousand changes under load, with streams and WebSockets open, fail nothing", async () => {
  const server = createServer((request, response) => {
    if (request.url === "/stream") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      return;
    }
    response.setHeader("content-length", 2).end("ok");
  });
  new WebSocketServer({ server }).on("connection", (socket) =>
    socket.on("message", (data) => socket.send(data)),
  );
  const upstreamPort = await listening(server, () => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${upstreamPort}`;
  const operations = [operationOf("GET /x"), operationOf("GET /stream"), operationOf("GET /ws")];
  // Every other one has pools of its own.
  const snapshot = (i: number): Snapshot =>
    i % 10 === 9
      ? snapshotOf(serviceOf(upstreamOf([origin])), [
          operationOf("GET /bad", { policies: [policyOf("deny", "no")] }),
        ])
      : snapshotOf(serviceOf(upstreamOf([origin], { basePath: i % 2 === 0 ? "" : "/" })), operations);
  const { port, url, gateway } = await gatewayFor(snapshot(0));

  const streams = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const client = new RawClient(port).write(get("/stream"));
      await client.until(/data: 1/);
      return client;
    }),
  );
  const sockets = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = closing(new WebSocket(`${url.replace("http", "ws")}/ws`), (each) => each.terminate());
      await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
      return socket;
    }),
  );

  let isOver = false;
  let requests = 0;
  const wrong: string[] = [];
  const worker = async (): Promise<void> => {
    const client = new RawClient(port);
    while (!isOver) {
      client.text = "";
      client.write(get("/x"));
      const answer = await client.until(/\r\n\r\n(?:ok|\{[^]*\})$/);
      requests++;
      if (!answer.startsWith("HTTP/1.1 200")) wrong.push(answer);
    }
    client.socket.destroy();
  };
  const workers = Array.from({ length: 8 }, worker);
  let refused = 0;
  for (let i = 1; i <= 1000; i++) {
    await gateway.use(snapshot(i)).catch(() => void refused++);
    if (i % 20 > 0) continue;
    const enough = requests + 10;
    await eventually(() => requests >= enough);
  }
  isOver = true;
  await Promise.all(workers);
  expect(wrong).toEqual([]);
  expect(refused).toBe(100);
  expect(streams.filter(({ isClosed }) => isClosed)).toHaveLength(0);
  const echoed = await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<string>((resolve) => {
          socket.once("message", (data: Buffer) => resolve(data.toString()));
          socket.send("still here");
        }),
    ),
  );
  expect(new Set(echoed)).toEqual(new Set(["still here"]));
  expect(gateway.active).toBe(40);
  for (const client of streams) client.socket.destroy();
  for (const socket of sockets) socket.terminate();
  await eventually(() => gateway.active === 0 && gateway.generations === 1);
}, 60_000);

test("thousands of streams that clients leave hold on to nothing", async () => {
  const upstream = await rawUpstream(({ socket }) => {
    socket.write(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n",
    );
  });
  const { port, gateway } = await gatewayFor(
    snapshotOf(serviceOf(upstreamOf([upstream.origin])), [operationOf("GET /x")]),
  );
  const worker = async (): Promise<void> => {
    for (let i = 0; i < 60; i++) {
      const client = new RawClient(port).write(get("/x"));
      await client.until(/data: 1/);
      client.socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: 20 }, worker));
  await eventually(() => gateway.active === 0 && upstream.open() === 0);
  expect(upstream.peers).toHaveLength(1200);
});
