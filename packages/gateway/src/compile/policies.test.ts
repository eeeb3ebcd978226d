import { describe, expect, it } from "vitest";
import { describeOrigin } from "../configuration-error.ts";
import {
  compiledOf,
  documentOf,
  mistakesOf,
  operationOf,
  orders,
  snapshotOf,
  texts,
} from "./compile.fixture.ts";

const TEXT = orders(`x-waymark:
  limit: { rate: 100/min, by: ip }
  timeout: { total: 10s, connect: 1s }
paths:
  /orders:
    x-waymark:
      limit: { rate: 50/min, by: ip }
      internal: true
    get: { operationId: list, tags: [read], responses: {} }
    post:
      operationId: create
      tags: [write]
      responses: {}
      x-waymark:
        limit: { rate: 5/min, by: ip }
        timeout: { total: 2s }
        retry: false
        limits: { body: 64KB }
        deprecated: { since: 2026-01-01, sunset: 2027-01-01, successor: /v2/orders }
        policies:
          - { requestHeaders: { set: { x-a: "1" } } }
          - { requestHeaders: { set: { x-b: "2" } } }
  /free: { get: { operationId: free, x-waymark: { limit: false }, responses: {} } }
`);

function policiesOf(id: string, config?: Parameters<typeof snapshotOf>[1]): string[] {
  return operationOf(snapshotOf({ orders: TEXT }, config), id).policies.map(
    ({ phase, kind, options, origin }) =>
      `${phase} ${kind} ${JSON.stringify(options)} ${describeOrigin(origin)}`,
  );
}

describe("x-waymark", () => {
  it("counts where it is most particular, kind by kind, and is taken back by false", () => {
    expect(policiesOf("orders:list")).toEqual(['limit limit {"rate":"50/min","by":"ip"} orders.yaml:10']);
    expect(policiesOf("orders:create")).toEqual([
      'limit limit {"rate":"5/min","by":"ip"} orders.yaml:18',
      'request requestHeaders {"set":{"x-a":"1"}} orders.yaml:24',
      'request requestHeaders {"set":{"x-b":"2"}} orders.yaml:25',
    ]);
    expect(policiesOf("orders:free")).toEqual([]);
  });

  it("sets what services say in general, member by member", () => {
    const snapshot = snapshotOf(
      { orders: TEXT },
      { services: { orders: { timeout: { total: "20s", idle: "9s" } } } },
    );
    expect(operationOf(snapshot, "orders:free").timeouts).toEqual({
      connect: 1000,
      firstByte: 30_000,
      idle: 9000,
      total: 10_000,
    });
    expect(operationOf(snapshot, "orders:create")).toMatchObject({
      timeouts: { connect: 1000, total: 2000 },
      retry: { attempts: 0 },
      limits: { body: 65_536, head: 16_384 },
      internal: true,
      deprecation: {
        since: 1_767_225_600,
        sunset: "Fri, 01 Jan 2027 00:00:00 GMT",
        successor: "/v2/orders",
        documentation: null,
      },
    });
  });

  it("lets keyed requests be repeated where the service says so, down to the operation", () => {
    const text = orders(`paths:
  /a:
    post: { operationId: kept, responses: {} }
    patch: { operationId: taken, x-waymark: { retry: { idempotencyKey: false } }, responses: {} }
    put: { operationId: more, x-waymark: { retry: { attempts: 3 } }, responses: {} }
`);
    const snapshot = snapshotOf(
      { orders: text },
      { services: { orders: { upstream: { retry: { idempotencyKey: true } } } } },
    );
    expect(operationOf(snapshot, "orders:kept").retry.idempotencyKey).toBe(true);
    expect(operationOf(snapshot, "orders:taken").retry).not.toHaveProperty("idempotencyKey");
    expect(operationOf(snapshot, "orders:more").retry).toMatchObject({ attempts: 3, idempotencyKey: true });
    expect(operationOf(snapshotOf({ orders: text }), "orders:kept").retry).not.toHaveProperty(
      "idempotencyKey",
    );
  });

  it("is checked at every level, with the line of each mistake", () => {
    const text = orders(`x-waymark: { limits: { body: lots }, retries: 2 }
paths:
  /a:
    x-waymark: { cors: { origin: "*" } }
    get: { x-waymark: { timeout: { total: soon }, policies: [{ ip: {}, cors: { origins: "*" } }], aliases: [{ bind: {} }] }, responses: {} }
    put: { x-waymark: none, responses: {} }
`);
    expect(mistakesOf(text)).toEqual([
      'orders.yaml:4: "lots" stands where a size such as 64KB or 1MB should. Correct the value. [GW203]',
      "orders.yaml:4: 'retries' is not a key that stands here. Did you mean 'retry'? [GW201]".replace(
        "Did you mean 'retry'?",
        expectedKnown(),
      ),
      "orders.yaml:7: 'origin' is not a key that stands here. Did you mean 'origins'? [GW201]",
      "orders.yaml:7: 'origins' is missing. Write it. [GW202]",
      'orders.yaml:8: "soon" stands where a time such as 250ms, 30s, 5min or 1h, and of 20 days at most, should. Correct the value. [GW203]',
      `orders.yaml:8: {"ip":{},"cors":{"origins":"*"}} stands where an object of one of 'cors', 'ip', 'bodyLimit', 'authn', 'authz' and more should. Correct the value. [GW203]`,
      "orders.yaml:8: 'path' is missing. Write it. [GW202]",
      `orders.yaml:9: "none" stands where an object of 'cors', 'ip', 'bodyLimit', 'authn', 'authz' and more should. Correct the value. [GW203]`,
    ]);
  });
});

