import { describe, expect, it, vi } from "vitest";
import type { StepContext } from "../../call.ts";
import type { Policy } from "../../snapshot.ts";
import { sha256 } from "../digest.ts";
import {
  callOf,
  contextOf,
  operationOf,
  policy,
  principalOf,
  refusalOf,
  type TestCall,
  type TestRequest,
} from "../call.fixture.ts";
import { concurrencyKind } from "./concurrency.ts";
import { countingStep } from "./counting-step.ts";
import { limitKind } from "./limit.ts";
import { MemoryCounters } from "./memory-counters.ts";
import { limitRule } from "./rate-rule.ts";
import { quotaKind } from "./quota.ts";

const limit = (options: object, pointer?: string): Policy => policy("limit", "limit", options, pointer);
const quota = (options: object): Policy => policy("quota", "limit", options);
const concurrency = (options: object): Policy => policy("concurrency", "limit", options);

/** Asks so often, and says how each ended: 0 for what passed. */
async function ask(
  policies: readonly Policy[],
  count: number,
  request: TestRequest = {},
  context: StepContext = contextOf(),
): Promise<number[]> {
  const step = countingStep(policies, context);
  const statuses: number[] = [];
  for (let i = 0; i < count; i++)
    statuses.push((await refusalOf([step], callOf(request, context)))?.status ?? 0);
  return statuses;
}

const passed = (statuses: readonly number[]): number => statuses.filter((status) => status === 0).length;

describe("limit", () => {
  it("lets so many pass and refuses the rest, without a promise", async () => {
    const context = contextOf();
    expect(countingStep([limit({ rate: "3/min" })], context).run!(callOf({}))).toBeUndefined();
    expect(await ask([limit({ rate: "3/min" })], 5)).toEqual([0, 0, 0, 429, 429]);
    expect(await ask([limit({ requests: 2, window: "10s", algorithm: "token-bucket" })], 3)).toEqual([
      0, 0, 429,
    ]);
  });

  it("says what is left, and when to come again", async () => {
    const context = contextOf();
    const step = countingStep([limit({ rate: "2/min", by: "ip" })], context);
    const first = callOf({}, context);
    await refusalOf([step], first);
    expect(first.replyHeaders.get("ratelimit-policy")).toBe('"ip";q=2;w=60');
    expect(first.replyHeaders.get("ratelimit")).toBe('"ip";r=1;t=60');
    await refusalOf([step], callOf({}, context));
    const third = callOf({}, context);
    const refusal = await refusalOf([step], third);
    expect(refusal?.status).toBe(429);
    expect(refusal?.headers?.["retry-after"]).toBe("60");
    expect(refusal?.members).toEqual({ "violated-policies": ["ip"] });
    expect(third.replyHeaders.get("ratelimit")).toBe('"ip";r=0;t=60');
  });

  it("says nothing where it is told to", async () => {
    const call = callOf({});
    await refusalOf([countingStep([limit({ rate: "2/min", headers: false })], contextOf())], call);
    expect(call.replyHeaders.size).toBe(0);
  });

  it("takes what a request costs, and a burst that is saved up", async () => {
    expect(await ask([limit({ rate: "10/min", cost: 4 })], 3)).toEqual([0, 0, 429]);
    expect(passed(await ask([limit({ rate: "10/min", algorithm: "token-bucket", burst: 3 })], 10))).toBe(3);
  });

  it("spends from all limits of a request, or from none", async () => {
    const context = contextOf();
    const both = [limit({ rate: "5/min", name: "wide" }), limit({ rate: "2/min", name: "narrow" })];
    expect(await ask(both, 4, {}, context)).toEqual([0, 0, 429, 429]);
    // Two were spent of the wide one, for the refused ones nothing.
    expect(passed(await ask([limit({ rate: "5/min", name: "wide" })], 10, {}, context))).toBe(3);
  });

  it("counts for all operations that one policy stands for, and apart for others", async () => {
    const context = contextOf();
    const one = [limit({ rate: "2/min" }, "/policies/0")];
    const elsewhere: StepContext = { ...context, operation: operationOf({ id: "orders:other" }) };
    expect(await ask(one, 1, {}, context)).toEqual([0]);
    expect(await ask(one, 2, {}, elsewhere)).toEqual([0, 429]);
    expect(await ask([limit({ rate: "2/min" }, "/policies/1")], 1, {}, context)).toEqual([0]);
  });

  it("goes on from what was counted when it is raised", async () => {
    const context = contextOf();
    await ask([limit({ rate: "2/min" })], 2, {}, context);
    expect(await ask([limit({ rate: "3/min" })], 2, {}, context)).toEqual([0, 429]);
  });

  it.each([
    [{}, "needs rate"],
    [{ rate: "100" }, "is not written like"],
    [{ rate: "many/min" }, "is no number"],
    [{ rate: "0/min" }, "is not above 0"],
    [{ rate: "1/min", requests: 1 }, "say one of them"],
    [{ rate: "1/min", burst: 2 }, "token-bucket"],
    [{ rate: "1/min", by: "colour" }, "is not known"],
    [{ rate: "1/min", by: "constructor" }, "is not known"],
    [{ rate: "1/min", by: "constructor:x" }, "is not known"],
    [{ rate: "1/min", by: "header:" }, "is not known"],
  ])("refuses %j", (options, message) => expect(limitKind.check!(options)).toContain(message));
  it.each(["100/min", "5/s", "10k/hour", "20 per 10s", "1 / day"])("takes the rate %s", (rate) =>
    expect(limitKind.check!({ rate })).toBeUndefined(),
  );
});

