import { createHash, scryptSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { StepContext } from "../../call.ts";
import type { Consumer, SecurityScheme } from "../../snapshot.ts";
import {
  callOf,
  contextOf,
  operationOf,
  policy,
  refusalOf,
  serviceOf,
  type TestCall,
  type TestRequest,
} from "../call.fixture.ts";
import {
  answering,
  ask as raw,
  gatewayFor,
  get,
  OK,
  rawUpstream,
  receivedBy,
} from "../../plane/plane.fixture.ts";
import {
  operationOf as planeOperation,
  serviceOf as planeService,
  snapshotOf,
  upstreamOf,
} from "../../plane/snapshot.fixture.ts";
import { stepsOf } from "../steps-of.ts";
import { authnKind } from "./authn.ts";

const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
const KEY = "wm_live_0123456789abcdef0123456789abcdef";
const OTHER_KEY = "wm_live_fedcba9876543210fedcba9876543210";

function passwordOf(password: string): string {
  const salt = Buffer.from("0123456789abcdef");
  const hash = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 });
  return `scrypt$1024$8$1$${salt.toString("base64")}$${hash.toString("base64")}`;
}

const MOBILE: Consumer = {
  id: "mobile",
  keys: [{ hash: sha(KEY), scheme: null }],
  basic: [{ user: "ada", password: passwordOf("correct horse") }],
  certificates: ["AB:CD:EF"],
  scopes: ["orders:read"],
  claims: { tenant: "t1" },
};
const PARTNER: Consumer = {
  id: "partner",
  keys: [{ hash: sha(OTHER_KEY), scheme: "queryKey" }],
  basic: [],
  certificates: [],
  scopes: [],
  claims: {},
};
const SCHEMES: Readonly<Record<string, SecurityScheme>> = {
  key: { kind: "apiKey", in: "header", name: "X-API-Key" },
  queryKey: { kind: "apiKey", in: "query", name: "key" },
  cookieKey: { kind: "apiKey", in: "cookie", name: "session" },
  login: { kind: "basic" },
  certificate: { kind: "clientCertificate" },
};

type Security = readonly Readonly<Record<string, readonly string[]>>[];

function contextFor(security: Security, consumers: readonly Consumer[] = [MOBILE, PARTNER]): StepContext {
  return contextOf({
    operation: operationOf({ security }),
    service: serviceOf({ securitySchemes: SCHEMES }),
    consumers,
  });
}

async function ask(
  security: Security,
  request: TestRequest,
  options: object = {},
  context: StepContext = contextFor(security),
): Promise<{
  call: TestCall;
  status: number | undefined;
  challenge: string | undefined;
  /** Whether a field of that name reaches the upstream. */
  reaches: (name: string) => boolean;
}> {
  const step = authnKind.step(options, context)!;
  const call = callOf(request, context);
  const refusal = await refusalOf([step], call);
  const { drops = [] } = step;
  return {
    call,
    status: refusal?.status,
    challenge: refusal?.headers?.["www-authenticate"],
    reaches: (name) => !drops.includes(name) && call.upstreamHeaders.get(name) !== null,
  };
}

const basicField = (text: string): readonly [string, string] => [
  "authorization",
  `Basic ${Buffer.from(text).toString("base64")}`,
];