describe("x-waymark of several documents", () => {
  const told = (first: string, second: string): string[] => {
    const document = (level: string): string =>
      orders(`x-waymark: ${level}\npaths: { /a: { get: { operationId: a, responses: {} } } }`);
    return texts(
      compiledOf(
        { first: document(first), second: document(second) },
        { services: { second: { mount: "/second" } } },
      ).mistakes,
    );
  };

  it("is checked in each of them", () => {
    expect(told("{ limit: { rate: 5/s } }", "{ limt: { rate: 5/s } }")).toEqual([
      expect.stringContaining("second.yaml:4: 'limt' is not a key that stands here"),
    ]);
  });

  it("has options that can be in each of them", () => {
    expect(told("{ ip: { allow: [private] } }", "{ ip: { allow: [nobody] } }")).toEqual([
      expect.stringContaining("second.yaml:4: the options of 'ip' cannot be: 'nobody'"),
    ]);
  });
});

describe("what limits count", () => {
  it("is their own, where paths are in files of their own as well", () => {
    const item = (id: string): string =>
      `x-waymark: { limit: { rate: 10/min } }\nget: { operationId: ${id}, responses: {} }\nput: { operationId: ${id}2, responses: {} }\n`;
    const text = orders(`x-waymark: { limit: { rate: 100/min } }
paths:
  /a: { $ref: ./a.yaml }
  /b: { $ref: ./b.yaml }
  /c: { get: { operationId: c, responses: {} } }
`);
    const { operations } = snapshotOf({
      orders: documentOf(text, "orders.yaml", { "a.yaml": item("a"), "b.yaml": item("b") }),
    });
    expect(operations.map(({ operationId, policies: [limit] }) => `${operationId} ${limit!.scope}`)).toEqual([
      'a ["level","orders","/a"]',
      'a2 ["level","orders","/a"]',
      'b ["level","orders","/b"]',
      'b2 ["level","orders","/b"]',
      'c ["level","orders","/x-waymark"]',
    ]);
  });
});

function expectedKnown(): string {
  return "Known are 'cors', 'ip', 'bodyLimit', 'authn', 'authz', 'limit', 'quota', 'concurrency', 'validateRequest', 'requestHeaders', 'query', 'rewriteBody', 'validateResponse', 'responseFilter', 'responseBody', 'responseHeaders', 'use', 'timeout', 'retry', 'limits', 'deprecated', 'retired', 'internal', 'aliases', 'policies'.";
}

