import { createHmac } from "node:crypto";
import { exportSPKI, type JWK } from "jose";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { appOf, ask, askWith } from "./asking.fixture.ts";
import { signingKey, tokenOf, type SigningKey } from "./issuer.fixture.ts";
import { jwt } from "./jwt.ts";
import { Secret } from "./secret.ts";
import { signJwt } from "./sign-jwt.ts";

const secret = "0123456789abcdef0123456789abcdef";
const now = (): number => Math.floor(Date.now() / 1000);
const encode = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const hmac = (text: string, key: string | Buffer): string =>
  createHmac("sha256", key).update(text).digest("base64url");
/** A token made by hand: header and payload are text, so that they may be anything. */
const handmade = (header: unknown, payload: unknown, key: string | Buffer = secret): string => {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${hmac(text, key)}`;
};
const INVALID = { status: 401, challenge: expect.stringMatching(/^Bearer error="invalid_token"/) };

describe("jwt by a secret", () => {
  const app = appOf(jwt({ secret }));

  it("gives the claims of a good token", async () => {
    const token = await signJwt({ sub: "ada", role: "editor" }, { secret, expiresIn: 60 });
    const { status, body } = await askWith(app, token);
    expect([status, body.found]).toEqual([
      200,
      { sub: "ada", role: "editor", iat: expect.any(Number), exp: expect.any(Number) },
    ]);
  });

  it("asks for a token where there is none", async () => {
    expect(await ask(app)).toMatchObject({ status: 401, challenge: "Bearer" });
    const optional = appOf(jwt({ secret, optional: true }));
    expect((await ask(optional)).body).toEqual({ found: null });
    expect(await askWith(optional, "a.b.c")).toMatchObject(INVALID);
  });

  it("takes each of several secrets, however they are given", async () => {
    const [old, next] = ["o".repeat(32), "n".repeat(32)];
    const rotating = appOf(jwt({ secret: [new Secret(next), new TextEncoder().encode(old)] }));
    for (const each of [old, next])
      expect((await askWith(rotating, await signJwt({}, { secret: each, expiresIn: 60 }))).status).toBe(200);
    expect(await askWith(rotating, await signJwt({}, { secret, expiresIn: 60 }))).toMatchObject(INVALID);
  });

  it.each<[string, () => string | Promise<string>]>([
    ["the algorithm none", () => `${encode({ alg: "none" })}.${encode({ exp: now() + 60 })}.`],
    ["None", () => `${encode({ alg: "None" })}.${encode({ exp: now() + 60 })}.`],
    ["none, with a good signature", () => handmade({ alg: "none" }, { exp: now() + 60 })],
    ["another algorithm", () => signJwt({}, { secret: secret.repeat(2), algorithm: "HS512", expiresIn: 60 })],
    ["an algorithm that there is not", () => handmade({ alg: "HS257" }, { exp: now() + 60 })],
    ["an algorithm that is no text", () => handmade({ alg: ["HS256"] }, { exp: now() + 60 })],
    ["an algorithm named as every object has it", () => handmade({ alg: "__proto__" }, { exp: now() + 60 })],
    ["no algorithm", () => handmade({ typ: "JWT" }, { exp: now() + 60 })],
    ["a critical extension", () => handmade({ alg: "HS256", crit: ["x"], x: 1 }, { exp: now() + 60 })],
    ["a payload that is not encoded", () => handmade({ alg: "HS256", b64: false, crit: ["b64"] }, "{}")],
    [
      "a key of its own",
      () =>
        handmade(
          { alg: "HS256", jwk: { kty: "oct", k: encode("x".repeat(32)) } },
          { exp: now() + 60 },
          "x".repeat(32),
        ),
    ],
    ["another secret", () => signJwt({}, { secret: "x".repeat(32), expiresIn: 60 })],
    ["no exp", () => handmade({ alg: "HS256" }, { sub: "ada" })],
    ["an exp that is text", () => handmade({ alg: "HS256" }, { exp: "9999999999" })],
    ["an exp that JSON makes infinite", () => handmade({ alg: "HS256" }, '{"exp":-1e999}')],
    ["an aud that nobody expects", () => handmade({ alg: "HS256" }, { exp: now() + 60, aud: "another" })],
    ["a payload that is a list", () => handmade({ alg: "HS256" }, [])],
    ["a payload that is null", () => handmade({ alg: "HS256" }, "null")],
    ["a payload that is no JSON", () => handmade({ alg: "HS256" }, "{")],
    ["a header that is no JSON", () => handmade("{", { exp: now() + 60 })],
    ["a header that is a list", () => handmade([], { exp: now() + 60 })],
    ["nothing", () => "."],
    ["two parts", () => "a.b"],
    ["four parts", () => "a.b.c.d"],
    ["the five parts of an encrypted one", () => `${encode({ alg: "dir", enc: "A128GCM" })}.a.b.c.d`],
    ["empty parts", () => ".."],
    ["padding", () => `${handmade({ alg: "HS256" }, { exp: now() + 60 })}=`],
    ["64 KB", () => handmade({ alg: "HS256" }, { exp: now() + 60, much: "x".repeat(65_536) })],
    ["64 KB of header", () => handmade({ alg: "HS256", kid: "x".repeat(65_536) }, { exp: now() + 60 })],
    ["64 KB of dots", () => ".".repeat(65_536)],
  ])("refuses %s", async (_, make) => {
    expect(await askWith(app, await make())).toMatchObject(INVALID);
  });

  it("refuses every token that was tampered with", async () => {
    const token = await signJwt({ sub: "ada" }, { secret, expiresIn: 60 });
    for (let at = 0; at < token.length - 1; at += 3) {
      if (token[at] === ".") continue;
      const changed = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
      expect(await askWith(app, changed), String(at)).toMatchObject({ status: 401 });
    }
  });

  it("lets the last of two claims count, as JSON does", async () => {
    const past = handmade({ alg: "HS256" }, `{"exp":${now() + 60},"exp":${now() - 60}}`);
    const future = handmade({ alg: "HS256" }, `{"exp":${now() - 60},"exp":${now() + 60}}`);
    expect((await askWith(app, past)).status).toBe(401);
    expect((await askWith(app, future)).status).toBe(200);
  });

  it("is not polluted by what a token says", async () => {
    const token = handmade({ alg: "HS256" }, `{"exp":${now() + 60},"__proto__":{"polluted":true}}`);
    expect((await askWith(app, token)).status).toBe(200);
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
  });

  it("tells of a token that has expired, and of nothing where the signature is bad", async () => {
    const expired = handmade({ alg: "HS256" }, { exp: now() - 1 });
    expect((await askWith(app, expired)).body.detail).toBe("The token has expired");
    const forged = handmade({ alg: "HS256" }, { exp: now() - 1 }, "x".repeat(32));
    expect((await askWith(app, forged)).body.detail).toBe("The token is not valid");
  });

  it("lets clocks differ by as much as it is told, and no more", async () => {
    const tolerant = appOf(jwt({ secret, clockTolerance: 30 }));
    const cases: [claims: object, strict: number, tolerant: number][] = [
      [{ exp: now() - 10 }, 401, 200],
      [{ exp: now() - 60 }, 401, 401],
      [{ exp: now() + 60, nbf: now() + 10 }, 401, 200],
      [{ exp: now() + 99, nbf: now() + 60 }, 401, 401],
      [{ exp: now() + 60, nbf: now() - 1 }, 200, 200],
      [{ exp: now() + 60, nbf: "now" }, 401, 401],
    ];
    for (const [claims, strict, lenient] of cases) {
      const token = handmade({ alg: "HS256" }, claims);
      expect([(await askWith(app, token)).status, (await askWith(tolerant, token)).status]).toEqual([
        strict,
        lenient,
      ]);
    }
  });

  it("checks issuer, audience, type and required claims", async () => {
    const strict = appOf(
      jwt({ secret, issuer: ["a", "b"], audience: ["x", "y"], typ: "at+jwt", requiredClaims: ["jti"] }),
    );
    const good = { iss: "b", aud: ["q", "y"], jti: "1", exp: now() + 60 };
    const status = async (claims: object, typ: unknown = "at+jwt"): Promise<number> =>
      (await askWith(strict, handmade({ alg: "HS256", typ }, claims))).status;
    expect(await status(good)).toBe(200);
    expect(await status({ ...good, aud: "x" }, "application/at+jwt")).toBe(200);
    for (const bad of [
      { ...good, iss: "c" },
      { ...good, iss: ["a"] },
      { ...good, iss: undefined },
      { ...good, aud: "z" },
      { ...good, aud: [] },
      { ...good, aud: { x: 1 } },
      { ...good, aud: undefined },
      { ...good, jti: undefined },
    ])
      expect(await status(bad), JSON.stringify(bad)).toBe(401);
    for (const typ of ["JWT", null, 1]) expect(await status(good, typ)).toBe(401);
  });

  it("takes tokens for anybody only where it is told to", async () => {
    const token = await signJwt({}, { secret, expiresIn: 60, audience: "another" });
    expect((await askWith(app, token)).body.detail).toBe("The token's aud is not accepted here");
    expect((await askWith(appOf(jwt({ secret, audience: false })), token)).status).toBe(200);
  });

  it("gives the claims as a schema makes them, and refuses those it refuses", async () => {
    const typed = appOf(jwt({ secret, claims: z.object({ sub: z.string(), level: z.int().default(1) }) }));
    const { body } = await askWith(typed, await signJwt({ sub: "ada", x: 1 }, { secret, expiresIn: 60 }));
    expect(body.found).toEqual({ sub: "ada", level: 1 });
    const refused = await askWith(
      typed,
      await signJwt({ sub: "ada", level: "9" }, { secret, expiresIn: 60 }),
    );
    expect(refused).toMatchObject({
      status: 401,
      body: { detail: "The token's level is not accepted here" },
    });
    expect(JSON.stringify(refused)).not.toContain('9"');
  });

  it("takes longer tokens where it is told to", async () => {
    const token = await signJwt({ much: "x".repeat(20_000) }, { secret, expiresIn: 60 });
    expect((await askWith(app, token)).body.detail).toBe("The token is too long");
    expect((await askWith(appOf(jwt({ secret, maxLength: 65_536 })), token)).status).toBe(200);
  });
});

describe("jwt by public keys", () => {
  let rsa: SigningKey;
  let other: SigningKey;
  let ec: SigningKey;
  let ed: SigningKey;
  beforeAll(async () => {
    [rsa, other, ec, ed] = await Promise.all([
      signingKey("rsa"),
      signingKey("other"),
      signingKey("ec", "ES256"),
      signingKey("ed", "EdDSA"),
    ]);
  });
  const audience = "api";
  const without = ({ jwk }: SigningKey, ...names: string[]): JWK =>
    Object.fromEntries(Object.entries(jwk).filter(([name]) => !names.includes(name)));

  it("takes the tokens of each of them", async () => {
    const app = appOf(jwt({ keys: { keys: [rsa.jwk, other.jwk, ec.jwk, ed.jwk] as never }, audience }));
    for (const key of [rsa, other, ec, ed])
      expect((await askWith(app, await tokenOf(key, { aud: audience }))).status, key.kid).toBe(200);
  });

  it("does not take a public key for a secret", async () => {
    const pem = await exportSPKI(rsa.publicKey);
    const claims = { sub: "mallory", aud: audience, exp: now() + 60 };
    for (const keys of [[rsa.jwk], [without(rsa, "alg")], [without(rsa, "alg", "kid")]]) {
      const app = appOf(jwt({ keys: keys as never, audience }));
      for (const key of [
        pem,
        pem.trim(),
        JSON.stringify(rsa.jwk),
        rsa.jwk.n!,
        Buffer.from(rsa.jwk.n!, "base64url"),
      ])
        for (const kid of ["rsa", undefined])
          expect(await askWith(app, handmade({ alg: "HS256", kid }, claims, key))).toMatchObject(INVALID);
    }
    const byPem = appOf(jwt({ keys: [pem], algorithms: ["RS256"], audience }));
    expect(await askWith(byPem, handmade({ alg: "HS256" }, claims, pem))).toMatchObject(INVALID);
    expect((await askWith(byPem, await tokenOf(rsa, { aud: audience }))).status).toBe(200);
  });

  it("takes no algorithm but those it was given", async () => {
    const app = appOf(jwt({ keys: [rsa.jwk, ec.jwk] as never, audience, algorithms: ["ES256"] }));
    expect((await askWith(app, await tokenOf(ec, { aud: audience }))).status).toBe(200);
    expect(await askWith(app, await tokenOf(rsa, { aud: audience }))).toMatchObject(INVALID);
  });

  it("takes no algorithm but the key's own, where the key has one", async () => {
    const app = appOf(jwt({ keys: [rsa.jwk] as never, audience }));
    const pss = { ...rsa, alg: "PS256", privateKey: (await signingKey("x", "PS256")).privateKey };
    expect(await askWith(app, await tokenOf(pss, { aud: audience }))).toMatchObject(INVALID);
  });

  it("does not look for keys where a token says they are", async () => {
    const app = appOf(jwt({ keys: [rsa.jwk] as never, audience }));
    for (const header of [
      { jwk: other.jwk },
      { jku: "http://127.0.0.1:1/jwks" },
      { x5u: "http://127.0.0.1:1/cert" },
      { kid: "other", jwk: other.jwk },
      { kid: "../../etc/passwd" },
      { kid: "' OR 1=1 --" },
      { kid: "__proto__" },
      { kid: "" },
      { kid: ["rsa"] },
      { kid: { toString: "rsa" } },
      { kid: null },
    ]) {
      const token = await tokenOf(other, { aud: audience }, header);
      expect(await askWith(app, token), JSON.stringify(header)).toMatchObject(INVALID);
    }
  });

  it("tries all that fit where a token names no key", async () => {
    const app = appOf(jwt({ keys: [rsa.jwk, other.jwk] as never, audience }));
    for (const key of [rsa, other])
      expect((await askWith(app, await tokenOf(key, { aud: audience }, { kid: undefined }))).status).toBe(
        200,
      );
    const stranger = await signingKey("stranger");
    expect(await askWith(app, await tokenOf(stranger, { aud: audience }, { kid: undefined }))).toMatchObject(
      INVALID,
    );
    const expired = await tokenOf(other, { aud: audience, exp: now() - 9 }, { kid: undefined });
    expect((await askWith(app, expired)).body.detail).toBe("The token has expired");
  });

  it("uses no key that is made for something else", async () => {
    for (const jwk of [
      { ...rsa.jwk, use: "enc" },
      { ...rsa.jwk, key_ops: ["encrypt"] },
    ])
      expect(
        await askWith(appOf(jwt({ keys: [jwk] as never, audience })), await tokenOf(rsa, { aud: audience })),
      ).toMatchObject(INVALID);
  });
});

describe("a key of one's own that is broken", () => {
  it("is a logged error that names it, since every token would be refused", async () => {
    const key = await signingKey("ec", "ES256");
    const app = appOf(jwt({ keys: [{ ...key.jwk, x: key.jwk.y }] as never, audience: "a" }));
    const logged = vi.spyOn(app["~logger"], "error");
    expect((await askWith(app, await tokenOf(key, { aud: "a" }))).status).toBe(500);
    expect(String(logged.mock.calls[0])).toContain('the key "ec" verifies no tokens: it is malformed');
  });
});

describe("the settings of jwt", () => {
  const keys = [{ kty: "RSA", n: "A".repeat(342), e: "AQAB" }];

  it.each<[string, object, string]>([
    ["nothing to verify by", {}, "one of secret, keys and jwksUrl"],
    ["two things to verify by", { secret, keys }, "one of secret, keys and jwksUrl"],
    ["a short secret", { secret: "short" }, "at least 32 bytes"],
    ["a secret that is short for the hash", { secret, algorithms: ["HS512"] }, "at least 64 bytes"],
    ["no secret", { secret: [] }, "at least 32 bytes"],
    ["none", { secret, algorithms: ["none"] }, "'none' does not verify with a secret"],
    ["no algorithm", { secret, algorithms: [] }, "there is none with a secret"],
    [
      "a key's algorithm with a secret",
      { secret, algorithms: ["HS256", "RS256"] },
      "'RS256' does not verify",
    ],
    [
      "a secret's algorithm with keys",
      { keys, audience: "a", algorithms: ["RS256", "HS256"] },
      "'HS256' does not verify",
    ],
    ["keys without an audience", { keys }, "jwt needs audience"],
    ["an issuer without an audience", { jwksUrl: "https://i.example/jwks" }, "jwt needs audience"],
    ["an empty audience", { keys, audience: [] }, "audience is empty"],
    ["an empty issuer", { secret, issuer: "" }, "issuer is empty"],
    ["plain http", { jwksUrl: "http://i.example/jwks", audience: "a" }, "jwksUrl must be https"],
    ["a negative tolerance", { secret, clockTolerance: -1 }, "clockTolerance is seconds"],
    ["a tolerance that is text", { secret, clockTolerance: "30" }, "clockTolerance is seconds"],
    ["no keys", { keys: [], audience: "a" }, "keys takes JSON Web Keys"],
    ["a private key", { keys: [{ ...keys[0], d: "x" }], audience: "a" }, "private key"],
    [
      "an RSA key of 1,024 bits",
      { keys: [{ kty: "RSA", n: "A".repeat(171), e: "AQAB" }], audience: "a" },
      "less than 2,048 bits",
    ],
    [
      "a key without its members",
      { keys: [{ kty: "EC", crv: "P-256", x: "AA" }], audience: "a" },
      "of type EC without y",
    ],
    ["a secret among keys", { keys: [{ kty: "oct", k: "x" }], audience: "a" }, "of type RSA, EC or OKP"],
    ["a private PEM", { keys: ["-----BEGIN PRIVATE KEY-----"], audience: "a" }, "public keys"],
    ["a PEM of unknown algorithm", { keys: ["-----BEGIN PUBLIC KEY-----"], audience: "a" }, "one entry"],
  ])("refuse %s", (_, options, message) => {
    expect(() => jwt(options as never)).toThrow(message);
    expect(() => jwt(options as never)).toThrow(TypeError);
  });
});

describe("signJwt", () => {
  it("signs what jwt takes, with issuer and audience", async () => {
    const app = appOf(jwt({ secret: secret.repeat(2), issuer: "me", audience: "b", algorithms: ["HS384"] }));
    const options = { secret: new Secret(secret.repeat(2)), algorithm: "HS384", expiresIn: 60 } as const;
    const token = await signJwt({ sub: "ada" }, { ...options, issuer: "me", audience: ["a", "b"] });
    expect((await askWith(app, token)).body.found).toMatchObject({ sub: "ada", iss: "me", aud: ["a", "b"] });
  });

  it.each([0, -1, Number.NaN, Infinity, "60"])("signs nothing for %j seconds", async (expiresIn) => {
    await expect(signJwt({}, { secret, expiresIn: expiresIn as number })).rejects.toThrow(
      "expiresIn is seconds",
    );
  });

  it("signs nothing with a short secret", async () => {
    await expect(signJwt({}, { secret: "short", expiresIn: 60 })).rejects.toThrow("at least 32 bytes");
  });
});
