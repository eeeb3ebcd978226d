import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { hasRedis, RedisServer } from "../../../../waymark/src/middleware/redis/redis-server.fixture.ts";
import { freePort } from "../../../../waymark/src/testing/free-port.fixture.ts";
import { callOf, contextOf, policy, refusalOf } from "../call.fixture.ts";
import { concurrencyRule } from "./concurrency-rule.ts";
import { connectRedis } from "./connect-redis.ts";
import { countingStep } from "./counting-step.ts";
import { GuardedCounters } from "./guarded-counters.ts";
import { limitRule, NOWHERE } from "./rate-rule.ts";
import type { LimitRule } from "./limit-rule.ts";
import { MemoryCounters } from "./memory-counters.ts";
import { quotaRule } from "./quota-rule.ts";
import { OutageLog } from "./outage-log.ts";
import { RedisCounters } from "./redis-counters.ts";
import { limitScript } from "./script.ts";

const rate = (options: object): LimitRule => limitRule({ kind: "limit", origin: NOWHERE }, options);
const nothing = (): void => undefined;

describe.skipIf(!hasRedis)("limits in Redis", () => {
  let server: RedisServer;
  const open: (() => unknown)[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });
  afterAll(() => server.stop());

  /** Another gateway: a connection of its own. */
  function gateway(prefix: string, script?: string): RedisCounters {
    const client = new Redis(server.port, "127.0.0.1");
    const counters = new RedisCounters((command, ...args) => client.call(command, ...args), prefix, script);
    open.push(
      () => counters.close(),
      () => client.disconnect(),
    );
    return counters;
  }
  function command(...args: [string, ...string[]]): Promise<unknown> {
    const client = new Redis(server.port, "127.0.0.1");
    return client.call(...args).finally(() => client.disconnect());
  }

  it.each([
    ["sliding-window", { requests: 100, window: "1h" }],
    ["token-bucket", { requests: 100, window: "1h", algorithm: "token-bucket" }],
  ])("eight gateways together let through exactly what one may: %s", async (name, options) => {
    const gateways = Array.from({ length: 8 }, () => gateway(`exact-${name}:`));
    const rule = rate(options);
    const verdicts = await Promise.all(
      Array.from({ length: 1000 }, (_, i) => gateways[i % 8]!.take([rule], ["app:mobile"], nothing)),
    );
    expect(verdicts.filter(([verdict]) => verdict!.allowed)).toHaveLength(100);
  });

  it("spends from all limits of a request, or from none", async () => {
    const one = gateway("all-or-none:");
    const wide = rate({ rate: "10/h", name: "wide" });
    const narrow = rate({ rate: "3/h", name: "narrow", by: "ip" });
    const quota = quotaRule({ kind: "quota", origin: NOWHERE }, { requests: 100, per: "year" });
    const all = [wide, narrow, quota];
    for (let i = 0; i < 6; i++) await one.take(all, ["app:a", "ip:1", "app:a"], nothing);
    const verdicts = await one.take(all, ["app:a", "ip:1", "app:a"], nothing);
    expect(verdicts.map(({ allowed }) => allowed)).toEqual([true, false, true]);
    expect(verdicts.map(({ remaining }) => remaining)).toEqual([7, 0, 97]);
    expect(verdicts[1]!.wait).toBeGreaterThan(3_500_000);
  });

  it("counts like the memory does, whatever comes", async () => {
    const clock = "local now = tonumber(redis.call('GET', 'clock'))\n";
    // Redis forgets by its own clock, which is another: here it has a minute for it.
    const forget = "math.max(math.ceil(life), 1)";
    expect(limitScript(clock)).toContain(forget);
    const redis = gateway("alike:", limitScript(clock).replace(forget, "60000"));
    let now = 1_000_000;
    const memory = new MemoryCounters({ now: () => ({ steady: now, calendar: now }) });
    const rules = [
      rate({ requests: 7, window: "1s", name: "s" }),
      rate({ requests: 20, window: "4s", name: "t", algorithm: "token-bucket", burst: 5 }),
      rate({ requests: 9, window: "3s", name: "c", cost: 2 }),
    ];
    const client = new Redis(server.port, "127.0.0.1");
    open.push(() => client.disconnect());
    let seed = 7;
    const random = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    for (let i = 0; i < 600; i++) {
      now += Math.floor(random() < 0.05 ? random() * 3000 : random() * 250);
      await client.set("clock", now);
      const subject = `ip:${Math.floor(random() * 2)}`;
      const chosen = rules.filter(() => random() < 0.7);
      if (chosen.length === 0) continue;
      const subjects = chosen.map(() => subject);
      const ofRedis = await redis.take(chosen, subjects, nothing);
      const ofMemory = memory.take(chosen, subjects, nothing).map(({ allowed, remaining, reset, wait }) => ({
        allowed,
        remaining: Math.floor(remaining),
        reset: Math.ceil(reset),
        wait: Math.ceil(wait),
      }));
      for (const [j, verdict] of ofRedis.entries()) {
        const expected = ofMemory[j]!;
        expect([verdict.allowed, verdict.remaining], `request ${i}, rule ${chosen[j]!.name}`).toEqual([
          expected.allowed,
          expected.remaining,
        ]);
        expect(Math.abs(verdict.reset - expected.reset)).toBeLessThanOrEqual(1);
        expect(Math.abs(verdict.wait - expected.wait)).toBeLessThanOrEqual(1);
      }
    }
    memory.close();
  });

  it("gives leases back, and forgets those of a gateway that died", async () => {
    const rule = concurrencyRule({ kind: "concurrency", origin: NOWHERE }, { requests: 2 });
    const one = gateway("leases:");
    const other = gateway("leases:");
    const releases: (() => void)[] = [];
    const take = async (counters: RedisCounters): Promise<boolean> =>
      (await counters.take([rule], ["app:a"], (release) => releases.push(release)))[0]!.allowed;
    expect([await take(one), await take(other), await take(one)]).toEqual([true, true, false]);
    releases[0]!();
    await expect.poll(() => take(other)).toBe(true);
    // As if a minute had passed in which nobody renewed them.
    const [key] = (await command("KEYS", "leases:*")) as string[];
    for (const name of (await command("ZRANGE", key!, "0", "-1")) as string[])
      await command("ZADD", key!, "1", name);
    expect([await take(one), await take(one), await take(one)]).toEqual([true, true, false]);
  });

  it("goes on when Redis has forgotten the script", async () => {
    const one = gateway("flush:");
    const rule = rate({ rate: "2/h" });
    await one.take([rule], ["app:a"], nothing);
    await command("SCRIPT", "FLUSH");
    expect((await one.take([rule], ["app:a"], nothing))[0]!.remaining).toBe(0);
  });

  it("does not overwrite what is somebody else's, and fails open for that key alone", async () => {
    const memory = new MemoryCounters();
    open.push(() => memory.close());
    // A machine that has much to do takes its time.
    const guarded = new GuardedCounters(
      gateway("type:"),
      memory,
      new OutageLog("here", nothing),
      nothing,
      10_000,
    );
    const rule = rate({ rate: "2/h", name: "n" });
    const take = async (): Promise<boolean> =>
      (await guarded.take([rule], ["app:a"], nothing)).every(({ allowed }) => allowed);
    expect(await take()).toBe(true);
    const [key] = (await command("KEYS", "type:*")) as string[];
    await command("DEL", key!);
    await command("LPUSH", key!, "mine");
    expect([await take(), await take(), await take()]).toEqual([true, true, false]);
    expect(await command("LRANGE", key!, "0", "-1")).toEqual(["mine"]);
  });

  it("keeps no key for ever", async () => {
    const one = gateway("ttl:");
    const quota = quotaRule({ kind: "quota", origin: NOWHERE }, { requests: 5, per: "hour" });
    const lease = concurrencyRule({ kind: "concurrency", origin: NOWHERE }, { requests: 5 });
    const rules = [
      rate({ rate: "5/min" }),
      rate({ rate: "5/min", algorithm: "token-bucket", name: "t" }),
      quota,
      lease,
    ];
    await one.take(
      rules,
      rules.map(() => "x".repeat(5000)),
      nothing,
    );
    const keys = (await command("KEYS", "ttl:*")) as string[];
    expect(keys).toHaveLength(4);
    for (const key of keys) {
      expect(key.length).toBeLessThan(100);
      expect(Number(await command("PTTL", key)), key).toBeGreaterThan(0);
    }
  });
});

