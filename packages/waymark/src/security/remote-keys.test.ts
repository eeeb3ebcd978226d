import { generateKeyPairSync, sign } from "node:crypto";
import { exportJWK } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { App } from "../app.ts";
import { appOf, askWith } from "./asking.fixture.ts";
import { signingKey, TestIssuer, tokenOf, type SigningKey } from "./issuer.fixture.ts";
import { jwt } from "./jwt.ts";
import type { RemoteOptions } from "./remote-keys.ts";
import { UnusableKey } from "./usable-keys.ts";

let first: SigningKey;
let second: SigningKey;
let third: SigningKey;
let issuer: TestIssuer;
let told: unknown[];
let clock: number;

beforeAll(async () => {
  [first, second, third] = await Promise.all([
    signingKey("1", "ES256"),
    signingKey("2", "ES256"),
    signingKey("3", "ES256"),
  ]);
});
beforeEach(async () => {
  issuer = await TestIssuer.start(first);
  told = [];
  clock = 1_000_000;
  vi.spyOn(performance, "now").mockImplementation(() => clock);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await issuer.close();
});

function appWith(options: RemoteOptions = {}): App {
  // This test's own: keys may still be asked for in the background when the next one runs.
  const mine = told;
  return appOf(
    jwt({
      jwksUrl: `${issuer.url}/jwks`,
      audience: false,
      onFetchError: (error) => void mine.push(error),
      ...options,
    }),
  );
}
const status = async (app: App, key: SigningKey): Promise<number> =>
  (await askWith(app, await tokenOf(key))).status;

describe("keys of an issuer", () => {
  it("are fetched once, when the first token comes, however many come at once", async () => {
    const app = appWith();
    expect(issuer.asked).toEqual([]);
    const all = await Promise.all(Array.from({ length: 20 }, () => status(app, first)));
    expect(new Set(all)).toEqual(new Set([200]));
    expect(issuer.asked).toEqual(["/jwks"]);
    expect(told).toEqual([]);
  });

  it("are fetched anew for a key that is not known, once a cooldown", async () => {
    const app = appWith({ cooldown: 30_000 });
    expect(await status(app, first)).toBe(200);
    issuer.publish(second);
    // too early: the set has only just come
    expect(await status(app, second)).toBe(401);
    clock += 30_000;
    expect(await status(app, second)).toBe(200);
    expect(await status(app, first)).toBe(401);
    for (let i = 0; i < 10; i++) expect(await status(app, third)).toBe(401);
    expect(issuer.asked).toHaveLength(2);
    clock += 30_000;
    await Promise.all(Array.from({ length: 10 }, () => status(app, third)));
    expect(issuer.asked).toHaveLength(3);
  });

  it("are not fetched for tokens that are bad for another reason", async () => {
    const app = appWith({ cooldown: 0 });
    expect(await status(app, first)).toBe(200);
    for (const token of ["a.b.c", "e30.e30.e30", "x".repeat(9000), `${await tokenOf(first)}x`])
      expect((await askWith(app, token)).status).toBe(401);
    const expired = await tokenOf(first, { exp: 1 });
    expect((await askWith(app, expired)).status).toBe(401);
    expect(issuer.asked).toHaveLength(1);
  });

  it("are fetched anew when they are old, and used meanwhile", async () => {
    const app = appWith({ maxAge: 60_000 });
    expect(await status(app, first)).toBe(200);
    issuer.publish(second);
    clock += 60_001;
    expect(await status(app, first)).toBe(200);
    await vi.waitFor(() => expect(issuer.asked).toHaveLength(2), 20_000);
    await vi.waitFor(async () => expect(await status(app, second)).toBe(200), 20_000);
    expect(await status(app, first)).toBe(401);
  });

  it("go on being used while the issuer is down", async () => {
    const app = appWith({ maxAge: 60_000, cooldown: 10_000 });
    expect(await status(app, first)).toBe(200);
    issuer.fault = { status: 500 };
    for (let i = 0; i < 5; i++) {
      clock += 3_600_000;
      expect(await status(app, first)).toBe(200);
      await vi.waitFor(() => expect(told).toHaveLength(i + 1), 20_000);
    }
    // whether this one is good nobody can tell
    const unknown = await askWith(app, await tokenOf(second));
    expect(unknown.status).toBe(503);
    issuer.fault = undefined;
    issuer.publish(first, second);
    clock += 10_000;
    expect([await status(app, second), await status(app, first)]).toEqual([200, 200]);
  });
});

