import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { hasRedis, RedisServer } from "../../../../waymark/src/middleware/redis/redis-server.fixture.ts";
import { callOf, contextOf, policy, refusalOf, type TestContext } from "../call.fixture.ts";
import { countingStep } from "./counting-step.ts";

const QUOTA = 20;
const LIMIT = 15;
const ROUNDS = 4;

async function statusOf(step: ReturnType<typeof countingStep>, context: TestContext): Promise<number> {
  const call = callOf({}, context);
  const status = (await refusalOf([step], call))?.status ?? 200;
  call.end();
  return status;
}

describe.skipIf(!hasRedis)("while Redis comes and goes", () => {
  it("limits let through what Redis and this process count at most, quotas what Redis counts, and both are back", async () => {
    const server = await RedisServer.start();
    const context = contextOf({ redis: { url: `redis://127.0.0.1:${server.port}`, prefix: "flap:" } });
    const limits = countingStep([policy("limit", "limit", { rate: `${LIMIT}/h` })], context);
    const quotas = countingStep([policy("quota", "limit", { requests: QUOTA, per: "year" })], context);
    const seen = { limits: [] as number[], quotas: [] as number[] };
    const ask = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        seen.limits.push(await statusOf(limits, context));
        seen.quotas.push(await statusOf(quotas, context));
      }
    };
    const passed = (statuses: readonly number[]): number =>
      statuses.filter((status) => status === 200).length;
    try {
      await ask(3);
      for (let round = 0; round < ROUNDS; round++) {
        // Frozen it forgets nothing: what was counted before counts after.
        server.freeze();
        await ask(6);
        expect(seen.quotas.slice(-4)).toEqual([503, 503, 503, 503]);
        server.thaw();
        await expect.poll(() => statusOf(quotas, context), { timeout: 5000, interval: 50 }).not.toBe(503);
        await ask(4);
      }
      await ask(60);
      // A request that ran out of time may have been counted all the same: fewer get through, never more.
      expect(passed(seen.quotas)).toBeLessThanOrEqual(QUOTA);
      expect(seen.quotas.every((status) => [200, 429, 503].includes(status))).toBe(true);
      expect(passed(seen.limits)).toBeGreaterThanOrEqual(LIMIT);
      expect(passed(seen.limits)).toBeLessThanOrEqual(2 * LIMIT);
      expect(seen.limits.every((status) => [200, 429].includes(status))).toBe(true);
      expect([seen.limits.at(-1), seen.quotas.at(-1)]).toEqual([429, 429]);
      expect(context.reports.length).toBeLessThan(10 * ROUNDS);
    } finally {
      server.thaw();
      await context.close();
      await server.stop();
    }
  });

  it.each([
    ["a list", ["RPUSH", "mine"]],
    ["a hash", ["HSET", "field", "mine"]],
    ["a set", ["SADD", "mine"]],
    ["a text", ["SET", "mine"]],
    ["JSON that is no counter", ["SET", '"mine"']],
    ["a number with something behind it", ["SET", "12 monkeys"]],
    ["a list of other things", ["SET", '["a","b","c","d","e","f"]']],
    ["an object", ["SET", '{"mine":1}']],
    ["an empty list", ["SET", "[]"]],
    ["less than nothing", ["SET", "-5"]],
    ["no number", ["SET", "nan"]],
  ])(
    "what is somebody else's under its key stays, and no quota is given away: %s",
    async (_, [command, ...value]) => {
      const server = await RedisServer.start();
      const context = contextOf({ redis: { url: `redis://127.0.0.1:${server.port}`, prefix: "type:" } });
      const client = new Redis(server.port, "127.0.0.1");
      const both = {
        limit: countingStep([policy("limit", "limit", { rate: "2/h" })], context),
        bucket: countingStep(
          [policy("limit", "limit", { rate: "2/h", algorithm: "token-bucket", name: "b" })],
          context,
        ),
        quota: countingStep([policy("quota", "limit", { requests: 2, per: "year" })], context),
        other: countingStep(
          [policy("quota", "limit", { requests: 100, per: "year", name: "o" }, "/other")],
          context,
        ),
      };
      try {
        // The first connection may take longer than a request waits.
        await expect.poll(() => statusOf(both.other, context), { timeout: 5000 }).toBe(200);
        const others = await client.keys("type:*");
        for (const step of [both.limit, both.bucket, both.quota])
          expect(await statusOf(step, context)).toBe(200);
        const keys = (await client.keys("type:*")).filter((key) => !others.includes(key));
        expect(keys).toHaveLength(3);
        for (const key of keys) {
          await client.del(key);
          await client.call(command!, key, ...value);
        }
        const statuses = async (step: ReturnType<typeof countingStep>): Promise<number[]> => [
          await statusOf(step, context),
          await statusOf(step, context),
          await statusOf(step, context),
        ];
        expect(await statuses(both.quota)).toEqual([503, 503, 503]);
        expect(await statuses(both.limit)).toEqual([200, 200, 429]);
        expect(await statuses(both.bucket)).toEqual([200, 200, 429]);
        // One key that is wrong is no Redis that is down.
        await expect.poll(() => statusOf(both.other, context), { timeout: 5000 }).toBe(200);
        for (const key of keys) {
          const [first] = value as [string, ...string[]];
          const found = {
            RPUSH: () => client.lrange(key, 0, -1),
            HSET: () => client.hkeys(key),
            SADD: () => client.smembers(key),
            SET: async () => [await client.get(key)],
          }[command as "RPUSH"];
          expect(await found()).toEqual([first]);
        }
      } finally {
        client.disconnect();
        await context.close();
        await server.stop();
      }
    },
  );
});