describe.skipIf(!hasRedis)("while Redis is away", () => {
  async function expectOutage(
    name: string,
    begin: (server: RedisServer) => unknown,
    end: (server: RedisServer) => unknown,
  ): Promise<void> {
    const server = await RedisServer.start();
    const context = contextOf({ redis: { url: `redis://127.0.0.1:${server.port}`, prefix: `${name}:` } });
    const limits = countingStep([policy("limit", "limit", { rate: "5/h" })], context);
    const quotas = countingStep([policy("quota", "limit", { requests: 100, per: "year" })], context);
    const ask = async (step: typeof limits): Promise<number> =>
      (await refusalOf([step], callOf({}, context)))?.status ?? 0;
    try {
      // The first connection may take longer than a request waits: then a rate counts here, and a quota refuses.
      await expect.poll(() => ask(quotas)).toBe(0);
      await begin(server);
      // Fails open onto what this process counts, closed where that would give away what is sold.
      const open: number[] = [];
      for (let i = 0; i < 8; i++) open.push(await ask(limits));
      expect(open).toEqual([0, 0, 0, 0, 0, 429, 429, 429]);
      expect(await ask(quotas)).toBe(503);
      await end(server);
      await expect.poll(() => ask(quotas), { timeout: 10_000, interval: 100 }).toBe(0);
      expect(context.reports.length).toBeGreaterThan(0);
      expect(context.reports.length).toBeLessThan(10);
    } finally {
      server.thaw();
      await context.close();
      await server.stop();
    }
  }
  it("killed", () =>
    expectOutage(
      "killed",
      (server) => server.kill(),
      (server) => server.begin(),
    ));
  it("frozen", () =>
    expectOutage(
      "frozen",
      (server) => server.freeze(),
      (server) => server.thaw(),
    ));

  it("nobody waits for it once it was away for a while", async () => {
    const server = await RedisServer.start();
    const context = contextOf({ redis: { url: `redis://127.0.0.1:${server.port}`, prefix: "fast:" } });
    const step = countingStep([policy("limit", "limit", { rate: "100k/h" })], context);
    const one = async (): Promise<number> => {
      const begin = performance.now();
      await step.run!(callOf({}, context));
      return performance.now() - begin;
    };
    try {
      await one();
      server.freeze();
      for (let i = 0; i < 3; i++) await one();
      let quick = 0;
      for (let i = 0; i < 500; i++) if ((await one()) < 50) quick++;
      // A wait is a hundred milliseconds: not one of them was waited for.
      expect(quick).toBeGreaterThan(490);
    } finally {
      server.thaw();
      await context.close();
      await server.stop();
    }
  });

  it("that was never there does not keep anybody waiting, and a name that the environment lacks is a mistake", async () => {
    const context = contextOf({ redis: { url: "redis://127.0.0.1:1", prefix: "never:" } });
    const step = countingStep([policy("limit", "limit", { rate: "2/h" })], context);
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await refusalOf([step], callOf({}, context)))?.status ?? 0);
    expect(statuses).toEqual([0, 0, 429, 429]);
    await context.close();
    const unnamed = contextOf({ redis: { url: "redis://${NO_SUCH_NAME_HERE}", prefix: "" } });
    expect(() => countingStep([policy("limit", "limit", { rate: "2/h" })], unnamed)).toThrow(
      "no NO_SUCH_NAME_HERE",
    );
  });
});

