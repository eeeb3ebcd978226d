import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT, UnsecuredJWT, type JWTPayload } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type SigningKey,
  signingKey,
  TestIssuer,
  tokenOf,
} from "../../../../waymark/src/security/issuer.fixture.ts";
import type { StepContext } from "../../call.ts";
import { callOf, contextOf, operationOf, refusalOf, serviceOf, type TestCall } from "../call.fixture.ts";
import { authnKind } from "./authn.ts";
import { type JwtScheme, jwtScheme } from "./jwt-scheme.fixture.ts";

let key: SigningKey;
let other: SigningKey;
let issuer: TestIssuer;

beforeAll(async () => {
  [key, other] = await Promise.all([signingKey("one"), signingKey("two")]);
  issuer = await TestIssuer.start(key);
});
afterAll(() => issuer.close());

const scheme = (parts: Partial<JwtScheme> = {}): JwtScheme =>
  jwtScheme({
    issuer: "https://issuer.example",
    audiences: ["orders"],
    keys: { jwks: `${issuer.url}/jwks` },
    allowHosts: ["127.0.0.1"],
    ...parts,
  });

function contextFor(jwt: JwtScheme, scopes: readonly string[] = []): StepContext {
  return contextOf({
    operation: operationOf({ security: [{ token: scopes }] }),
    service: serviceOf({ securitySchemes: { token: jwt } }),
  });
}

interface Answer {
  readonly status: number | undefined;
  readonly call: TestCall;
}

async function ask(context: StepContext, token: string | undefined, options: object = {}): Promise<Answer> {
  const call = callOf(
    { headers: token === undefined ? [] : [["authorization", `Bearer ${token}`]] },
    context,
  );
  const refusal = await refusalOf([authnKind.step(options, context)!], call);
  return { status: refusal?.status, call };
}

const CLAIMS: JWTPayload = {
  iss: "https://issuer.example",
  aud: "orders",
  scope: "orders:read orders:write",
};
const good = (claims: JWTPayload = {}, header: object = {}): Promise<string> =>
  tokenOf(key, { ...CLAIMS, ...claims }, header);

describe("a token", () => {
  it("says who calls, and goes on to the upstream", async () => {
    const { status, call } = await ask(contextFor(scheme(), ["orders:read"]), await good());
    expect(status).toBeUndefined();
    expect(call.principal).toMatchObject({
      id: "sub:ada@https://issuer.example",
      consumer: null,
      scheme: "token",
    });
    expect([...call.principal!.scopes]).toEqual(["orders:read", "orders:write"]);
    expect(call.upstreamHeaders.has("authorization")).toBe(false);
    expect(call.upstreamHeaders.get("x-principal")).toBe("sub:ada@https://issuer.example");
    expect(call.upstreamHeaders.has("x-consumer-id")).toBe(false);
  });

  it("is verified once, and then known without a promise", async () => {
    const context = contextFor(scheme());
    const token = await good();
    await ask(context, token);
    const again = callOf({ headers: [["authorization", `Bearer ${token}`]] }, context);
    expect(authnKind.step({}, context)!.run!(again)).toBeUndefined();
    const never = authnKind.step({ tokenCache: 0 }, context)!.run!(
      callOf({ headers: [["authorization", `Bearer ${token}`]] }, context),
    );
    expect(never).toBeInstanceOf(Promise);
    await never;
  });

  it("is known for as long as the operation says, whatever another one does", async () => {
    const context = contextFor(scheme());
    const token = await good();
    await ask(context, token, { tokenCache: "1h" });
    const step = authnKind.step({ tokenCache: "1s" }, context)!;
    const judged = step.run!(callOf({ headers: [["authorization", `Bearer ${token}`]] }, context));
    expect(judged).toBeInstanceOf(Promise);
    await judged;
  });

  it("lacking a scope is 403, and remembered as good all the same", async () => {
    const context = contextFor(scheme(), ["orders:admin"]);
    const token = await good();
    expect((await ask(context, token)).status).toBe(403);
    expect((await ask(context, token)).status).toBe(403);
  });

  it("takes its scopes from the claim that the scheme names", async () => {
    const { call } = await ask(contextFor(scheme({ scopeClaim: "scp" })), await good({ scp: ["a", "b"] }));
    expect([...call.principal!.scopes]).toEqual(["a", "b"]);
  });

  it("has no scope with a space in it, which the upstream would read as several", async () => {
    const odd = { scp: ["a", "b admin", " admin", "", 5, null, ["admin"], { admin: true }] };
    const { call } = await ask(contextFor(scheme({ scopeClaim: "scp" })), await good(odd));
    expect(call.upstreamHeaders.get("x-scopes")).toBe("a");
  });
});

