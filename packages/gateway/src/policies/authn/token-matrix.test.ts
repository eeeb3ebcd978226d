import { createHmac } from "node:crypto";
import { exportSPKI, SignJWT, UnsecuredJWT, type JWTPayload } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type SigningKey,
  signingKey,
  TestIssuer,
  tokenOf,
} from "../../../../waymark/src/security/issuer.fixture.ts";
import type { StepContext } from "../../call.ts";
import { callOf, contextOf, operationOf, refusalOf, serviceOf } from "../call.fixture.ts";
import { authnKind } from "./authn.ts";
import { type JwtScheme, jwtScheme } from "./jwt-scheme.fixture.ts";

const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"] as const;
type Algorithm = (typeof ALGORITHMS)[number];
const ISSUER = "https://issuer.example";
const now = (): number => Math.floor(Date.now() / 1000);

/** Of each algorithm a key that is published, and one that is not. */
const keys = new Map<Algorithm, { readonly good: SigningKey; readonly foreign: SigningKey }>();
let issuer: TestIssuer;

beforeAll(async () => {
  for (const alg of ALGORITHMS) {
    const [good, foreign] = await Promise.all([signingKey(`${alg}-1`, alg), signingKey(`${alg}-2`, alg)]);
    keys.set(alg, { good, foreign });
  }
  issuer = await TestIssuer.start(...[...keys.values()].map(({ good }) => good));
});
afterAll(() => issuer.close());

const schemeFor = (algorithms: readonly string[], parts: Partial<JwtScheme> = {}): JwtScheme =>
  jwtScheme({
    issuer: ISSUER,
    audiences: ["orders"],
    algorithms,
    keys: { jwks: `${issuer.url}/jwks` },
    allowHosts: ["127.0.0.1"],
    leeway: 60_000,
    ...parts,
  });

function contextFor(scheme: JwtScheme): StepContext {
  return contextOf({
    operation: operationOf({ security: [{ token: [] }] }),
    service: serviceOf({ securitySchemes: { token: scheme } }),
  });
}

/** 200 where it lets in. */
async function statusOf(context: StepContext, authorization: string): Promise<number> {
  const call = callOf({ headers: [["authorization", authorization]] }, context);
  return (await refusalOf([authnKind.step({}, context)!], call))?.status ?? 200;
}

interface Material {
  readonly alg: Algorithm;
  readonly good: SigningKey;
  readonly foreign: SigningKey;
}
type Make = (material: Material) => Promise<string>;

const claims = (parts: JWTPayload = {}): JWTPayload => ({ iss: ISSUER, aud: "orders", ...parts });
const signed =
  (parts: JWTPayload, header: object = {}): Make =>
  ({ good }) =>
    tokenOf(good, claims(parts), header);
