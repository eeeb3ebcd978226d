// Which counters a limit has: those of what it says and what it stands for, not of where it is written.
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hasRedis, RedisServer } from "../../../../waymark/src/middleware/redis/redis-server.fixture.ts";
import { compile } from "../../compile/compile.ts";
import type { GatewayConfig, PolicyConfig } from "../../config/config.ts";
import { parseSource } from "../../documents/source-file.ts";
import { sourceOf } from "../../documents/source-file.ts";
import type { Policy } from "../../snapshot.ts";
import { callOf, contextOf, refusalOf, type TestContext } from "../call.fixture.ts";
import { stepsOf } from "../steps-of.ts";

const open: TestContext[] = [];
afterEach(async () => {
  for (const context of open.splice(0)) await context.close();
});

interface Setup {
  readonly policies?: readonly PolicyConfig[];
  /** `x-waymark` of the document, and of its operation `a`. */
  readonly own?: object;
  readonly ofA?: object;
  /** Names of the files that the configuration and the document are in. */
  readonly file?: string;
  readonly spec?: string;
  readonly path?: string;
  readonly service?: string;
}

/** What the policies of operation `a` or `b` say that is compiled of it. */
function limitsOf(setup: Setup, operationId = "a"): readonly Policy[] {
  const { policies = [], own, ofA, file = "gateway.yaml", spec = "orders.yaml", path = "/a" } = setup;
  const { service = "orders" } = setup;
  const document = {
    openapi: "3.1.0",
    info: { title: "Orders", version: "1.0.0" },
    servers: [{ url: "http://127.0.0.1:1" }],
    security: [],
    ...(own !== undefined && { "x-waymark": own }),
    paths: {
      [path]: { get: { operationId: "a", responses: {}, ...(ofA !== undefined && { "x-waymark": ofA }) } },
      "/b": { get: { operationId: "b", responses: {} } },
    },
  };
  const config: GatewayConfig = { services: { [service]: { spec } }, policies };
  const main = parseSource(JSON.stringify(document), spec, `/specs/${spec}`);
  const { operations } = compile(
    config,
    { [service]: { main, siblings: new Map(), overlays: [] } },
    sourceOf(config, file),
  );
  return operations.find((each) => each.operationId === operationId)!.policies;
}

function gateway(parts: Parameters<typeof contextOf>[0] = {}): TestContext {
  const context = contextOf(parts);
  open.push(context);
  return context;
}

/** Asks once, and says how it ended. */
async function ask(policies: readonly Policy[], context: TestContext): Promise<number> {
  const operation = { ...context.operation, policies };
  const steps = stepsOf(operation, { ...context, operation }).filter(({ kind }) => kind === "limit");
  expect(steps).toHaveLength(1);
  return (await refusalOf(steps, callOf({}, context)))?.status ?? 200;
}

/** The first spends it all; what is left of it for the second? */
async function goesOn(first: Setup, second: Setup, operationId?: string): Promise<boolean> {
  const context = gateway();
  expect(await ask(limitsOf(first), context)).toBe(200);
  return (await ask(limitsOf(second, operationId), context)) === 429;
}

const ONCE: PolicyConfig = { quota: { requests: 1, per: "year", by: "ip" } };
const UNCOUNTED: PolicyConfig = { match: { operations: ["*:a"] }, ip: { deny: ["192.0.2.77"] } };
const OTHER: PolicyConfig = { match: { operations: ["*:a"] }, limit: { rate: "9/s", by: "ip" } };

describe("what was counted goes on", () => {
  it("where another policy is put above it, or taken away", async () => {
    expect(await goesOn({ policies: [ONCE] }, { policies: [OTHER, ONCE] })).toBe(true);
    expect(await goesOn({ policies: [OTHER, ONCE] }, { policies: [ONCE] })).toBe(true);
    const monthly = { quota: { requests: 9, per: "month", by: "ip" } };
    expect(await goesOn({ own: { policies: [ONCE] } }, { own: { policies: [monthly, ONCE] } })).toBe(true);
    expect(await goesOn({ own: { policies: [ONCE] } }, { own: ONCE })).toBe(true);
  });
  it("where the files have other names", async () => {
    expect(await goesOn({ policies: [ONCE] }, { policies: [ONCE], file: "gwb.yaml" })).toBe(true);
    expect(await goesOn({ own: ONCE }, { own: ONCE, spec: "v1/orders.yaml" })).toBe(true);
  });
  it("where the operation moves to another path", async () => {
    expect(await goesOn({ ofA: ONCE }, { ofA: ONCE, path: "/moved" })).toBe(true);
  });
  it("where the order of what a match names is another", async () => {
    const matching = (...operations: string[]): PolicyConfig => ({ match: { operations }, ...ONCE });
    expect(await goesOn({ policies: [matching("*:a", "*:b")] }, { policies: [matching("*:b", "*:a")] })).toBe(
      true,
    );
  });
  it("where the limit or the cost is another", async () => {
    const raised = { quota: { requests: 3, per: "year", by: ["ip"], cost: 3 } } as const;
    expect(await goesOn({ policies: [ONCE] }, { policies: [raised] })).toBe(true);
  });
});