describe("API keys", () => {
  it("know the consumer, and do not reach the upstream", async () => {
    const { call, status, reaches } = await ask([{ key: [] }], { headers: [["x-api-key", KEY]] });
    expect(status).toBeUndefined();
    expect(call.principal).toMatchObject({ id: "consumer:mobile", consumer: "mobile", scheme: "key" });
    expect(reaches("x-api-key")).toBe(false);
    expect(call.upstreamHeaders.get("x-consumer-id")).toBe("mobile");
    expect(call.upstreamHeaders.get("x-principal")).toBe("consumer:mobile");
    expect(call.upstreamHeaders.get("x-scopes")).toBe("orders:read");
  });

  it("reach it where they are told to", async () => {
    const { reaches } = await ask([{ key: [] }], { headers: [["x-api-key", KEY]] }, { forward: ["apiKey"] });
    expect(reaches("x-api-key")).toBe(true);
  });

  it("reach it alone, whatever else a client calls by what may be taken for their name", async () => {
    const upstream = await rawUpstream(answering(OK));
    const service = planeService(upstreamOf([upstream.origin]), { securitySchemes: SCHEMES });
    const policies = [policy("authn", "authn", { forward: ["apiKey"] })];
    const operation = planeOperation("GET /orders", { security: [{ key: [] }], policies });
    const { port } = await gatewayFor({ ...snapshotOf(service, [operation]), consumers: [MOBILE] }, "wire", {
      stepsOf,
    });
    const lines = ["X_API_Key: forged", `X-API-Key: ${KEY}`, "x-api_key: forged"];
    expect(await raw(port, get("/orders", ...lines), /ok$/)).toMatch(/^HTTP\/1\.1 200 /);
    expect(receivedBy(upstream).match(/^x.api.key: .*$/gim)).toEqual([`x-api-key: ${KEY}`]);
  });

  it("leave the query as it was but for the key", async () => {
    const { call, status } = await ask([{ queryKey: [] }], { search: `a=%20b&key=${OTHER_KEY}&c` });
    expect(status).toBeUndefined();
    expect(call.upstreamSearch).toBe("a=%20b&c");
  });

  it("leave the other cookies", async () => {
    const { call, status } = await ask([{ cookieKey: [] }], {
      headers: [["cookie", `a=1; session=${KEY}; b=2`]],
    });
    expect(status).toBeUndefined();
    expect(call.upstreamHeaders.get("cookie")).toBe("a=1; b=2");
    const alone = await ask([{ cookieKey: [] }], { headers: [["cookie", `session=${KEY}`]] });
    expect(alone.call.upstreamHeaders.get("cookie")).toBeNull();
  });

  it("are good for the scheme that they are made for alone", async () => {
    expect((await ask([{ key: [] }], { headers: [["x-api-key", OTHER_KEY]] })).status).toBe(401);
  });

  it.each([
    "",
    "' OR 1=1 --",
    "__proto__",
    "constructor",
    sha(KEY),
    `${KEY} `,
    `${KEY}, ${KEY}`,
    KEY.toUpperCase(),
    KEY.slice(0, -1),
    "\u0000",
    "x".repeat(10_000),
    "😀",
  ])("refuse %j", async (key) => {
    const { status, challenge } = await ask([{ key: [] }], { headers: [["x-api-key", key]] });
    expect(status).toBe(401);
    expect(challenge).toBe('ApiKey in="header", name="X-API-Key"');
  });

  it("refuse a key that is repeated in the query, or in cookies", async () => {
    expect((await ask([{ queryKey: [] }], { search: `key=${OTHER_KEY}&key=${OTHER_KEY}` })).status).toBe(401);
    for (const repeated of [`session=${KEY}; session=forged`, `session=${KEY}; a=1;session=`]) {
      const headers = [["cookie", repeated]] as const;
      expect((await ask([{ cookieKey: [] }], { headers })).status).toBe(401);
      const { status, call } = await ask([{ cookieKey: [] }, {}], { headers }, { forward: ["apiKey"] });
      expect([status, call.principal]).toEqual([undefined, null]);
      expect(call.upstreamHeaders.get("cookie") ?? "").not.toContain("session");
    }
    const alike = [["cookie", `xsession=1; session=${KEY}; a=session`]] as const;
    expect((await ask([{ cookieKey: [] }], { headers: alike })).status).toBeUndefined();
  });
});