describe.skipIf(!hasRedis)("on a cluster", () => {
  it("asks for one slot after the other, and counts right", async () => {
    const node = await ClusterNode.start();
    const reports: string[] = [];
    const connection = connectRedis(`redis+cluster://127.0.0.1:${node.port}`, (problem) =>
      reports.push(problem),
    );
    const counters = new RedisCounters(connection.send, "cluster:");
    const rules = [
      rate({ rate: "5/h", name: "a", by: "ip" }),
      rate({ rate: "3/h", name: "b", by: "service" }),
      rate({ rate: "9/h", name: "c", by: "operation" }),
    ];
    const subjects = rules.map(({ subject }) => subject(callOf({})));
    try {
      const verdicts = [];
      for (let i = 0; i < 5; i++) verdicts.push(await counters.take(rules, subjects, nothing));
      expect(verdicts.map((all) => all.every(({ allowed }) => allowed))).toEqual([
        true,
        true,
        true,
        false,
        false,
      ]);
      expect(verdicts[2]!.map(({ remaining }) => remaining)).toEqual([2, 0, 6]);
      expect(reports).toEqual([]);
      const client = new Redis(node.port, "127.0.0.1");
      const keys = await client.keys("cluster:*");
      client.disconnect();
      expect(keys.toSorted()).toEqual([
        expect.stringMatching(/^cluster:\{ip:192\.0\.2\.1\}:[0-9a-f]{16}:s$/),
        expect.stringMatching(/^cluster:\{op:orders:readOrder\}:/),
        expect.stringMatching(/^cluster:\{service:orders\}:/),
      ]);
    } finally {
      counters.close();
      await connection.close();
      await node.stop();
    }
  });
});

/** A cluster of one: it has all slots, and refuses scripts whose keys are in several. */
class ClusterNode {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port;
    this.#child = child;
    this.#folder = folder;
  }

  static async start(): Promise<ClusterNode> {
    const [port, bus] = [await freePort(), await freePort()];
    const folder = await mkdtemp(join(tmpdir(), "gateway-cluster-"));
    const options = {
      port,
      "cluster-port": bus,
      bind: "127.0.0.1",
      save: "",
      dir: folder,
      "cluster-enabled": "yes",
      "cluster-announce-ip": "127.0.0.1",
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn("redis-server", args, { stdio: "ignore" });
    const client = new Redis(port, "127.0.0.1", { retryStrategy: () => 50 });
    client.on("error", () => undefined);
    await client.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    await vi.waitUntil(
      async () => String(await client.call("CLUSTER", "INFO")).includes("cluster_state:ok"),
      {
        timeout: 20_000,
      },
    );
    client.disconnect();
    return new ClusterNode(port, child, folder);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}