describe("by", () => {
  const of = (by: string | readonly string[], request: TestRequest): string =>
    limitRule({ kind: "limit", origin: { file: "", line: null, pointer: "" } }, { rate: "1/s", by }).subject(
      callOf(request),
    );
  const token = principalOf({
    id: "sub:ada@https://a",
    consumer: null,
    claims: { azp: "web", iss: "https://a", tenant: "t1" },
  });
  it.each<readonly [string | readonly string[], TestRequest, string]>([
    ["app", { principal: principalOf() }, "app:mobile"],
    ["app", { principal: token }, "client:web@https://a"],
    ["app", {}, "ip:192.0.2.1"],
    ["key", { principal: principalOf() }, "key:consumer:mobile/0123456789abcdef"],
    ["principal", { principal: token }, "who:sub:ada@https://a"],
    ["ip", { clientAddress: "2001:db8:1:2:3:4:5:6" }, "ip:2001:db8:1:2::"],
    ["ip", { clientAddress: "::ffff:192.0.2.7" }, "ip:192.0.2.7"],
    ["operation", {}, "op:orders:readOrder"],
    ["service", {}, "service:orders"],
    ["all", {}, "all"],
    ["claim:tenant", { principal: token }, "claim:tenant:t1"],
    ["claim:tenant", {}, "ip:192.0.2.1"],
    ["header:X-Tenant", { headers: [["x-tenant", "t2"]] }, "header:X-Tenant:t2"],
    // As long as a client likes: what is kept of it is not.
    [
      "header:X-Tenant",
      { headers: [["x-tenant", "t".repeat(16_000)]] },
      `header:X-Tenant:sha256:${sha256("t".repeat(16_000))}`,
    ],
    ["path:id", { params: { id: "7" } }, "path:id:7"],
    ["query:q", { search: "q=1" }, "query:q:1"],
    ["cookie:s", { headers: [["cookie", "s=1"]] }, "cookie:s:1"],
    [["app", "operation"], { principal: principalOf() }, "app:mobile|op:orders:readOrder"],
  ])("%j tells %j apart", (by, request, subject) => expect(of(by, request)).toBe(subject));
});

describe("quota", () => {
  it("begins anew with the calendar", async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 31, 23, 59, 50) });
    try {
      const context = contextOf();
      expect(await ask([quota({ requests: 2, per: "month" })], 3, {}, context)).toEqual([0, 0, 429]);
      const call = callOf({}, context);
      const refusal = await refusalOf([countingStep([quota({ requests: 2, per: "month" })], context)], call);
      expect(refusal?.headers?.["retry-after"]).toBe("10");
      expect(call.replyHeaders.get("ratelimit-policy")).toBe('"quota-app";q=2');
      vi.setSystemTime(Date.UTC(2026, 1, 1));
      expect(await ask([quota({ requests: 2, per: "month" })], 3, {}, context)).toEqual([0, 0, 429]);
    } finally {
      vi.useRealTimers();
    }
  });
  it("takes numbers as people write them", () => {
    expect(quotaKind.check!({ requests: "10k", per: "day" })).toBeUndefined();
    expect(quotaKind.check!({ requests: "lots", per: "day" })).toContain("is no number");
  });
});