describe("basic", () => {
  it("knows who has the password, the second time without computing", async () => {
    const context = contextFor([{ login: [] }]);
    const step = authnKind.step({}, context)!;
    const once = (): unknown => step.run!(callOf({ headers: [basicField("ada:correct horse")] }, context));
    const first = once();
    expect(first).toBeInstanceOf(Promise);
    await first;
    expect(once()).toBeUndefined();
  });

  it("computes anew for another password of the same user", async () => {
    const { status, challenge } = await ask(
      [{ login: [] }],
      { headers: [basicField("ada:wrong")] },
      { realm: "Shop" },
    );
    expect(status).toBe(401);
    expect(challenge).toBe('Basic realm="Shop", charset="UTF-8"');
  });

  it("computes for names that nobody has, and refuses what is malformed", async () => {
    expect((await ask([{ login: [] }], { headers: [basicField("nobody:correct horse")] })).status).toBe(401);
    expect((await ask([{ login: [] }], { headers: [["authorization", "Basic !!!"]] })).status).toBe(401);
  });

  it("forgets a password that was changed", async () => {
    const context = contextFor([{ login: [] }]);
    const shared = context.shared.bind(context);
    const good = { headers: [basicField("ada:correct horse")] };
    await authnKind.step({}, context)!.run!(callOf(good, context));
    const changed = { ...MOBILE, basic: [{ user: "ada", password: passwordOf("another") }] };
    const next: StepContext = { ...contextFor([{ login: [] }], [changed]), shared };
    expect((await ask([{ login: [] }], good, {}, next)).status).toBe(401);
  });

  it("lets a bounded number of passwords be computed, and one once that many requests have", async () => {
    const context = contextFor([{ login: [] }]);
    const step = authnKind.step({}, context)!;
    const statusOf = async (text: string): Promise<number | undefined> =>
      (await refusalOf([step], callOf({ headers: [basicField(text)] }, context)))?.status;
    const guesses = await Promise.all(Array.from({ length: 100 }, (_, i) => statusOf(`ada:${i}`)));
    expect(guesses.filter((status) => status === 401)).toHaveLength(66);
    expect(guesses.filter((status) => status === 503)).toHaveLength(34);
    const alike = await Promise.all(Array.from({ length: 100 }, () => statusOf("ada:correct horse")));
    expect(alike.every((status) => status === undefined)).toBe(true);
  });

  it("says at the start that a stored password is none", () => {
    const broken = { ...MOBILE, basic: [{ user: "ada", password: "plain" }] };
    expect(() => authnKind.step({}, contextFor([{ login: [] }], [broken]))).toThrow("scrypt$N$r$p$salt$hash");
  });
});

describe("client certificates", () => {
  it("are known by their fingerprint, in any spelling", async () => {
    const { call, status } = await ask([{ certificate: [] }], { fingerprint: "abcdef" });
    expect(status).toBeUndefined();
    expect(call.principal?.id).toBe("consumer:mobile");
    expect((await ask([{ certificate: [] }], { fingerprint: "abcdee" })).status).toBe(401);
    expect((await ask([{ certificate: [] }], {})).status).toBe(401);
  });
});

describe("alternatives", () => {
  it("want one of them", async () => {
    const security = [{ key: [] }, { login: [] }];
    expect((await ask(security, { headers: [basicField("ada:correct horse")] })).status).toBeUndefined();
    expect((await ask(security, { headers: [["x-api-key", KEY]] })).status).toBeUndefined();
    const bad = { headers: [["x-api-key", "wrong"], basicField("ada:correct horse")] as const };
    expect((await ask(security, bad)).status).toBeUndefined();
    const none = await ask(security, {});
    expect(none.status).toBe(401);
    expect(none.challenge).toBe(
      'ApiKey in="header", name="X-API-Key", Basic realm="Restricted", charset="UTF-8"',
    );
  });

  it("want all schemes of one of them, and merge what they say", async () => {
    const security = [{ key: [], certificate: [] }];
    expect((await ask(security, { headers: [["x-api-key", KEY]] })).status).toBe(401);
    const { call, status } = await ask(security, { headers: [["x-api-key", KEY]], fingerprint: "abcdef" });
    expect(status).toBeUndefined();
    expect(call.principal).toMatchObject({
      consumer: "mobile",
      scheme: "key+certificate",
      claims: { tenant: "t1" },
    });
  });

  it("let in nobody by halves: a good key does not make up for a bad login", async () => {
    const request = { headers: [["x-api-key", KEY], basicField("ada:wrong")] as const };
    expect((await ask([{ key: [], login: [] }], request)).status).toBe(401);
  });

  it("enforce the scopes that the document asks for", async () => {
    const headers = [["x-api-key", KEY]] as const;
    expect((await ask([{ key: ["orders:read"] }], { headers })).status).toBeUndefined();
    const lacking = await ask([{ key: ["orders:write"] }], { headers });
    expect(lacking.status).toBe(403);
    expect(lacking.challenge).toBe('Bearer error="insufficient_scope", scope="orders:write"');
    expect(
      (await ask([{ key: ["orders:write"] }, { key: ["orders:read"] }], { headers })).status,
    ).toBeUndefined();
  });

  it("want the schemes of one of them from one consumer: nobody has the rights of two", async () => {
    const security = [{ queryKey: [], login: [] }];
    const withKey = (key: string): TestRequest => ({
      search: `key=${key}`,
      headers: [basicField("ada:correct horse")],
    });
    expect((await ask(security, withKey(KEY))).status).toBeUndefined();
    const { status, call } = await ask(security, withKey(OTHER_KEY));
    expect([status, call.principal]).toEqual([403, null]);
  });

  it("with an empty one let in who shows nothing, and not who shows something bad", async () => {
    const security = [{}, { key: [] }];
    const nobody = await ask(security, {});
    expect(nobody.status).toBeUndefined();
    expect(nobody.call.principal).toBeNull();
    expect((await ask(security, { headers: [["x-api-key", "wrong"]] })).status).toBe(401);
    expect((await ask(security, { headers: [["x-api-key", KEY]] })).call.principal?.consumer).toBe("mobile");
  });

  it("forward no credential that was not verified", async () => {
    const security = [{ key: [] }, { login: [] }];
    const headers = [
      ["x-api-key", KEY],
      ["authorization", "Basic !!!"],
    ] as const;
    const { status, reaches } = await ask([{ key: [] }], { headers });
    expect(status).toBeUndefined();
    // Another operation of the service asks for a login: this one may be taken for a good one behind.
    expect(reaches("authorization")).toBe(false);
    expect((await ask([], { headers })).reaches("x-api-key")).toBe(false);
    const declared = await ask(security, { headers }, { forward: ["apiKey", "basic"] });
    expect(declared.reaches("x-api-key")).toBe(true);
    expect(declared.reaches("authorization")).toBe(false);
  });

  it("of a scheme that the service does not have are a mistake at the start", () => {
    expect(() => authnKind.step({}, contextFor([{ nothing: [] }]))).toThrow("which orders does not have");
  });
});