describe("an issuer that cannot be asked the first time", () => {
  it("makes the reply 503 with Retry-After, and is asked again after a pause that grows", async () => {
    const app = appWith({ cooldown: 3000 });
    issuer.fault = { status: 500 };
    const pauses: (string | null)[] = [];
    const token = await tokenOf(first);
    for (const pause of [1000, 2000, 3000, 3000]) {
      const response = await app.request("/", { headers: { authorization: `Bearer ${token}` } });
      expect(response.status).toBe(503);
      pauses.push(response.headers.get("retry-after"));
      expect(await response.text()).not.toContain(issuer.url);
      clock += pause - 1;
      expect(await status(app, first)).toBe(503);
      clock += 1;
    }
    expect(pauses).toEqual(["1", "2", "3", "3"]);
    expect(issuer.asked).toHaveLength(4);
    expect(told).toHaveLength(4);
    issuer.fault = undefined;
    expect(await status(app, first)).toBe(200);
  });

  it("refuses nothing that needs no keys: a request without a token is 401", async () => {
    issuer.fault = { status: 500 };
    const app = appWith();
    expect((await app.request("/")).status).toBe(401);
    expect((await askWith(app, "a b")).status).toBe(401);
    expect((await askWith(app, "e30.e30.e30")).status).toBe(401);
    expect(issuer.asked).toEqual([]);
  });

  it.each<[string, () => TestIssuer["fault"]]>([
    ["answers 404", () => ({ status: 404, body: '{"keys":[]}' })],
    ["redirects", () => ({ status: 302, headers: { location: `${issuer.url}/elsewhere` } })],
    ["answers something that is no JSON", () => ({ body: "<html>" })],
    ["answers a list", () => ({ body: "[]" })],
    ["answers no keys", () => ({ body: "{}" })],
    ["answers keys that are none", () => ({ body: '{"keys":"x"}' })],
    ["answers bytes that are no text", () => ({ body: Buffer.from([0x7b, 0xff]) as never })],
    ["answers too much", () => ({ body: `{"keys":[],"x":"${"x".repeat(600_000)}"}` })],
    ["answers less than it says", () => ({ body: "{", headers: { "content-length": "1" } })],
  ])("is one that %s", async (_, fault) => {
    const app = appWith();
    issuer.fault = fault();
    expect(await status(app, first)).toBe(503);
    expect(told).toEqual([expect.any(Error)]);
    expect(issuer.asked).toEqual(["/jwks"]);
  });

  it("is one that does not answer in time", async () => {
    issuer.fault = { hang: true };
    const app = appWith({ timeout: 50 });
    expect(await status(app, first)).toBe(503);
    expect(String(told[0])).toMatch(/timeout|aborted/i);
  });

  it("is one that is not there", async () => {
    const app = appWith({ fetch: () => Promise.reject(new TypeError("fetch failed")) });
    expect(await status(app, first)).toBe(503);
  });

  it("is told of on the console unless somebody listens", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    issuer.fault = { status: 500 };
    const app = appOf(jwt({ jwksUrl: `${issuer.url}/jwks`, audience: false }));
    expect(await status(app, first)).toBe(503);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(String(warn.mock.calls[0])).toContain("/jwks answered 500");
  });
});