describe("policies of the configuration", () => {
  it("hold for what they match, before those of the documents", () => {
    const policies = [
      { match: { tags: ["write"] }, authz: { scopes: ["admin"] } },
      { limit: { rate: "1000/min", by: "ip" } },
      { match: { operations: ["orders:l*"], methods: ["get"] }, cors: { origins: "*" } },
      { match: { paths: ["/v1/*"], services: ["ord*"] }, ip: { deny: ["10.0.0.0/8"] } },
    ];
    const origin = (pointer: string): string => `gateway.config.ts#${pointer}`;
    expect(policiesOf("orders:list", { policies })).toEqual([
      `cors cors {"origins":"*"} ${origin("/policies/2/cors")}`,
      `deny ip {"deny":["10.0.0.0/8"]} ${origin("/policies/3/ip")}`,
      `limit limit {"rate":"1000/min","by":"ip"} ${origin("/policies/1/limit")}`,
      'limit limit {"rate":"50/min","by":"ip"} orders.yaml:10',
    ]);
    expect(policiesOf("orders:create", { policies })[1]).toBe(
      `authz authz {"scopes":["admin"]} ${origin("/policies/0/authz")}`,
    );
  });

  it.each(["bodyLimit", "authn", "validateRequest", "validateResponse", "cors"] as const)(
    "have the last word of %s, which an operation has one of",
    (kind) => {
      const said = {
        bodyLimit: [{ max: "1KB" }, { max: "2KB" }, { max: "1GB" }],
        authn: [{ realm: "a" }, { realm: "b" }, { realm: "c", forward: ["apiKey"] }],
        validateRequest: [{ status: 422 }, { status: 400 }, { enabled: false }],
        validateResponse: [{ mode: "log" }, { mode: "enforce" }, { mode: "off" }],
        cors: [{ origins: "https://a.example" }, { origins: "https://b.example" }, { origins: "*" }],
      }[kind];
      const [general, particular, teams] = said.map((each) => JSON.stringify(each));
      const text = orders(`x-waymark: { ${kind}: ${general} }
paths:
  /orders:
    x-waymark: { policies: [{ ${kind}: ${general} }, { ${kind}: ${particular} }] }
    get: { operationId: list, responses: {} }
    put: { operationId: put, x-waymark: { ${kind}: ${teams} }, responses: {} }
    post: { operationId: post, x-waymark: { ${kind}: false }, responses: {} }
  /else: { get: { operationId: other, responses: {} } }
`);
      const counting = (id: string, policies: readonly object[]): string[] =>
        operationOf(snapshotOf({ orders: text }, { policies }), `orders:${id}`).policies.map(({ options }) =>
          JSON.stringify(options),
        );
      expect(["list", "put", "post", "other"].map((id) => counting(id, []))).toEqual([
        [particular],
        [teams],
        [],
        [general],
      ]);
      const platform = [
        { [kind]: said[0] },
        { match: { methods: ["PUT", "POST"] }, [kind]: said[1] },
        { match: { operations: ["*:other"] }, [kind]: said[1] },
      ];
      expect(["list", "put", "post", "other"].map((id) => counting(id, platform))).toEqual([
        [general],
        [particular],
        [particular],
        [particular],
      ]);
    },
  );

  it("may be settings, and then have the last word", () => {
    const snapshot = snapshotOf(
      { orders: TEXT },
      { policies: [{ match: { operations: ["*:create"] }, timeout: { total: "1s" } }, { internal: false }] },
    );
    expect(operationOf(snapshot, "orders:create")).toMatchObject({
      timeouts: { connect: 1000, total: 1000 },
      internal: false,
    });
  });

  it("are one kind each, with options that can be, for some operation", () => {
    expect(
      mistakesOf(TEXT, {
        policies: [
          { match: { tags: ["none"] }, ip: { deny: ["10.0.0.1"] } },
          { cors: { origins: "*" }, ip: { deny: ["10.0.0.1"] } },
          { match: {} },
          { cors: { origins: "*", credentials: true } },
          { limits: {} },
        ],
      }),
    ).toEqual([
      "gateway.config.ts#/policies/1: this policy has 2 kinds, 'cors', 'ip'. A policy is `match` and exactly one kind: split it, or add one. [GW204]",
      "gateway.config.ts#/policies/2: this policy has no kind. A policy is `match` and exactly one kind: split it, or add one. [GW204]",
      expect.stringMatching(
        /^gateway\.config\.ts#\/policies\/3\/cors: the options of 'cors' cannot be: /,
      ) as string,
      "gateway.config.ts#/policies/0/ip: this policy matches no operation. `waymark gateway explain` lists services and operations by their names. [GW205]",
    ]);
  });

  it("of an operation that is named without its service, or misspelt, are told its id", () => {
    const names = ["listOrders", "orders:listOrder", "getOrders"];
    const policies = names.map((name) => ({
      match: { operations: [name] },
      limit: { rate: "1/s", by: "ip" as const },
    }));
    const text = orders(
      "paths: { /orders: { get: { operationId: listOrders, security: [], responses: {} } } }",
    );
    const told = (documents: Readonly<Record<string, string>>): string[] =>
      compiledOf(documents, { policies }).mistakes.map(({ code, remedy }) => `${code} ${remedy}`);
    const unknown = "GW205 `waymark gateway explain` lists services and operations by their names.";
    const meant = "GW205 Did you mean 'orders:listOrders'?";
    expect(told({ orders: text })).toEqual([meant, meant, unknown]);
    // Which of both is meant nobody can say.
    expect(told({ orders: text, others: text.replace("orders:", "others:") })[0]).toBe(unknown);
  });

  it("of one that is misspelt are told the nearest name", () => {
    expect(
      texts(
        compiledOf({ orders: documentOf(TEXT) }, { policies: [{ limt: { rate: "1/s" } } as object] })
          .mistakes,
      ),
    ).toEqual([
      "gateway.config.ts#/policies/0/limt: 'limt' is not a key that stands here. Did you mean 'limit'? [GW201]",
    ]);
  });
});
