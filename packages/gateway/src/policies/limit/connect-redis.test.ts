import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterEach, describe, expect, it } from "vitest";
import { hasRedis, RedisServer } from "../../../../waymark/src/middleware/redis/redis-server.fixture.ts";
import { callOf, contextOf, policy, refusalOf } from "../call.fixture.ts";
import { connectRedis, type RedisConnection } from "./connect-redis.ts";
import { countingStep } from "./counting-step.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function started(): Promise<RedisServer> {
  const server = await RedisServer.start();
  open.push(() => server.stop());
  return server;
}
function connected(port: number, reports: string[] = []): RedisConnection {
  const connection = connectRedis(`redis://127.0.0.1:${port}`, (problem) => reports.push(problem));
  open.push(() => connection.close());
  return connection;
}

describe.skipIf(!hasRedis)("the connection to Redis", () => {
  it("that came back is not ended by what the one before it waited for", async () => {
    const server = await started();
    const { send } = connected(server.port);
    expect(await send("PING")).toBe("PONG");
    server.freeze();
    const unanswered = send("PING").catch((error: unknown) => error);
    await sleep(50);
    await server.kill();
    expect(await unanswered).toBeInstanceOf(Error);
    await server.begin();
    const idOf = async (): Promise<unknown> => await send("CLIENT", "ID").catch(() => undefined);
    await expect.poll(idOf, { timeout: 5000 }).toBeDefined();
    const id = await idOf();
    // Longer than a command may take.
    await sleep(1800);
    expect(await idOf()).toBe(id);
  });

  it("says why there is none", async () => {
    const reports: string[] = [];
    const { send } = connected(1, reports);
    for (let i = 0; i < 2; i++)
      await expect(send("PING")).rejects.toThrow("connect ECONNREFUSED 127.0.0.1:1");
    expect(reports).toEqual(["connect ECONNREFUSED 127.0.0.1:1"]);
  });

  it("that is lost is not told in the words of a library", async () => {
    const server = await started();
    const { send } = connected(server.port);
    expect(await send("PING")).toBe("PONG");
    server.freeze();
    const said: Promise<string>[] = [];
    const ask = (): void => void said.push(send("PING").then(String, ({ message }: Error) => message));
    ask();
    await sleep(50);
    await server.kill();
    for (let i = 0; i < 30; i++) {
      ask();
      await sleep(2);
    }
    for (const each of await Promise.all(said))
      expect(each).toMatch(/^the connection has ended$|^(?:read|connect|write) E[A-Z]+/);
  });

  it("says what is wrong with who answers", async () => {
    const server = createServer((client) =>
      client.on("error", () => undefined).end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    ).listen(0, "127.0.0.1");
    await once(server, "listening");
    open.push(() => server.close());
    const reports: string[] = [];
    const { send } = connected((server.address() as AddressInfo).port, reports);
    await expect(send("PING")).rejects.toThrow(Error);
    expect(reports).toEqual(["what answers there does not speak as Redis does"]);
  });

  it("says what Redis has against it", async () => {
    const { port } = await started();
    await connected(port).send("CONFIG", "SET", "requirepass", "horse");
    const reports: string[] = [];
    await expect(connected(port, reports).send("PING")).rejects.toThrow("NOAUTH Authentication required.");
    expect(reports).toEqual(["NOAUTH Authentication required."]);
  });

  it("says what is wrong with a cluster, and with an address", async () => {
    for (const [url, reason] of [
      ["redis+cluster://127.0.0.1:1", "of its nodes: the connection has ended"],
      ["redis://:a/b@127.0.0.1:1", "its address cannot be read"],
    ] as const) {
      const reports: string[] = [];
      const { send, close } = connectRedis(url, (problem) => reports.push(problem));
      await expect(send("PING")).rejects.toThrow(reason);
      expect(reports).toEqual([reason]);
      await close();
    }
  });

  it.each([
    ["redis://127.0.0.1:1", "127.0.0.1:1"],
    ["rediss://ada:pass%40word@[::1]:1/3?password=pass@word", "[::1]:1"],
    ["redis+cluster://:password@127.0.0.1:1,127.0.0.1:2", "127.0.0.1:1, 127.0.0.1:2"],
    ["/run/redis.sock?password=password", "/run/redis.sock"],
    ["redis://:pass/word@127.0.0.1:1", "?"],
    ["${WAYMARK_NO_SUCH:-redis://127.0.0.1:1}", "127.0.0.1:1"],
  ])("is named without what is secret: %s", async (url, place) => {
    const connection = connectRedis(url, () => undefined);
    open.push(() => connection.close());
    expect(connection.place).toBe(place);
  });

  it("that cannot be had is told once: where, why, what happens meanwhile and what to do", async () => {
    const context = contextOf({ redis: { url: "redis://:secret@127.0.0.1:1", prefix: "gone:" } });
    open.push(() => context.close());
    const steps = ["limit", "quota"].map((kind) =>
      countingStep(
        [policy(kind, "limit", { limit: { rate: "9/h" }, quota: { requests: 9, per: "day" } }[kind]!)],
        context,
      ),
    );
    for (let i = 0; i < 3; i++) {
      const [limit, quota] = await Promise.all(steps.map((step) => refusalOf([step], callOf({}, context))));
      expect([limit, quota?.status, quota?.detail]).toEqual([
        undefined,
        503,
        "Requests cannot be counted at present.",
      ]);
    }
    expect(context.reports).toEqual([
      "limits are not counted in Redis at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1. Until they are, those with failure: open are counted in each gateway alone, and those with failure: closed, as quotas are by default, are refused by 503. See that it runs, that it can be reached from here, and that `redis` in the configuration says where it is and how to log in",
    ]);
  });

  it("goes to the new primary where the old one takes no writes any more", async () => {
    const [old, next] = [await started(), await started()];
    const relay = await relayTo(old.port);
    const context = contextOf({ redis: { url: `redis://127.0.0.1:${relay.port}`, prefix: "failover:" } });
    open.push(() => context.close());
    const step = countingStep([policy("quota", "limit", { requests: 100, per: "year" })], context);
    const ask = async (): Promise<number> => (await refusalOf([step], callOf({}, context)))?.status ?? 200;
    await expect.poll(ask, { timeout: 5000 }).toBe(200);
    const admin = new Redis(old.port, "127.0.0.1");
    open.push(() => admin.disconnect());
    await admin.call("REPLICAOF", "127.0.0.1", String(next.port));
    relay.target = next.port;
    await expect.poll(ask, { timeout: 5000 }).toBe(200);
  });
});

/** An address that leads to one server and later to another, as that of a managed Redis does; connections stay where they are. */
async function relayTo(port: number): Promise<{ readonly port: number; target: number }> {
  const made = { port: 0, target: port };
  const server: Server = createServer((client) => {
    const upstream = connect(made.target, "127.0.0.1");
    client.on("error", () => undefined).on("close", () => upstream.destroy());
    upstream.on("error", () => undefined).on("close", () => client.destroy());
    client.pipe(upstream).pipe(client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push(() => server.close());
  made.port = (server.address() as AddressInfo).port;
  return made;
}
