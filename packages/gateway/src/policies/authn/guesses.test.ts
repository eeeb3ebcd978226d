import { createHash, scryptSync } from "node:crypto";
import type { HttpError } from "waymark/internal";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRedis, RedisServer } from "../../../../waymark/src/middleware/redis/redis-server.fixture.ts";
import type { StepContext } from "../../call.ts";
import type { Consumer, SecurityScheme } from "../../snapshot.ts";
import {
  callOf,
  contextOf,
  operationOf,
  policy,
  refusalOf,
  serviceOf,
  type TestRequest,
} from "../call.fixture.ts";
import { stepsOf } from "../steps-of.ts";
import { authnKind, type AuthnOptions } from "./authn.ts";
import { jwtScheme } from "./jwt-scheme.fixture.ts";

const KEY = "wm_live_0123456789abcdef0123456789abcdef";
const SALT = Buffer.from("0123456789abcdef");
const PASSWORD = `scrypt$1024$8$1$${SALT.toString("base64")}$${scryptSync("horse", SALT, 32, { N: 1024, r: 8, p: 1 }).toString("base64")}`;
const MOBILE: Consumer = {
  id: "mobile",
  keys: [{ hash: createHash("sha256").update(KEY).digest("hex"), scheme: null }],
  basic: ["ada", ...Array.from({ length: 40 }, (_, i) => `user ${i}`)].map((user) => ({
    user,
    password: PASSWORD,
  })),
  certificates: ["abcdef"],
  scopes: [],
  claims: {},
};
const SCHEMES: Readonly<Record<string, SecurityScheme>> = {
  key: { kind: "apiKey", in: "header", name: "X-API-Key" },
  login: { kind: "basic" },
  certificate: { kind: "clientCertificate" },
  token: jwtScheme(),
};

type Shown = Omit<TestRequest, "method" | "target">;

function gateway(
  failures: AuthnOptions["failures"],
  security: readonly Readonly<Record<string, readonly string[]>>[] = [{ key: [] }],
  redis: StepContext["redis"] = null,
) {
  const shared = contextOf();
  const context = (id: string): StepContext => ({
    ...shared,
    redis,
    operation: operationOf({
      id,
      security,
      policies: [policy("authn", "authn", failures === undefined ? {} : { failures })],
    }),
    service: serviceOf({ securitySchemes: SCHEMES }),
    consumers: [MOBILE],
  });
  const refused = (id: string) => {
    const made = context(id);
    const steps = stepsOf(made.operation, made);
    return (request: Shown = {}): Promise<HttpError | undefined> =>
      refusalOf(steps, callOf({ method: "GET", target: "/orders/1", ...request } as TestRequest, made));
  };
  /** As the data plane runs it: a promise only where it takes its time. */
  const run = (request: Shown) => {
    const made = context("orders:readOrder");
    const [step] = stepsOf(made.operation, made);
    return step!.run!(callOf({ method: "GET", target: "/orders/1", ...request } as TestRequest, made));
  };
  /** The status of the refusal; 200 where there is none. */
  const of = (id: string) => {
    const refusal = refused(id);
    return async (request?: Shown): Promise<number> => (await refusal(request))?.status ?? 200;
  };
  return {
    of,
    run,
    ask: of("orders:readOrder"),
    refusal: refused("orders:readOrder"),
    close: () => shared.close(),
  };
}

const key = (value: string) => ({ headers: [["x-api-key", value]] as const });
const login = (password: string, user = "ada") => ({
  headers: [["authorization", `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`]] as const,
});

