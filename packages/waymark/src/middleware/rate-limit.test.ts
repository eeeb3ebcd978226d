import { afterEach, describe, expect, it, vi } from "vitest";
import type { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { response } from "../inputs/response.ts";
import { Router } from "../routing/router.ts";
import { apiKey } from "../security/api-key.ts";
import { appWith } from "./app.fixture.ts";
import { rateLimit, type RateLimitOptions } from "./rate-limit.ts";
import { MemoryRateLimitStore } from "./rate-limit/memory-store.ts";
import type { RateLimitStore } from "./rate-limit/policy.ts";
import { trustedProxies } from "./trusted-proxies.ts";

let now = 0;
const clocked = (): MemoryRateLimitStore => new MemoryRateLimitStore({ now: () => now });
afterEach(() => {
  now = 0;
  vi.restoreAllMocks();
});

function appOf(options: Partial<RateLimitOptions> = {}): App {
  const app = appWith([rateLimit({ limit: 2, window: 60, store: clocked(), ...options })]);
  app.get("/", () => "answer");
  return app;
}

const ask = (app: App, remoteAddress = "192.0.2.1", headers = {}): Promise<Response> =>
  app.request("/", { remoteAddress, headers });
const violated = async (response: Response): Promise<unknown> =>
  ((await response.json()) as Record<string, unknown>)["violated-policies"];
const statusOf = async (...asked: Parameters<typeof ask>): Promise<number> => (await ask(...asked)).status;

describe("a limit", () => {
  it("says what is left, and then answers 429 and when to come back", async () => {
    const app = appOf();
    const first = await ask(app);
    expect([first.status, first.headers.get("ratelimit"), first.headers.get("ratelimit-policy")]).toEqual([
      200,
      '"default";r=1;t=60',
      '"default";q=2;w=60',
    ]);
    now = 20_500;
    await ask(app);
    now = 30_500;
    const third = await ask(app);
    expect(third.status).toBe(429);
    expect(Object.fromEntries(third.headers)).toMatchObject({
      "content-type": "application/problem+json",
      ratelimit: '"default";r=0;t=50',
      "ratelimit-policy": '"default";q=2;w=60',
      "retry-after": "30",
    });
    expect(await third.json()).toEqual({
      type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
      title: "Too Many Requests",
      status: 429,
      detail: "More than 2 in 60 s.",
      "violated-policies": ["default"],
    });
    now = 60_000;
    expect(await statusOf(app)).toBe(200);
  });

  it("is for each client: its address, or its network of IPv6", async () => {
    const app = appOf({ limit: 1 });
    expect(await statusOf(app, "192.0.2.1")).toBe(200);
    expect(await statusOf(app, "192.0.2.1")).toBe(429);
    expect(await statusOf(app, "::ffff:192.0.2.1")).toBe(429);
    expect(await statusOf(app, "192.0.2.2")).toBe(200);
    expect(await statusOf(app, "2001:db8::1")).toBe(200);
    expect(await statusOf(app, "2001:0DB8::ffff:1%eth0")).toBe(429);
    expect(await statusOf(app, "2001:db8:0:1::1")).toBe(200);
  });

  it("does not believe what a client says about itself, and believes a trusted proxy", async () => {
    const spoofed = appOf({ limit: 1 });
    expect(await statusOf(spoofed, "192.0.2.1", { "x-forwarded-for": "198.51.100.1" })).toBe(200);
    expect(await statusOf(spoofed, "192.0.2.1", { "x-forwarded-for": "198.51.100.2" })).toBe(429);
    const behind = appWith([trustedProxies(["10.0.0.0/8"]), rateLimit({ limit: 1, window: 60 })]);
    behind.get("/", () => "answer");
    expect(await statusOf(behind, "10.0.0.1", { "x-forwarded-for": "198.51.100.1" })).toBe(200);
    expect(await statusOf(behind, "10.0.0.2", { "x-forwarded-for": "198.51.100.1" })).toBe(429);
    expect(await statusOf(behind, "10.0.0.2", { "x-forwarded-for": "198.51.100.2" })).toBe(200);
  });

  it("is by a key where one is given, and by address where that is undefined", async () => {
    const app = appOf({
      limit: 1,
      key: async ({ request }) => request.headers.get("x-api-key") ?? undefined,
    });
    expect(await statusOf(app, "192.0.2.1", { "x-api-key": "one" })).toBe(200);
    expect(await statusOf(app, "192.0.2.2", { "x-api-key": "one" })).toBe(429);
    expect(await statusOf(app, "192.0.2.1", { "x-api-key": "two" })).toBe(200);
    expect(await statusOf(app, "192.0.2.1")).toBe(200);
    expect(await statusOf(app, "192.0.2.1")).toBe(429);
    // A key is no address, whatever it looks like.
    expect(await statusOf(app, "192.0.2.9", { "x-api-key": "192.0.2.1" })).toBe(200);
  });

  it("keeps a long key as its digest", async () => {
    const take = vi.spyOn(MemoryRateLimitStore.prototype, "take");
    const app = appOf({ limit: 1, key: ({ request }) => request.headers.get("x-api-key")! });
    expect(await statusOf(app, "192.0.2.1", { "x-api-key": "x".repeat(5000) })).toBe(200);
    expect(await statusOf(app, "192.0.2.1", { "x-api-key": "x".repeat(5000) })).toBe(429);
    expect(await statusOf(app, "192.0.2.1", { "x-api-key": "x".repeat(5001) })).toBe(200);
    for (const [key] of take.mock.calls) expect(key.length).toBeLessThan(50);
  });

  it("has costs, exceptions and a reply of one's own", async () => {
    const app = appOf({
      limit: 10,
      cost: ({ request }) => (request.query.has("big") ? 6 : 1),
      skip: ({ request }) => request.headers.has("x-internal"),
      onExceeded: ({ request }, { retryAfter }) =>
        request.headers.has("x-shadow") ? undefined : { wait: Math.ceil(retryAfter / 1000) },
    });
    expect((await app.request("/?big")).headers.get("ratelimit")).toBe('"default";r=4;t=60');
    const refused = await app.request("/?big");
    expect([refused.status, refused.headers.get("retry-after"), await refused.json()]).toEqual([
      429,
      "60",
      { wait: 60 },
    ]);
    expect((await app.request("/?big", { headers: { "x-shadow": "1" } })).headers.get("content-type")).toBe(
      "application/problem+json",
    );
    expect((await app.request("/")).status).toBe(200);
    const skipped = await app.request("/?big", { headers: { "x-internal": "1" } });
    expect([skipped.status, skipped.headers.get("ratelimit")]).toEqual([200, null]);
  });

  it("may reply with a status of its own", async () => {
    const app = appOf({ limit: 1, onExceeded: async () => reply.redirect("/slow", 303) });
    await ask(app);
    expect(await statusOf(app)).toBe(303);
  });

  it("a cost that is no number is a mistake, and not free", async () => {
    for (const cost of [Number.NaN, -1, Infinity, "1" as unknown as number])
      expect(await statusOf(appOf({ cost: () => cost }))).toBe(500);
  });

  it("where nobody knows the client, says what to do", async () => {
    const log: string[] = [];
    const app = appWith([rateLimit({ limit: 2, window: 60 })], {
      logger: { warn() {}, error: (_, details) => void log.push(String(details)) },
    });
    app.get("/", () => "answer");
    expect((await app.fetch(new Request("http://localhost/"))).status).toBe(500);
    expect(log[0]).toContain("give it a key");
  });

  it("is not moved by the machine's clock", async () => {
    const app = appWith([rateLimit({ limit: 2, window: 3600 })]);
    app.get("/", () => "answer");
    const real = Date.now();
    expect([await statusOf(app), await statusOf(app)]).toEqual([200, 200]);
    for (const step of [3_600_000, -3_600_000, 86_400_000 * 366]) {
      vi.spyOn(Date, "now").mockReturnValue(real + step);
      expect(await statusOf(app)).toBe(429);
    }
  });

  it("forgets the client that was not seen for longest when there are too many", async () => {
    const store = new MemoryRateLimitStore({ maximumKeys: 3, now: () => now });
    const app = appOf({ limit: 1, store });
    for (const last of [1, 2, 3]) expect(await statusOf(app, `192.0.2.${last}`)).toBe(200);
    expect(await statusOf(app, "192.0.2.1")).toBe(429);
    expect(await statusOf(app, "192.0.2.4")).toBe(200);
    expect(store.size).toBe(3);
    expect(await statusOf(app, "192.0.2.1")).toBe(429);
    expect(await statusOf(app, "192.0.2.2")).toBe(200);
  });
});

describe("limits of app, router and route", () => {
  it("count each for itself, and each has its line", async () => {
    const app = appWith([rateLimit({ limit: 5, window: 60 })]);
    const router = new Router({ prefix: "/r" });
    router.use(rateLimit({ name: "router", limit: 3, window: 60 }));
    router.get("/a", () => "a", { middleware: [rateLimit({ name: "route", limit: 1, window: 10 })] });
    router.get("/b", () => "b");
    app.include(router);
    app.get("/c", () => "c");
    const first = await app.request("/r/a");
    expect(first.headers.get("ratelimit")).toBe('"default";r=4;t=60, "router";r=2;t=60, "route";r=0;t=10');
    const second = await app.request("/r/a");
    expect([second.status, await violated(second)]).toEqual([429, ["route"]]);
    expect((await app.request("/r/b")).status).toBe(200);
    const fourth = await app.request("/r/b");
    expect([fourth.status, await violated(fourth)]).toEqual([429, ["router"]]);
    expect((await app.request("/c")).status).toBe(200);
    const sixth = await app.request("/c");
    expect([sixth.status, await violated(sixth)]).toEqual([429, ["default"]]);
    // Routes that do not exist are asked for too.
    expect((await app.request("/none")).status).toBe(429);
  });

  it("are documented at their routes", async () => {
    const app = appWith([]);
    app.get("/a", () => "a", { middleware: [rateLimit({ limit: 1, window: 1, failure: "closed" })] });
    app.get("/b", () => "b");
    const { paths } = app.openapi();
    expect(Object.keys(paths["/a"]!.get!.responses)).toEqual(expect.arrayContaining(["429", "503"]));
    expect(Object.keys(paths["/b"]!.get!.responses)).not.toContain("429");
  });

  it("of one name cannot share a store", () => {
    const store = clocked();
    rateLimit({ limit: 1, window: 1, store });
    rateLimit({ limit: 1, window: 1, store, name: "other" });
    expect(() => rateLimit({ limit: 1, window: 1, store })).toThrow("is named 'default'");
  });
});

describe("by hand", () => {
  it("a dependency spends for whom only it knows", async () => {
    const perUser = rateLimit({ name: "user", limit: 1, window: 60 });
    const limited = dependency(
      {
        input: { key: apiKey({ in: "header", name: "X-Key" }), head: response() },
        errors: { 429: "Slow down" },
      },
      async ({ key, head }) => {
        if (key === "nobody") throw new HttpError(401);
        await perUser.take(head, key);
        return key;
      },
    );
    const app = appWith([]);
    app.get(
      "/",
      endpoint({ input: { user: limited } }, ({ user }) => user),
    );
    const asked = async (key: string): Promise<Response> => app.request("/", { headers: { "x-key": key } });
    expect((await asked("ada")).headers.get("ratelimit")).toBe('"user";r=0;t=60');
    const second = await asked("ada");
    expect([second.status, second.headers.get("retry-after")]).toEqual([429, "60"]);
    expect((await asked("bob")).status).toBe(200);
    expect((await asked("nobody")).status).toBe(401);
  });
});

describe("options that cannot be meant", () => {
  it.each<[object, string]>([
    [{ limit: 0 }, "limit is a number above 0, not the number 0"],
    [{ limit: "5" }, "limit is a number above 0"],
    [{ window: -1 }, "window is a number of seconds above 0"],
    [{ window: Infinity }, "window is a number of seconds above 0"],
    [{ algorithm: "leaky" }, "algorithm is one of sliding-window, token-bucket, fixed-window"],
    [{ name: 'a"b' }, "a name is letters"],
  ])("%j", (options, message) => {
    expect(() => rateLimit({ limit: 1, window: 1, ...options })).toThrow(message);
  });
});

describe("a store that fails", () => {
  const failing: RateLimitStore = { take: () => Promise.reject(new Error("gone")) };

  it("is made up for in memory by default", async () => {
    const onStoreError = vi.fn<(error: unknown) => void>();
    const app = appOf({ limit: 2, store: { ...failing }, onStoreError });
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push(await statusOf(app));
    expect(statuses).toEqual([200, 200, 429, 429, 429, 429]);
    expect(onStoreError.mock.calls.map(([error]) => String(error))).toEqual(["Error: gone"]);
  });

  it("lets nobody pass where that is wanted", async () => {
    const app = appOf({ store: { ...failing }, failure: "closed", onStoreError: () => undefined });
    const response = await ask(app);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  });

  it.each([
    ["open", "each process counts for itself"],
    ["closed", "requests are answered with 503"],
  ] as const)(
    "is told of by the console unless somebody else listens, with what happens meanwhile: %s",
    async (failure, meanwhile) => {
      const error = vi.spyOn(console, "error").mockReturnValue(undefined);
      await ask(appOf({ store: { ...failing }, failure }));
      expect(error).toHaveBeenCalledOnce();
      expect(error.mock.calls[0]![0]).toContain(`until it is back ${meanwhile}`);
    },
  );

  it("that throws at once is no different", async () => {
    const take = (): never => {
      throw new Error("gone");
    };
    expect(await statusOf(appOf({ store: { take }, onStoreError: () => undefined }))).toBe(200);
  });
});