const part = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const payload = (): object => ({ ...claims(), sub: "ada", exp: now() + 60 });
const hmac = (secret: string, header: object): string => {
  const input = `${part(header)}.${part(payload())}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
};

const GOOD: Readonly<Record<string, Make>> = {
  plain: signed({}),
  "one of several audiences": signed({ aud: ["billing", "orders"] }),
  "over within the leeway": signed({ exp: now() - 20 }),
  "not begun within the leeway": signed({ nbf: now() + 20 }),
  "begun long ago": signed({ nbf: now() - 3600, iat: now() - 3600 }),
  "with a type": signed({}, { typ: "JWT" }),
  "with the type of access tokens": signed({}, { typ: "at+jwt" }),
  "with claims in all scripts": signed({ name: "Ada Ł. 艾达 🧮", nested: { deep: [1, { a: null }] } }),
  "as long as they get": signed({
    groups: Array.from({ length: 250 }, (_, i) => `group-${i}-of-the-company`),
  }),
};

const BAD: Readonly<Record<string, Make>> = {
  expired: signed({ exp: now() - 3600 }),
  "expired at the beginning of time": signed({ exp: 0 }),
  "that ends in words": signed({ exp: "tomorrow" as unknown as number }),
  "that ends in text": signed({ exp: String(now() + 60) as unknown as number }),
  "without an end": ({ good }) =>
    new SignJWT(claims({ sub: "ada" }))
      .setProtectedHeader({ alg: good.alg, kid: good.kid })
      .sign(good.privateKey),
  "not begun": signed({ nbf: now() + 3600 }),
  "begun in words": signed({ nbf: "now" as unknown as number }),
  "for somebody else": signed({ aud: "billing" }),
  "for a part of the name": signed({ aud: "order" }),
  "for the name and more": signed({ aud: "orders " }),
  "for nobody": signed({ aud: [] }),
  "for an object": signed({ aud: { orders: true } as unknown as string }),
  "without an audience": signed({ aud: undefined as unknown as string }),
  "of somebody else": signed({ iss: "https://evil.example" }),
  "of a slash more": signed({ iss: `${ISSUER}/` }),
  "of another case": signed({ iss: ISSUER.toUpperCase() }),
  "of a list": signed({ iss: [ISSUER] as unknown as string }),
  "of nobody": signed({ iss: undefined as unknown as string }),
  "signed by a foreign key": ({ foreign }) => tokenOf(foreign, claims()),
  "signed by a foreign key under a good name": ({ good, foreign }) =>
    tokenOf({ ...foreign, kid: good.kid }, claims()),
  "with a kid that is a path": signed({}, { kid: "../../../../dev/null" }),
  "with a kid that is SQL": signed({}, { kid: "x' UNION SELECT 'key" }),
  "with a kid that is a command": signed({}, { kid: "key|/usr/bin/id" }),
  "with a kid that is an address": signed({}, { kid: "http://169.254.169.254/keys" }),
  "with a kid that everything inherits": signed({}, { kid: "__proto__" }),
  "with a kid that is empty": signed({}, { kid: "" }),
  "with a key of its own": ({ foreign }) => tokenOf(foreign, claims(), { jwk: foreign.jwk }),
  "with an address of keys": ({ foreign }) =>
    tokenOf(foreign, claims(), { jku: "https://evil.example/jwks" }),
  "with a certificate of its own": ({ foreign }) => tokenOf(foreign, claims(), { x5c: ["MIIB"] }),
  "with a critical word that nobody knows": async ({ good }) =>
    new SignJWT({ ...payload() } as JWTPayload)
      .setProtectedHeader({ alg: good.alg, kid: good.kid, crit: ["b65"], b65: true })
      .sign(good.privateKey, { crit: { b65: true } }),
  "without a signature": async () =>
    new UnsecuredJWT(claims({ sub: "ada" })).setExpirationTime("1m").encode(),
  ...Object.fromEntries(
    ["none", "None", "NONE", "nOnE", "", "null"].map((alg): [string, Make] => [
      `whose algorithm is '${alg}'`,
      async ({ good }) => {
        const [, body, signature] = (await tokenOf(good, claims())).split(".");
        return `${part({ alg, kid: good.kid })}.${body}.${signature}`;
      },
    ]),
  ),
  "whose signature was taken off": async (material) => (await GOOD["plain"]!(material)).replace(/[^.]+$/, ""),
  "whose algorithm is a list": async (material) => {
    const [, body, signature] = (await GOOD["plain"]!(material)).split(".");
    return `${part({ alg: [material.alg], kid: material.good.kid })}.${body}.${signature}`;
  },
  "signed by the public key as a secret: PEM": async ({ good }) =>
    hmac(await exportSPKI(good.publicKey), { alg: "HS256", kid: good.kid }),
  "signed by the public key as a secret: JWK": async ({ good }) =>
    hmac(JSON.stringify(good.jwk), { alg: "HS256", kid: good.kid }),
  "signed by the public key as a secret, under the right algorithm": async ({ good, alg }) =>
    hmac(await exportSPKI(good.publicKey), { alg, kid: good.kid }),
  "signed by an empty secret": async ({ good }) => hmac("", { alg: "HS256", kid: good.kid }),
  "changed in its payload": async (material) => {
    const [header, , signature] = (await GOOD["plain"]!(material)).split(".");
    return `${header}.${part({ ...payload(), sub: "eve" })}.${signature}`;
  },
  "whose signature is of zeros": async (material) => {
    const [header, body, signature] = (await GOOD["plain"]!(material)).split(".");
    return `${header}.${body}.${Buffer.alloc(Buffer.from(signature!, "base64url").length).toString("base64url")}`;
  },
  "with a dot more": async (material) => `${await GOOD["plain"]!(material)}.`,
  "with a part more": async (material) => `${await GOOD["plain"]!(material)}.AAAA`,
  "with padding": async (material) => `${await GOOD["plain"]!(material)}==`,
  twice: async (material) => {
    const token = await GOOD["plain"]!(material);
    return `${token},${token}`;
  },
  "whose header is no JSON": async (material) => {
    const [, body, signature] = (await GOOD["plain"]!(material)).split(".");
    return `${part("{alg:RS256}")}.${body}.${signature}`;
  },
  "whose payload is a list": async ({ good }) =>
    `${part({ alg: good.alg, kid: good.kid })}.${part([payload()])}.AAAA`,
  huge: signed({ filler: "x".repeat(20_000) }),
  "of a megabyte": async () => `a.${"a".repeat(1024 * 1024)}.a`,
};

describe("tokens of each algorithm", () => {
  const rows = { good: Object.entries(GOOD), bad: Object.entries(BAD) };

  it(`wrongly accepted 0 of ${rows.bad.length * ALGORITHMS.length * 2}, wrongly refused 0 of ${rows.good.length * ALGORITHMS.length * 2}`, async () => {
    const wrong: string[] = [];
    for (const alg of ALGORITHMS) {
      // A scheme that takes this algorithm alone, and one that takes them all: confusion needs several.
      for (const algorithms of [[alg], [...ALGORITHMS]]) {
        const context = contextFor(schemeFor(algorithms));
        const material = { alg, ...keys.get(alg)! };
        for (const [expected, cases] of [
          [200, rows.good],
          [401, rows.bad],
        ] as const)
          for (const [name, make] of cases) {
            const token = `Bearer ${await make(material)}`;
            // Twice: what is remembered has to be what was found.
            for (const status of [await statusOf(context, token), await statusOf(context, token)])
              if (status !== expected) wrong.push(`${alg} of ${algorithms.join()}: ${name}: ${status}`);
          }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("are refused where the scheme does not take their algorithm, though the key is published", async () => {
    const wrong: string[] = [];
    for (const alg of ALGORITHMS)
      for (const other of ALGORITHMS) {
        const context = contextFor(schemeFor([other]));
        const status = await statusOf(context, `Bearer ${await tokenOf(keys.get(alg)!.good, claims())}`);
        if (status !== (alg === other ? 200 : 401)) wrong.push(`${alg} where ${other} is: ${status}`);
      }
    expect(wrong).toEqual([]);
  });

  it("are found by the scheme of the field, and by nothing else", async () => {
    const context = contextFor(schemeFor(["RS256"]));
    const token = await tokenOf(keys.get("RS256")!.good, claims());
    const answers = await Promise.all(
      [
        `Bearer ${token}`,
        `bearer ${token}`,
        `BEARER   ${token}`,
        token,
        `Basic ${token}`,
        `Bearer${token}`,
        `Bearer ${token} x`,
        "Bearer",
        "Bearer ",
      ].map((field) => statusOf(context, field)),
    );
    expect(answers).toEqual([200, 200, 200, 401, 401, 401, 401, 401, 401]);
  });
});

describe("the issuer's keys", () => {
  it("may be swapped: what they are is asked again after a while, and then the new ones count alone", async () => {
    const [one, two] = [await signingKey("one"), await signingKey("two")];
    const own = await TestIssuer.start(one);
    try {
      const context = contextFor(schemeFor(["RS256"], { keys: { jwks: `${own.url}/jwks` } }));
      expect(await statusOf(context, `Bearer ${await tokenOf(one, claims())}`)).toBe(200);
      own.publish(two);
      // Too early to ask again: nobody may have an issuer asked for every token that he makes up.
      expect(await statusOf(context, `Bearer ${await tokenOf(two, claims())}`)).toBe(401);
      expect(own.asked).toHaveLength(1);
      const restarted = contextFor(schemeFor(["RS256"], { keys: { jwks: `${own.url}/jwks` } }));
      expect(await statusOf(restarted, `Bearer ${await tokenOf(two, claims())}`)).toBe(200);
      expect(await statusOf(restarted, `Bearer ${await tokenOf(one, claims())}`)).toBe(401);
    } finally {
      await own.close();
    }
  });

  it.each([
    ["an error", { status: 500 }],
    ["a page", { status: 200, body: "<html>" }],
    ["a list", { status: 200, body: "[]" }],
    ["no keys", { status: 200, body: "{}" }],
    ["nothing", { status: 204 }],
    ["another address", { status: 302, headers: { location: "https://evil.example/jwks" } }],
    ["too much", { status: 200, body: JSON.stringify({ keys: [], filler: "x".repeat(600_000) }) }],
  ])(
    "that cannot be had because of %s: 503 with Retry-After, and who was known before stays so",
    async (_, fault) => {
      const one = await signingKey("one");
      const own = await TestIssuer.start(one);
      try {
        const scheme = schemeFor(["RS256"], { keys: { jwks: `${own.url}/jwks` } });
        const warm = contextFor(scheme);
        expect(await statusOf(warm, `Bearer ${await tokenOf(one, claims())}`)).toBe(200);
        own.fault = fault;
        expect(await statusOf(warm, `Bearer ${await tokenOf(one, claims({ sub: "bob" }))}`)).toBe(200);
        const cold = contextFor(scheme);
        const call = callOf({ headers: [["authorization", `Bearer ${await tokenOf(one, claims())}`]] }, cold);
        const refusal = await refusalOf([authnKind.step({}, cold)!], call);
        expect(refusal?.status).toBe(503);
        expect(Number(refusal?.headers?.["retry-after"])).toBeGreaterThan(0);
        // What nobody could sign is refused all the same.
        expect(await statusOf(cold, "Bearer a.b")).toBe(401);
      } finally {
        await own.close();
      }
    },
  );

  it("that come slowly are waited for once by all, and for no longer than they may take", async () => {
    const one = await signingKey("one");
    const own = await TestIssuer.start(one);
    try {
      const context = contextFor(schemeFor(["RS256"], { keys: { jwks: `${own.url}/jwks` } }));
      own.fault = { hang: true };
      const tokens = await Promise.all(
        Array.from({ length: 20 }, (_, i) => tokenOf(one, claims({ sub: `user${i}` }))),
      );
      const statuses = await Promise.all(tokens.map((token) => statusOf(context, `Bearer ${token}`)));
      expect(new Set(statuses)).toEqual(new Set([503]));
      expect(own.asked).toHaveLength(1);
      own.fault = undefined;
      await expect
        .poll(() => statusOf(context, `Bearer ${tokens[0]!}`), { timeout: 5000, interval: 100 })
        .toBe(200);
    } finally {
      await own.close();
    }
  }, 20_000);
});