describe("keys and passwords that are guessed", () => {
  it("without the option are refused for ever", async () => {
    const { ask } = gateway(undefined);
    for (let i = 0; i < 20; i++) expect(await ask(key(`guess ${i}`))).toBe(401);
    expect(await ask(key(KEY))).toBe(200);
  });

  it.each([
    ["key", key],
    ["login", login],
  ] as const)("are not looked at after so many, right or wrong: %s", async (scheme, shown) => {
    const { ask } = gateway({ rate: "3/min" }, [{ [scheme]: [] }]);
    const right = scheme === "key" ? KEY : "horse";
    expect(await ask(shown(right))).toBe(200);
    for (let i = 0; i < 3; i++) expect(await ask(shown(`guess ${i}`))).toBe(401);
    expect(await ask(shown("guess 4"))).toBe(429);
    expect(await ask(shown(right))).toBe(429);
  });

  it("are counted for the address, of IPv6 the network, and for nobody else", async () => {
    const { ask } = gateway({ rate: "1/min" });
    const from = (clientAddress: string, value: string) => ask({ ...key(value), clientAddress });
    expect(await from("2001:db8::1", "guess")).toBe(401);
    expect(await from("2001:db8::2", KEY)).toBe(429);
    expect(await from("2001:db8:0:1::1", KEY)).toBe(200);
    expect(await from("192.0.2.7", KEY)).toBe(200);
  });

  it("are counted in the whole gateway, whichever operation is tried", async () => {
    const { of } = gateway({ rate: "2/min" });
    expect(await of("a")(key("guess 1"))).toBe(401);
    expect(await of("b")(key("guess 2"))).toBe(401);
    expect(await of("c")(key("guess 3"))).toBe(429);
  });

  it("tell when to come back", async () => {
    const { refusal } = gateway({ rate: "1/min" });
    await refusal(key("guess"));
    const told = await refusal(key(KEY));
    const after = Number((told!.headers as Readonly<Record<string, string>>)["retry-after"]);
    expect(after).toBeGreaterThan(50);
    expect(after).toBeLessThanOrEqual(60);
  });

  it("are counted where another credential is good as well: the guess could be told from its reply", async () => {
    const { ask } = gateway({ rate: "1/min" }, [{ key: [] }, { certificate: [] }]);
    const fingerprint = "abcdef";
    expect(await ask({ ...key("guess"), fingerprint })).toBe(200);
    expect(await ask(key(KEY))).toBe(429);
    expect(await ask({ fingerprint })).toBe(200);
  });

  it("that are malformed count; who shows nothing, or a token, is not counted", async () => {
    const { ask } = gateway({ rate: "1/min" }, [{ login: [] }, { token: [] }]);
    for (let i = 0; i < 3; i++) expect(await ask()).toBe(401);
    for (let i = 0; i < 3; i++) expect(await ask({ headers: [["authorization", "Bearer a.b.c"]] })).toBe(401);
    expect(await ask({ headers: [["authorization", "Basic ???"]] })).toBe(401);
    expect(await ask(login("horse"))).toBe(429);
    expect(await ask()).toBe(401);
  });

  it("are not counted for what is wanted beside them, and is not there, or not good", async () => {
    const { ask } = gateway({ rate: "1/min" }, [
      { key: [], token: [] },
      { login: [], certificate: [] },
    ]);
    const expired = ["authorization", "Bearer a.b.c"] as const;
    for (let i = 0; i < 3; i++) {
      expect(await ask(key(KEY))).toBe(401);
      expect(await ask({ headers: [...key(KEY).headers, expired] })).toBe(401);
      expect(await ask(login("horse"))).toBe(401);
      expect(await ask({ ...login("horse"), fingerprint: "123456" })).toBe(401);
    }
    expect(await ask({ headers: [...key("guess").headers, expired] })).toBe(401);
    expect(await ask({ headers: [...key(KEY).headers, expired] })).toBe(429);
  });

  it.each([[{ rate: "often" }], [{ rate: "0/min" }], [{ rate: "0.5/min" }], [{ rate: "5" }]])(
    "with a rate that is none are a mistake: %j",
    (failures) => {
      expect(authnKind.check!({ failures })).toBeTypeOf("string");
    },
  );
});