describe("identity headers", () => {
  it("drop what clients send by their names, on public operations too", () => {
    const { drops } = authnKind.step({}, contextFor([]))!;
    expect(drops).toEqual(expect.arrayContaining(["x-principal", "x-consumer-id", "x-scopes"]));
  });

  it("do not come back by a policy that renames or repeats what a client sent", async () => {
    const policies = [
      policy("requestHeaders", "request", {
        rename: { "x-principal": "x-user" },
        set: { "x-copy": "${header.x-consumer-id}" },
      }),
    ];
    const context = contextOf({ operation: operationOf({ policies }) });
    const forged = callOf(
      {
        headers: [
          ["x-principal", "root"],
          ["x-consumer-id", "root"],
        ],
      },
      context,
    );
    expect(await refusalOf(stepsOf(context.operation, context), forged)).toBeUndefined();
    expect([...forged.upstreamHeaders.values()].filter((value) => value !== null)).toEqual([]);
  });

  it("have the names that they are given, and claims", async () => {
    const options = {
      identityHeaders: { principal: null, consumer: "X-App", scopes: null },
      claimHeaders: { "x-tenant": "tenant" },
    };
    const { call } = await ask([{ key: [] }], { headers: [["x-api-key", KEY]] }, options);
    expect(call.upstreamHeaders.get("x-app")).toBe("mobile");
    expect(call.upstreamHeaders.get("x-tenant")).toBe("t1");
    expect(call.upstreamHeaders.has("x-principal")).toBe(false);
  });

  it("tell the entries of a list from commas inside of them", async () => {
    const consumer = { ...MOBILE, claims: { groups: ["sales,admin", "b"] } };
    const { call } = await ask(
      [{ key: [] }],
      { headers: [["x-api-key", KEY]] },
      { claimHeaders: { "x-groups": "groups" } },
      contextFor([{ key: [] }], [consumer]),
    );
    expect(call.upstreamHeaders.get("x-groups")).toBe("sales%2Cadmin,b");
  });

  it("carry no line break, whatever a claim holds", async () => {
    const consumer = { ...MOBILE, claims: { tenant: "a\r\nx-admin: 1" } };
    const context = contextFor([{ key: [] }], [consumer]);
    const { call } = await ask(
      [],
      { headers: [["x-api-key", KEY]] },
      { claimHeaders: { "x-tenant": "tenant" } },
      context,
    );
    expect(call.upstreamHeaders.get("x-tenant")).toBe("a%0D%0Ax-admin%3A%201");
  });

  it("are checked at the start", () => {
    expect(authnKind.check!({ identityHeaders: { principal: "x principal" } })).toContain(
      "is not a header field name",
    );
    expect(authnKind.check!({ tokenCache: "long" })).toContain("is no time");
    expect(authnKind.check!({})).toBeUndefined();
  });
});
