import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hasRedis, RedisServer } from "../../../../waymark/src/middleware/redis/redis-server.fixture.ts";
import { Leases } from "./leases.ts";

/** A Redis that keeps leases, and may be cut off. */
class Kept {
  readonly names = new Set<string>();
  readonly asked: string[] = [];
  isAway = false;
  readonly send = async (command: string, ...args: string[]): Promise<unknown> => {
    this.asked.push(command);
    if (this.isAway) throw new Error("gone");
    return command === "ZREM" && this.names.delete(args[1]!) ? 1 : 0;
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe.skipIf(!hasRedis)("leases in a real Redis", () => {
  it("are renewed by its clock, and only those that are there", async () => {
    vi.useRealTimers();
    const server = await RedisServer.start();
    const client = new Redis(server.port, "127.0.0.1");
    const leases = new Leases((command, ...args) => client.call(command, ...args), 300);
    try {
      const release = leases.held("key", "held");
      leases.held("key", "gone");
      await client.zadd("key", 1, "held", 1, "another's");
      await expect.poll(() => client.zscore("key", "held"), { timeout: 5000 }).not.toBe("1");
      const [seconds] = await client.time();
      expect(Math.abs(Number(await client.zscore("key", "held")) - Number(seconds) * 1000)).toBeLessThan(
        5000,
      );
      expect([await client.zscore("key", "gone"), await client.zscore("key", "another's")]).toEqual([
        null,
        "1",
      ]);
      expect(await client.pttl("key")).toBeGreaterThan(0);
      release();
      await expect.poll(() => client.zscore("key", "held")).toBeNull();
    } finally {
      leases.close();
      client.disconnect();
      await server.stop();
    }
  });
});

describe("leases", () => {
  it("that Redis may have given without saying so are given back when it answers again", async () => {
    const redis = new Kept();
    const leases = new Leases(redis.send, 60_000);
    redis.names.add("one").add("two");
    redis.isAway = true;
    leases.doubt("key", "one");
    leases.doubt("key", "two");
    await vi.advanceTimersByTimeAsync(30_000);
    expect(redis.names.size).toBe(2);
    redis.isAway = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(redis.names.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("are looked for a few times more: what was on its way may come after the answer", async () => {
    const redis = new Kept();
    const leases = new Leases(redis.send, 60_000);
    leases.doubt("key", "late");
    await vi.advanceTimersByTimeAsync(2500);
    redis.names.add("late");
    await vi.advanceTimersByTimeAsync(1000);
    expect(redis.names.size).toBe(0);
    // One that never came is not looked for without end.
    leases.doubt("key", "never");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(redis.asked.length).toBeLessThan(12);
  });

  it("whose requests end while Redis is away are given back when it is there again", async () => {
    const redis = new Kept();
    const leases = new Leases(redis.send, 60_000);
    redis.names.add("mine");
    const release = leases.held("key", "mine");
    redis.isAway = true;
    release();
    await vi.advanceTimersByTimeAsync(5000);
    redis.isAway = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(redis.names.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("are renewed while they are held, and after that no timer is left", async () => {
    const redis = new Kept();
    const leases = new Leases(redis.send, 60_000);
    const release = leases.held("key", leases.name());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(redis.asked).toEqual(["EVALSHA", "EVALSHA", "EVALSHA"]);
    release();
    expect(redis.asked.at(-1)).toBe("ZREM");
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
