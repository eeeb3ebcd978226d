// Against a real Redis.
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endpoint } from "../../endpoint.ts";
import { appWith } from "../app.fixture.ts";
import { hasRedis, RedisServer } from "../redis/redis-server.fixture.ts";
import { sessions } from "../sessions.ts";
import { RedisSessionStore } from "./redis-store.ts";

describe.skipIf(!hasRedis)("RedisSessionStore", { timeout: 30_000 }, () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.port, "127.0.0.1", {
      enableOfflineQueue: false,
      lazyConnect: true,
      retryStrategy: () => 100,
    });
    redis.on("error", () => undefined);
    await redis.connect();
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  it("keeps a text until its time is over, or it is deleted", async () => {
    const store = new RedisSessionStore(redis, { prefix: "mine:" });
    expect(await store.get("a")).toBeUndefined();
    await store.set("a", "text", 60);
    await store.set("b", "short", 0.05);
    expect(await store.get("a")).toBe("text");
    expect(await redis.pttl("mine:a")).toBeGreaterThan(50_000);
    await store.delete("a");
    expect(await store.get("a")).toBeUndefined();
    await expect.poll(() => store.get("b")).toBeUndefined();
  });

  it("holds the sessions of an application; when it is gone the answer is 503, and afterwards all is well", async () => {
    const errors: unknown[] = [];
    const session = sessions({
      secret: "a secret of at least thirty-two characters",
      store: new RedisSessionStore(redis, { timeout: 1000 }),
      onStoreError: (error) => errors.push(error),
    });
    const app = appWith([]);
    app.get(
      "/",
      endpoint({ input: { session } }, ({ session: given }) => {
        const count = Number(given.data["count"] ?? 0) + 1;
        given.set({ count });
        return count;
      }),
    );
    const first = await app.request("/");
    const cookies = { session: /session=([^;]*)/.exec(first.headers.get("set-cookie")!)![1]! };
    expect(await (await app.request("/", { cookies })).json()).toBe(2);

    server.freeze();
    expect((await app.request("/", { cookies })).status).toBe(503);
    server.thaw();
    await server.kill();
    expect((await app.request("/", { cookies })).status).toBe(503);
    expect(errors).toHaveLength(2);
    await server.begin();
    await expect.poll(async () => (await app.request("/", { cookies })).status).toBe(200);
  });
});