describe("counters are others", () => {
  it.each<[string, PolicyConfig]>([
    ["of another period", { quota: { requests: 1, per: "month", by: "ip" } }],
    ["by something else", { quota: { requests: 1, per: "year", by: "all" } }],
    ["of another kind", { limit: { requests: 1, window: "365d", by: "ip" } }],
    ["for what another match reaches", { match: { operations: ["*:a"] }, ...ONCE }],
  ])("%s", async (_, other) => {
    expect(await goesOn({ policies: [ONCE] }, { policies: [other] })).toBe(false);
  });
  it("of the platform, of a document, of an operation, of another service", async () => {
    expect(await goesOn({ policies: [ONCE] }, { own: ONCE })).toBe(false);
    expect(await goesOn({ own: ONCE }, { ofA: ONCE })).toBe(false);
    expect(await goesOn({ own: ONCE }, { own: ONCE, service: "shop" })).toBe(false);
  });
  it("of two limits of different windows in one list", async () => {
    const policies = [{ limit: { rate: "1/min", by: "ip" } }, { limit: { rate: "2/h", by: "ip" } }] as const;
    const context = gateway();
    expect(await ask(limitsOf({ policies: [policies[0]] }), context)).toBe(200);
    // The second has counted nothing yet.
    expect(await ask(limitsOf({ policies: [policies[1]] }), context)).toBe(200);
    expect(await ask(limitsOf({ policies: [policies[1]] }), context)).toBe(200);
    expect(await ask(limitsOf({ policies: [policies[1]] }), context)).toBe(429);
  });
  it("of two that are the same in everything else, in their order", async () => {
    const both = {
      policies: [{ limit: { rate: "3/min", by: "ip" } }, { limit: { rate: "2/min", by: "ip" } }],
    };
    const context = gateway();
    expect([
      await ask(limitsOf(both), context),
      await ask(limitsOf(both), context),
      await ask(limitsOf(both), context),
    ]).toEqual([200, 200, 429]);
    // Two of three were spent of the first.
    expect(await ask(limitsOf({ policies: both.policies.slice(0, 1) }), context)).toBe(200);
    expect(await ask(limitsOf({ policies: both.policies.slice(0, 1) }), context)).toBe(429);
  });
});

it("a policy that reaches several operations is one counter for them", async () => {
  expect(await goesOn({ policies: [ONCE] }, { policies: [ONCE] }, "b")).toBe(true);
  expect(await goesOn({ own: ONCE }, { own: ONCE }, "b")).toBe(true);
});

it("limits of one name share their counts, wherever they stand", async () => {
  const named: PolicyConfig = { quota: { requests: 1, per: "year", by: "ip", name: "sold" } };
  expect(await goesOn({ policies: [named] }, { ofA: named })).toBe(true);
});

describe.skipIf(!hasRedis)("in Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  it("instances whose files have other names count together", async () => {
    const redis = { url: `redis://127.0.0.1:${server.port}`, prefix: "shared" };
    const one = limitsOf({ policies: [ONCE], file: "gw.yaml" });
    const other = limitsOf({ policies: [UNCOUNTED, ONCE], file: "gwb.yaml" });
    const [first, second] = [gateway({ redis }), gateway({ redis })];
    // A quota is refused while there is no connection yet.
    await expect.poll(() => ask(one, first), { timeout: 10_000 }).not.toBe(503);
    await expect.poll(() => ask(other, second), { timeout: 10_000 }).not.toBe(503);
    const client = new Redis(server.port, "127.0.0.1");
    const keys = await client.keys("shared*");
    client.disconnect();
    expect(keys).toHaveLength(1);
  });
});