describe("concurrency", () => {
  it("counts what is under way, and gives it back when it ends", async () => {
    const context = contextOf();
    const step = countingStep([concurrency({ requests: 2 })], context);
    const calls: TestCall[] = [callOf({}, context), callOf({}, context), callOf({}, context)];
    const statuses = [];
    for (const call of calls) statuses.push((await refusalOf([step], call))?.status);
    expect(statuses).toEqual([undefined, undefined, 429]);
    calls[2]!.end();
    expect((await refusalOf([step], callOf({}, context)))?.status).toBe(429);
    calls[0]!.end();
    expect(await refusalOf([step], callOf({}, context))).toBeUndefined();
  });
  it("takes nothing where another limit refuses", async () => {
    const context = contextOf();
    const step = countingStep([limit({ rate: "1/min" }), concurrency({ requests: 1 })], context);
    const first = callOf({}, context);
    expect(await refusalOf([step], first)).toBeUndefined();
    first.end();
    expect((await refusalOf([step], callOf({}, context)))?.members).toEqual({ "violated-policies": ["app"] });
    expect(
      await refusalOf([countingStep([concurrency({ requests: 1 })], context)], callOf({}, context)),
    ).toBeUndefined();
  });
  it("has a schema of its own", () => expect(concurrencyKind.check!({ requests: 1 })).toBeUndefined());
});

describe("the memory of it", () => {
  const rule = limitRule({ kind: "limit", origin: { file: "", line: null, pointer: "" } }, { rate: "10/s" });
  it("is bounded, and forgets who was not seen for longest", () => {
    const counters = new MemoryCounters({ mostSubjects: 1000 });
    for (let i = 0; i < 5000; i++) counters.take([rule], [`s${i}`], () => undefined);
    expect(counters.size).toBe(1000);
    counters.close();
  });
  it("forgets what is as good as new", () => {
    let now = 0;
    const counters = new MemoryCounters({ now: () => ({ steady: now, calendar: now }) });
    for (let i = 0; i < 100; i++) counters.take([rule], [`s${i}`], () => undefined);
    now = 500;
    counters.take([rule], ["later"], () => undefined);
    now = 1200;
    counters.sweep();
    expect(counters.size).toBe(1);
    now = 5000;
    counters.sweep();
    expect(counters.size).toBe(0);
  });
});

describe("accuracy", () => {
  /** Requests at random times; of a sliding window none that begins anywhere has more than the limit. */
  it("no window has more than the limit", () => {
    const window = 1000;
    const strict = limitRule(
      { kind: "limit", origin: { file: "", line: null, pointer: "" } },
      { requests: 50, window: "1s" },
    );
    let now = 0;
    let seed = 42;
    const random = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    const counters = new MemoryCounters({ now: () => ({ steady: now, calendar: now }) });
    const allowed: number[] = [];
    /** What a limiter would let through that kept the time of every request. */
    const exact: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      now += random() < 0.01 ? random() * 800 : random() * 8;
      if (counters.take([strict], ["one"], () => undefined)[0]!.allowed) allowed.push(now);
      if (exact.length < 50 || exact[exact.length - 50]! + window <= now) exact.push(now);
    }
    const closest = Math.min(...allowed.slice(50).map((at, i) => at - allowed[i]!));
    expect(closest).toBeGreaterThanOrEqual(window);
    // And it does not hold back more than the 64th that entries are kept together.
    expect(allowed.length).toBeGreaterThan(exact.length * 0.97);
    counters.close();
  });
  it("a token bucket gives the rate and once the burst", () => {
    const bucket = limitRule(
      { kind: "limit", origin: { file: "", line: null, pointer: "" } },
      { requests: 100, window: "1s", algorithm: "token-bucket", burst: 20 },
    );
    let now = 0;
    const counters = new MemoryCounters({ now: () => ({ steady: now, calendar: now }) });
    let allowed = 0;
    for (; now < 10_000; now++) if (counters.take([bucket], ["one"], () => undefined)[0]!.allowed) allowed++;
    expect(Math.abs(allowed - 1020)).toBeLessThanOrEqual(1);
    counters.close();
  });
});
