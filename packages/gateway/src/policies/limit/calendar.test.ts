import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hasRedis, RedisServer } from "../../../../waymark/src/middleware/redis/redis-server.fixture.ts";
import { periodAt } from "./calendar.ts";
import type { Period } from "./limit-rule.ts";
import { MemoryCounters } from "./memory-counters.ts";
import { quotaRule } from "./quota-rule.ts";
import { NOWHERE } from "./rate-rule.ts";
import { RedisCounters } from "./redis-counters.ts";

const PERIODS: readonly Period[] = ["minute", "hour", "day", "week", "month", "year"];

describe("periods of the calendar", () => {
  it("follow each other without a gap over eight years, and are told apart by their names", () => {
    for (const period of ["day", "week", "month", "year"] as const) {
      const names = new Set<string>();
      const end = Date.UTC(2033, 0, 1);
      for (let at = Date.UTC(2025, 0, 1); at < end;) {
        const one = periodAt(period, at);
        expect(names.has(one.name)).toBe(false);
        names.add(one.name);
        expect(periodAt(period, one.end - 1)).toEqual(one);
        expect(periodAt(period, one.end).name).not.toBe(one.name);
        at = one.end;
      }
      expect([period, names.size]).toEqual([period, { day: 2922, week: 418, month: 96, year: 8 }[period]]);
    }
  });

  it.each([
    ["month", "2028-02-29T23:59:59.999Z", "2028-03-01T00:00:00.000Z"],
    ["month", "2027-02-28T23:59:59.999Z", "2027-03-01T00:00:00.000Z"],
    ["month", "2027-12-31T12:00:00.000Z", "2028-01-01T00:00:00.000Z"],
    ["month", "2027-04-01T00:00:00.000Z", "2027-05-01T00:00:00.000Z"],
    ["year", "2028-02-29T00:00:00.000Z", "2029-01-01T00:00:00.000Z"],
    // A Thursday, and the Sunday before that week's Monday.
    ["week", "2026-01-01T00:00:00.000Z", "2026-01-05T00:00:00.000Z"],
    ["week", "2026-01-04T23:59:59.999Z", "2026-01-05T00:00:00.000Z"],
    // The days on which clocks of people are put forward and back are days like others.
    ["day", "2026-03-29T01:30:00.000Z", "2026-03-30T00:00:00.000Z"],
    ["day", "2026-10-25T01:30:00.000Z", "2026-10-26T00:00:00.000Z"],
  ] as const)("a %s at %s ends at %s", (period, at, end) => {
    expect(new Date(periodAt(period, Date.parse(at)).end).toISOString()).toBe(end);
  });
});

/** Ends of months, each with the moment before. Redis's own clock says something else. */
const ENDS = ["2020-01-31", "2024-02-29", "2025-02-28", "2026-12-31", "2031-04-30"].map((day) =>
  Date.parse(`${day}T23:59:59.500Z`),
);

describe.each(["memory", ...(hasRedis ? ["Redis"] : [])])("quotas counted in %s", (where) => {
  let counters: MemoryCounters | RedisCounters;
  let close: () => Promise<void>;
  beforeEach(async () => {
    if (where === "memory") {
      const memory = (counters = new MemoryCounters());
      close = async () => memory.close();
    } else {
      const server = await RedisServer.start();
      const client = new Redis(server.port, "127.0.0.1");
      const redis = (counters = new RedisCounters(
        (command, ...args) => client.call(command, ...args),
        "end:",
      ));
      close = () => {
        redis.close();
        client.disconnect();
        return server.stop();
      };
    }
    vi.useFakeTimers({ toFake: ["Date"] });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await close();
  });

  async function passing(requests: number, per: Period): Promise<number> {
    const rule = quotaRule({ kind: "quota", origin: NOWHERE }, { requests: 3, per });
    let passed = 0;
    for (let i = 0; i < requests; i++) {
      const [verdict] = await counters.take([rule], ["app:mobile"], () => undefined);
      if (verdict!.allowed) passed++;
    }
    return passed;
  }

  it("begin anew at the end of a month, not before, and once", async () => {
    for (const end of ENDS) {
      vi.setSystemTime(end - 86_400_000);
      expect(await passing(2, "month")).toBe(2);
      vi.setSystemTime(end);
      expect(await passing(5, "month")).toBe(1);
      vi.setSystemTime(end + 499);
      expect(await passing(2, "month")).toBe(0);
      vi.setSystemTime(end + 500);
      expect(await passing(5, "month")).toBe(3);
      // A clock that is put right by a second.
      vi.setSystemTime(end);
      expect(await passing(2, "month")).toBe(0);
      vi.setSystemTime(end + 1500);
      expect(await passing(2, "month")).toBe(0);
    }
  });

  it("of each length count for themselves", async () => {
    vi.setSystemTime(Date.parse("2026-02-28T23:59:59.999Z"));
    for (const period of PERIODS) expect([period, await passing(4, period)]).toEqual([period, 3]);
    vi.setSystemTime(Date.parse("2026-03-01T00:00:00.000Z"));
    // A Sunday: week and year go on.
    for (const period of PERIODS)
      expect([period, await passing(4, period)]).toEqual([
        period,
        period === "week" || period === "year" ? 0 : 3,
      ]);
  });
});