describe("a published key that cannot verify anything", () => {
  const broken: [string, () => unknown, string][] = [
    ["is malformed", () => ({ ...second.jwk, x: "AA" }), 'the key "2" verifies no tokens: it is malformed'],
    ["lies on no curve", () => ({ ...second.jwk, x: second.jwk.y }), "it is malformed"],
    ["lacks a member", () => ({ kty: "EC", crv: "P-256", kid: "2", x: second.jwk.x }), "it is malformed"],
    ["is of another curve than its algorithm", () => ({ ...second.jwk, alg: "ES384" }), "it is malformed"],
    ["is of another type than its algorithm", () => ({ ...second.jwk, alg: "RS256" }), "it is malformed"],
    ["has operations that are none", () => ({ ...second.jwk, key_ops: "verify" }), "it is malformed"],
    [
      "is a private one",
      async () => ({ ...(await exportJWK(second.privateKey)), kid: "2", alg: "ES256" }),
      "it is a private one",
    ],
    ["is no object", () => "2", "the key at 0 of its set verifies no tokens: it is no JSON object"],
  ];

  it.each(broken)("and %s counts as one that is not there, and is told of once", async (_, make, message) => {
    issuer.jwks = { keys: [await make(), first.jwk] };
    const app = appWith({ cooldown: 1000 });
    expect(await status(app, first)).toBe(200);
    for (let i = 0; i < 3; i++) {
      expect(await status(app, second)).toBe(401);
      clock += 1001;
    }
    expect(issuer.asked.length).toBeGreaterThan(1);
    expect(told).toEqual([expect.any(UnusableKey)]);
    expect(String(told[0])).toContain(message);
  });

  it.each(["RS256", "PS384", undefined])("and is RSA of 1,024 bits is refused as %s", async (alg) => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const jwk = {
      ...publicKey.export({ format: "jwk" }),
      kid: "weak",
      ...(alg === undefined ? {} : { alg }),
    };
    issuer.jwks = { keys: [jwk] };
    const text = [
      { alg: alg ?? "RS256", kid: "weak" },
      { sub: "mallory", exp: Math.floor(Date.now() / 1000) + 60 },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    const app = appWith();
    const token = `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
    expect((await askWith(app, token)).status).toBe(401);
    expect(told.map(String)).toEqual([
      'UnusableKey: the key "weak" verifies no tokens: RSA of 1024 bits, and 2048 are the least',
    ]);
  });

  it("does not stand in the way of tokens that name no key", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const [one, two] = await Promise.all([signingKey("one"), signingKey("two")]);
    issuer.jwks = { keys: [publicKey.export({ format: "jwk" }), { ...one.jwk, n: "AA" }, one.jwk, two.jwk] };
    const app = appWith();
    for (const key of [one, two])
      expect((await askWith(app, await tokenOf(key, {}, { kid: undefined }))).status).toBe(200);
  });

  it("is told of again where it comes back", async () => {
    const app = appWith({ maxAge: 1000 });
    const broken = { ...second.jwk, x: "AA" };
    for (const keys of [[broken, first.jwk], [first.jwk], [broken, first.jwk]]) {
      issuer.jwks = { keys };
      const before = issuer.asked.length;
      await vi.waitFor(async () => {
        clock += 1001;
        expect(await status(app, first)).toBe(200);
        expect(issuer.asked.length).toBeGreaterThan(before);
      }, 20_000);
    }
    await vi.waitFor(() => expect(told).toHaveLength(2), 20_000);
  });
});

describe("a set of keys with others in it", () => {
  it("verifies by those that are fit to", async () => {
    issuer.jwks = {
      keys: [
        { kty: "oct", kid: "1", k: "c2VjcmV0" },
        { kty: "?", kid: 1 },
        { ...second.jwk, use: "enc" },
        first.jwk,
      ],
    };
    const app = appWith();
    expect([await status(app, first), await status(app, second)]).toEqual([200, 401]);
    expect(told).toEqual([]);
  });

  it("does not lend its secrets to anybody", async () => {
    const { signJwt } = await import("./sign-jwt.ts");
    const secret = "s".repeat(32);
    issuer.jwks = { keys: [{ kty: "oct", k: Buffer.from(secret).toString("base64url") }] };
    const app = appWith();
    expect((await askWith(app, await signJwt({}, { secret, expiresIn: 60 }))).status).toBe(401);
  });
});
