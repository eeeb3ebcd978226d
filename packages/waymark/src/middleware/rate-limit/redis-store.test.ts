// Against a real Redis: what it counts, and what happens when it is gone.
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { App } from "../../app.ts";
import { appWith } from "../app.fixture.ts";
import { rateLimit, type RateLimitOptions } from "../rate-limit.ts";
import { commandsOf } from "../redis/client.ts";
import { hasRedis, RedisServer } from "../redis/redis-server.fixture.ts";
import { RedisScript } from "../redis/script.ts";
import { newBucket } from "./bucket.ts";
import { rateLimitScript } from "./lua.ts";
import type { Algorithm } from "./policy.ts";
import { RedisRateLimitStore } from "./redis-store.ts";

const FORGET = "'PX', math.max(math.ceil(reset), 1)";
const ALGORITHMS: readonly Algorithm[] = ["sliding-window", "token-bucket", "fixed-window"];

describe.skipIf(!hasRedis)("RedisRateLimitStore", { timeout: 30_000 }, () => {
  let server: RedisServer;
  let redis: Redis;
  /** As the documentation advises: it fails at once while there is no connection, and tries to get one often. */
  const connect = (): Redis => {
    const client = new Redis(server.port, "127.0.0.1", {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => 200,
      lazyConnect: true,
    });
    client.on("error", () => undefined);
    return client;
  };
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  beforeEach(async () => {
    redis = connect();
    await redis.connect();
    await redis.flushall();
  });
  afterEach(() => redis.disconnect());
  afterAll(() => server.stop());

  const appOf = (options: Partial<RateLimitOptions> = {}): App => {
    const app = appWith([
      rateLimit({
        limit: 2,
        window: 60,
        store: new RedisRateLimitStore(redis),
        onStoreError: () => undefined,
        // A machine that has much to do takes its time.
        storeTimeout: 10_000,
        ...options,
      }),
    ]);
    app.get("/", () => "answer");
    return app;
  };
  const statuses = async (app: App, count: number): Promise<number[]> => {
    const found: number[] = [];
    for (let i = 0; i < count; i++) found.push((await app.request("/")).status);
    return found;
  };

  /** By a clock that stands in the fourth argument. Redis forgets by its own, which is another: here it has a minute for it. */
  const scriptOf = (algorithm: Algorithm): RedisScript => {
    const text = rateLimitScript(algorithm, "local now = tonumber(ARGV[4])");
    expect(text).toContain(FORGET);
    return new RedisScript(text.replace(FORGET, "'PX', 60000"));
  };

  it.each(ALGORITHMS)("says what the count in memory says, whatever comes when: %s", async (algorithm) => {
    const script = scriptOf(algorithm);
    const send = commandsOf(redis);
    let run = 0;
    const arrivals = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 4 })), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(
        arrivals,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 50, max: 2000 }),
        async (gaps, limit, window) => {
          const key = `run:${run++}`;
          const bucket = newBucket(algorithm);
          let now = 1_763_853_869_000;
          for (const [gap, cost] of gaps) {
            now += gap;
            const expected = bucket.take(now, cost, { algorithm, limit, window });
            const reply = await script.run(send, [key], [limit, window, cost, now].map(String));
            expect(reply).toEqual([
              Number(expected.allowed),
              Math.floor(expected.remaining),
              expect.closeTo(Math.ceil(expected.reset), -0.5),
              expect.closeTo(Math.ceil(expected.retryAfter), -0.5),
            ]);
          }
          await redis.del(key);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(ALGORITHMS)("a clock that was set back costs no more than a window: %s", async (algorithm) => {
    const script = scriptOf(algorithm);
    const send = commandsOf(redis);
    const take = async (now: number): Promise<number> =>
      ((await script.run(send, ["stepped"], ["2", "1000", "1", String(now)])) as number[])[0]!;
    const hour = 3_600_000;
    const begin = 1_763_853_869_000;
    expect([await take(begin), await take(begin), await take(begin)]).toEqual([1, 1, 0]);
    expect(await take(begin - hour)).toBe(0);
    expect(await take(begin - hour + 1001)).toBe(1);
  });

  it("counts for all processes together, and one at a time", async () => {
    const others = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const client = connect();
        await client.connect();
        return client;
      }),
    );
    const stores = others.map((client) => new RedisRateLimitStore(client));
    for (const algorithm of ALGORITHMS) {
      const decisions = await Promise.all(
        Array.from({ length: 200 }, (_, i) =>
          stores[i % 4]!.take(`shared`, 1, { algorithm, limit: 50, window: 3_600_000 }),
        ),
      );
      expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(50);
    }
    for (const client of others) client.disconnect();
  });

  it("keeps a key no longer than it means something", async () => {
    const store = new RedisRateLimitStore(redis, { prefix: "mine:" });
    for (const algorithm of ALGORITHMS) await store.take("a", 1, { algorithm, limit: 4, window: 60_000 });
    const keys = await redis.keys("*");
    expect(keys.toSorted()).toEqual(["mine:f:a", "mine:s:a", "mine:t:a"]);
    for (const key of keys) {
      const left = await redis.pttl(key);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(60_000);
    }
    // What costs nothing leaves nothing.
    await store.take("b", 0, { algorithm: "sliding-window", limit: 4, window: 60_000 });
    expect(await redis.exists("mine:s:b")).toBe(0);
  });

  it("sends the script again when Redis has forgotten it", async () => {
    const store = new RedisRateLimitStore(redis);
    const policy = { algorithm: "sliding-window", limit: 4, window: 60_000 } as const;
    expect((await store.take("a", 1, policy)).remaining).toBe(3);
    await redis.script("FLUSH");
    expect((await store.take("a", 1, policy)).remaining).toBe(2);
  });

  it("works with clients of either kind", async () => {
    const policy = { algorithm: "fixed-window", limit: 4, window: 60_000 } as const;
    const call = (command: string, args: string[]): Promise<unknown> => redis.call(command, ...args);
    const bunLike = { send: call };
    const nodeRedisLike = { sendCommand: ([command, ...args]: string[]) => call(command!, args) };
    expect((await new RedisRateLimitStore(bunLike).take("a", 1, policy)).remaining).toBe(3);
    expect((await new RedisRateLimitStore(nodeRedisLike).take("a", 1, policy)).remaining).toBe(2);
    expect(() => new RedisRateLimitStore({} as never)).toThrow("a Redis client has call");
  });

  it("a key of another type is counted in memory, touched by nobody, and no reason to give up on Redis", async () => {
    await redis.hset("waymark:limit:s:default:a:127.0.0.1", "mine", "1");
    await redis.set("waymark:limit:s:default:a:192.0.2.1", "mine");
    const errors: unknown[] = [];
    const app = appOf({ onStoreError: (error) => errors.push(error) });
    expect(await statuses(app, 5)).toEqual([200, 200, 429, 429, 429]);
    expect((await app.request("/", { remoteAddress: "192.0.2.1" })).status).toBe(200);
    expect(String(errors[0])).toContain("WRONGTYPE");
    expect(await redis.hget("waymark:limit:s:default:a:127.0.0.1", "mine")).toBe("1");
    expect(await redis.get("waymark:limit:s:default:a:192.0.2.1")).toBe("mine");
    await app.request("/", { remoteAddress: "192.0.2.2" });
    expect(await redis.exists("waymark:limit:s:default:a:192.0.2.2")).toBe(1);
  });

  it.each(['"mine"', '["a","b","c"]', '{"mine":1}', "[]", "[1]", "[1,null]"])(
    "a key that holds %s is somebody else's as well",
    async (mine) => {
      const store = new RedisRateLimitStore(redis, { prefix: "mine:" });
      for (const [letter, algorithm] of [
        ["s", "sliding-window"],
        ["t", "token-bucket"],
        ["f", "fixed-window"],
      ] as const) {
        await redis.set(`mine:${letter}:a`, mine);
        await expect(store.take("a", 1, { algorithm, limit: 4, window: 60_000 })).rejects.toThrow(
          "WRONGTYPE",
        );
        expect(await redis.get(`mine:${letter}:a`)).toBe(mine);
      }
    },
  );

  /** Asks until the count is Redis's again. */
  const untilBack = async (app: App): Promise<void> => {
    while ((await redis.keys("waymark:limit:*").catch(() => [])).length === 0) {
      await app.request("/", { remoteAddress: "203.0.113.9" });
      await sleep(20);
    }
  };

  it("that is killed is made up for in memory, and used again when it is back", async () => {
    const errors: unknown[] = [];
    const app = appOf({ onStoreError: (error) => errors.push(error) });
    expect(await statuses(app, 3)).toEqual([200, 200, 429]);
    await server.kill();
    // A count of its own begins, so that a process lets through twice the limit at most.
    expect(await statuses(app, 50)).toEqual([200, 200, ...Array.from({ length: 48 }, () => 429)]);
    expect(errors).toHaveLength(1);
    await server.begin();
    await untilBack(app);
  });

  it("that is killed lets nobody pass where that is wanted, until it is back", async () => {
    const app = appOf({ failure: "closed" });
    expect(await statuses(app, 1)).toEqual([200]);
    await server.kill();
    expect(await statuses(app, 20)).toEqual(Array.from({ length: 20 }, () => 503));
    await server.begin();
    await untilBack(app);
    expect(await statuses(app, 3)).toEqual([200, 200, 429]);
  });

  it("that hangs is asked a few times, and then hardly ever", async () => {
    let asked = 0;
    const call = (command: string, ...args: string[]): Promise<unknown> => {
      asked++;
      return redis.call(command, ...args);
    };
    const app = appOf({ limit: 1000, storeTimeout: 50, store: new RedisRateLimitStore({ call }) });
    await statuses(app, 1);
    server.freeze();
    asked = 0;
    const begin = performance.now();
    expect(await statuses(app, 200)).toEqual(Array.from({ length: 200 }, () => 200));
    // Three that were waited for, and one each half second, for which nobody waits.
    expect(asked).toBeLessThanOrEqual(3 + Math.ceil((performance.now() - begin) / 500));
    server.thaw();
    await redis.flushall();
    await untilBack(app);
  });

  it("that comes and goes gives no wrong verdict and no error", async () => {
    const app = appOf({ limit: 5 });
    let passed = 0;
    for (let round = 0; round < 3; round++) {
      passed += (await statuses(app, 10)).filter((status) => status === 200).length;
      await server.kill();
      const found = await statuses(app, 10);
      expect(found.every((status) => status === 200 || status === 429)).toBe(true);
      passed += found.filter((status) => status === 200).length;
      await server.begin();
      await untilBack(app);
    }
    // A Redis that was killed has forgotten its count: its own limit each time, and this process's once.
    expect(passed).toBeLessThanOrEqual(5 * 3 + 5);
    expect(passed).toBeGreaterThanOrEqual(5);
  });
});