/** What nobody may be let in with, whether it comes once or again. */
const REFUSED: readonly (readonly [what: string, make: () => Promise<string>])[] = [
  ["no token", async () => ""],
  ["nonsense", async () => "a.b.c"],
  ["a cut signature", async () => (await good()).slice(0, -4)],
  ["a signature that was changed", async () => (await good()).replace(/.{6}$/, "AAAAAA")],
  ["padding", async () => `${await good()}=`],
  [
    "a payload of another token",
    async () => {
      const [a, b] = [await good(), await good({ sub: "eve" })];
      return [a.split(".")[0], b.split(".")[1], a.split(".")[2]].join(".");
    },
  ],
  ["a key that the issuer does not have", () => tokenOf(other, CLAIMS)],
  ["a key of another under the name of a good one", () => tokenOf({ ...other, kid: "one" }, CLAIMS)],
  ["a kid that is a path", () => good({}, { kid: "../../../dev/null" })],
  ["a kid that is SQL", () => good({}, { kid: "one' OR '1'='1" })],
  ["no signature", async () => new UnsecuredJWT({ ...CLAIMS, sub: "ada" }).setExpirationTime("1m").encode()],
  [
    "the public key as a secret",
    async () => {
      const secret = new TextEncoder().encode(JSON.stringify(key.jwk).padEnd(64));
      return new SignJWT({ ...CLAIMS })
        .setProtectedHeader({ alg: "HS256", kid: "one" })
        .setExpirationTime("1m")
        .sign(secret);
    },
  ],
  [
    "another algorithm of the same key",
    async () => {
      const pss = await signingKey("one", "PS256");
      return tokenOf(pss, CLAIMS);
    },
  ],
  ["a key that the token brings along", () => good({}, { jwk: other.jwk, kid: "two" })],
  ["keys at an address of its own", () => good({}, { jku: "http://127.0.0.1:1/jwks", kid: "two" })],
  [
    "a critical extension that nobody knows",
    async () =>
      new SignJWT({ ...CLAIMS })
        .setProtectedHeader({ alg: "RS256", kid: "one", crit: ["x-ext"], "x-ext": 1 })
        .setExpirationTime("1m")
        .sign(key.privateKey, { crit: { "x-ext": true } }),
  ],
  ["a time that is over", () => good({ exp: Math.floor(Date.now() / 1000) - 5 })],
  [
    "no end",
    async () =>
      new SignJWT({ ...CLAIMS, sub: "ada" })
        .setProtectedHeader({ alg: "RS256", kid: "one" })
        .sign(key.privateKey),
  ],
  ["a time that has not come", () => good({ nbf: Math.floor(Date.now() / 1000) + 60 })],
  ["another issuer", () => good({ iss: "https://evil.example" })],
  ["no issuer", () => good({ iss: undefined as unknown as string })],
  ["another audience", () => good({ aud: "billing" })],
  ["no audience", () => good({ aud: undefined as unknown as string })],
  ["a huge token", () => good({ filler: "x".repeat(20_000) })],
];

describe("nobody is let in with", () => {
  it.each(REFUSED)("%s", async (_, make) => {
    const context = contextFor(scheme());
    const token = await make();
    expect((await ask(context, token)).status).toBe(401);
    expect((await ask(context, token)).status).toBe(401);
  });
});