describe("many at once", () => {
  const tally = (statuses: readonly number[]): Readonly<Record<number, number>> => {
    const counts: Record<number, number> = {};
    for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  };
  const together = <T>(count: number, ask: (i: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, (_, i) => ask(i)));

  it("are no more guesses than one after the other: passwords, whose hash is slow", async () => {
    const { ask } = gateway({ rate: "5/min" }, [{ login: [] }]);
    const wrong = await together(200, (i) => ask(login(`guess ${i}`)));
    expect(tally(wrong)).toEqual({ 401: 5, 429: 195 });
    expect(await ask(login("horse"))).toBe(429);
  });

  it("that are right are all let in, however many there may be wrong", async () => {
    const { of } = gateway({ rate: "5/min" }, [{ login: [] }]);
    const [a, b] = [of("a"), of("b")];
    expect(tally(await together(100, (i) => (i % 2 === 0 ? a : b)(login("horse"))))).toEqual({ 200: 100 });
  });

  it("that are right wait for each other where one more may be wrong", async () => {
    const { ask } = gateway({ rate: "5/min" }, [{ login: [] }]);
    for (let i = 0; i < 4; i++) expect(await ask(login(`guess ${i}`))).toBe(401);
    expect(tally(await together(20, (i) => ask(login("horse", `user ${i}`))))).toEqual({ 200: 20 });
    const mixed = (i: number) => ask(login(i === 3 ? "guess" : "horse", `user ${20 + i}`));
    expect(tally(await together(20, mixed))).toEqual({ 200: 3, 401: 1, 429: 16 });
  });

  it("tell when to come back", async () => {
    const { refusal } = gateway({ rate: "1/min" }, [{ login: [] }]);
    const refusals = await together(3, (i) => refusal(login(`guess ${i}`)));
    expect(refusals.map((each) => each?.status)).toEqual([401, 429, 429]);
    for (const each of refusals.slice(1))
      expect((each!.headers as Readonly<Record<string, string>>)["retry-after"]).toBe("60");
  });

  it("of one address keep no other waiting", async () => {
    const { ask } = gateway({ rate: "1/min" }, [{ login: [] }]);
    const slow = together(50, (i) => ask(login(`guess ${i}`)));
    expect(await ask({ ...login("horse"), clientAddress: "192.0.2.9" })).toBe(200);
    expect(tally(await slow)).toEqual({ 401: 1, 429: 49 });
  });
});

it("a key that is counted in memory is judged without a promise", () => {
  const { run } = gateway({ rate: "5/min" });
  expect(run(key(KEY))).toBeUndefined();
  expect(() => run(key("guess"))).toThrow(expect.objectContaining({ status: 401 }));
  expect(run(key(KEY))).toBeUndefined();
});

describe.skipIf(!hasRedis)("keys that are guessed at two gateways with one Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  const questions = async (): Promise<number> => {
    const client = new Redis(server.port, "127.0.0.1");
    const info = await client.info("commandstats").finally(() => client.disconnect());
    return Number(/cmdstat_evalsha:calls=(\d+)/.exec(info)?.[1] ?? 0);
  };

  it("are counted together", async () => {
    const redis = { url: `redis://127.0.0.1:${server.port}`, prefix: "guesses:" };
    const [a, b] = [
      gateway({ rate: "2/min" }, undefined, redis),
      gateway({ rate: "2/min" }, undefined, redis),
    ];
    expect(await a.ask(key("guess 1"))).toBe(401);
    expect(await b.ask(key("guess 2"))).toBe(401);
    for (const { ask } of [a, b]) expect(await ask(key(KEY))).toBe(429);
    await Promise.all([a.close(), b.close()]);
  });

  it("are no more guesses where many come at once, and cost what is right one question", async () => {
    const redis = { url: `redis://127.0.0.1:${server.port}`, prefix: "many:" };
    // On a machine that has much to do Redis may take longer than a request waits: nothing is counted elsewhere then.
    const { ask, close } = gateway({ rate: "5/min", failure: "closed" }, undefined, redis);
    await expect.poll(() => ask(key(KEY))).toBe(200);
    const before = await questions();
    const right = await Promise.all(Array.from({ length: 100 }, () => ask(key(KEY))));
    expect(right).toContain(200);
    expect(right.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect((await questions()) - before).toBeLessThanOrEqual(100);
    const wrong = await Promise.all(Array.from({ length: 200 }, (_, i) => ask(key(`guess ${i}`))));
    expect(wrong.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
    expect(wrong.filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
    await close();
  });
});
