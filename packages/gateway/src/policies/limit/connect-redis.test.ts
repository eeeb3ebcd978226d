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
    await expect(send("PING")).rejects.toThrow("ECONNREFUSED");
    await expect(send("PING")).rejects.toThrow("ECONNREFUSED");
    expect(reports).toEqual([expect.stringContaining("Redis cannot be reached: connect ECONNREFUSED")]);
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