describe("everybody is let in with", () => {
  it.each<readonly [string, () => Promise<string>, Partial<JwtScheme>]>([
    ["one of several audiences", () => good({ aud: ["billing", "orders"] }), {}],
    [
      "a clock that is a little off",
      () => good({ exp: Math.floor(Date.now() / 1000) - 5 }),
      { leeway: 30_000 },
    ],
    [
      "a token of anybody where nobody is named",
      () => good({ iss: "https://other.example" }),
      { issuer: null },
    ],
    ["a lower-case scheme name", () => good(), {}],
  ])("%s", async (_, make, parts) => {
    expect((await ask(contextFor(scheme(parts)), await make())).status).toBeUndefined();
  });

  it("keys of a file", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "gateway-keys-")), "keys.json");
    writeFileSync(file, JSON.stringify({ keys: [key.jwk] }));
    const context = contextFor(scheme({ keys: { file } }));
    expect((await ask(context, await good())).status).toBeUndefined();
    expect((await ask(context, await tokenOf(other, CLAIMS))).status).toBe(401);
  });

  it("keys that OpenID Connect discovery leads to", async () => {
    const discovery = `${issuer.url}/.well-known/openid-configuration`;
    const context = contextFor(scheme({ keys: { discovery }, issuer: issuer.url }));
    expect((await ask(context, await good({ iss: issuer.url }))).status).toBeUndefined();
  });
});

describe("keys", () => {
  it("that are rotated are fetched when a token names one that is not known", async () => {
    const rotating = await TestIssuer.start(key);
    try {
      const context = contextFor(scheme({ keys: { jwks: `${rotating.url}/jwks` } }));
      expect((await ask(context, await good())).status).toBeUndefined();
      const asked = rotating.asked.length;
      // Within the cooldown tokens that name unknown keys fetch nothing: an attacker makes as many as he likes.
      for (let i = 0; i < 20; i++)
        expect((await ask(context, await tokenOf(other, CLAIMS, { kid: `k${i}` }))).status).toBe(401);
      expect(rotating.asked.length).toBeLessThanOrEqual(asked + 1);
    } finally {
      await rotating.close();
    }
  });

  it("go on working while the issuer is down, and nobody can tell where there never were any", async () => {
    const failing = await TestIssuer.start(key);
    try {
      const jwks = scheme({ keys: { jwks: `${failing.url}/jwks` } });
      const warm = contextFor(jwks);
      expect((await ask(warm, await good())).status).toBeUndefined();
      failing.fault = { status: 500 };
      expect((await ask(warm, await good({ sub: "bob" }))).status).toBeUndefined();
      const cold = contextFor(jwks);
      const { status } = await ask(cold, await good());
      expect(status).toBe(503);
    } finally {
      await failing.close();
    }
  });

  it("are shared by operations and by generations of a snapshot", async () => {
    const counted = await TestIssuer.start(key);
    try {
      const context = contextFor(scheme({ keys: { jwks: `${counted.url}/jwks` } }));
      const next: StepContext = {
        ...context,
        operation: operationOf({ id: "orders:other", security: [{ token: [] }] }),
      };
      await ask(context, await good());
      await ask(next, await good({ sub: "bob" }));
      expect(counted.asked).toEqual(["/jwks"]);
    } finally {
      await counted.close();
    }
  });

  it("are not fetched over what others can change", () => {
    const plain = scheme({ keys: { jwks: "http://keys.example/jwks" } });
    expect(() => authnKind.step({}, contextFor(plain))).toThrow("must be https");
    const weak = scheme({ algorithms: ["HS256"] });
    expect(() => authnKind.step({}, contextFor(weak))).toThrow("'HS256' does not verify");
  });
});

it("keeps no token: a principal tells credentials apart by a digest", async () => {
  const token = await good();
  const { call } = await ask(contextFor(scheme()), token);
  expect(call.principal!.credential).toBe(createHash("sha256").update(token).digest("hex").slice(0, 16));
});
