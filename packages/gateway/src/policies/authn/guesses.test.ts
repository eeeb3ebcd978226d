import { createHash, scryptSync } from "node:crypto";
import type { HttpError } from "waymark/internal";
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
const MOBILE: Consumer = {
  id: "mobile",
  keys: [{ hash: createHash("sha256").update(KEY).digest("hex"), scheme: null }],
  basic: [
    {
      user: "ada",
      password: `scrypt$1024$8$1$${SALT.toString("base64")}$${scryptSync("horse", SALT, 32, { N: 1024, r: 8, p: 1 }).toString("base64")}`,
    },
  ],
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
  /** The status of the refusal; 200 where there is none. */
  const of = (id: string) => {
    const refusal = refused(id);
    return async (request?: Shown): Promise<number> => (await refusal(request))?.status ?? 200;
  };
  return {
    of,
    ask: of("orders:readOrder"),
    refusal: refused("orders:readOrder"),
    close: () => shared.close(),
  };
}

const key = (value: string) => ({ headers: [["x-api-key", value]] as const });
const login = (password: string) => ({
  headers: [["authorization", `Basic ${Buffer.from(`ada:${password}`).toString("base64")}`]] as const,
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

  it.each([[{ rate: "often" }], [{ rate: "0/min" }], [{ rate: "0.5/min" }], [{ rate: "5" }]])(
    "with a rate that is none are a mistake: %j",
    (failures) => {
      expect(authnKind.check!({ failures })).toBeTypeOf("string");
    },
  );
});

describe.skipIf(!hasRedis)("keys that are guessed at two gateways with one Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

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
});
