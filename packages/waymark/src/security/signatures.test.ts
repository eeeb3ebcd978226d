// Tokens whose signature is wrong in the ways that verifiers have been fooled by: the classes of Project Wycheproof's
// vectors for JWS and JWK, and of published vulnerabilities, made here with keys of the test.
import {
  constants,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from "node:crypto";
import { describe, expect, it } from "vitest";
import { appOf, askWith } from "./asking.fixture.ts";
import { jwt } from "./jwt.ts";

const audience = "api";
const encode = (value: unknown): string =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString("base64url");
const claims = { sub: "mallory", aud: audience, exp: Math.floor(Date.now() / 1000) + 600 };
const signedText = (header: object): string => `${encode(header)}.${encode(claims)}`;
const tokenBy = (header: object, signature: (text: Buffer) => Buffer): string => {
  const text = signedText(header);
  return `${text}.${encode(signature(Buffer.from(text)))}`;
};

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" });
const ed25519 = generateKeyPairSync("ed25519");
const jwkOf = (key: KeyObject, kid: string, rest: object = {}): object => ({
  ...key.export({ format: "jwk" }),
  kid,
  ...rest,
});
const keys = [
  jwkOf(rsa.publicKey, "rsa"),
  jwkOf(p256.publicKey, "p256"),
  jwkOf(p384.publicKey, "p384"),
  jwkOf(ed25519.publicKey, "ed"),
];
const app = appOf(jwt({ keys: keys as never, audience }));
const status = async (token: string): Promise<number> => (await askWith(app, token)).status;

/** r and s beside each other, as JWS has them (RFC 7518 §3.4). */
const p1363 = (key: KeyObject, hash: string) => (text: Buffer) =>
  sign(hash, text, { key, dsaEncoding: "ieee-p1363" });
const rs256 = (text: Buffer): Buffer => sign("sha256", text, rsa.privateKey);
const es256 = p1363(p256.privateKey, "sha256");
const eddsa = (text: Buffer): Buffer => sign(null, text, ed25519.privateKey);
const pss = (saltLength: number) => (text: Buffer) =>
  sign("sha256", text, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });

const RS = { alg: "RS256", kid: "rsa" };
const ES = { alg: "ES256", kid: "p256" };
const ED = { alg: "EdDSA", kid: "ed" };
const PS = { alg: "PS256", kid: "rsa" };

/** The order of P-256 (SEC 2 §2.4.2), and of Ed25519 (RFC 8032 §5.1). */
const ORDER_P256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ORDER_ED = 2n ** 252n + 27742317777372353535851937790883648493n;
const numberOf = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString("hex")}`);
const bytesOf = (number: bigint): Buffer => Buffer.from(number.toString(16).padStart(64, "0"), "hex");
const halves = (r: bigint, s: bigint): Buffer => Buffer.concat([bytesOf(r), bytesOf(s)]);

describe("a token that is signed as it says", () => {
  it.each([
    ["RS256", () => tokenBy(RS, rs256)],
    [
      "RS512 by the same key",
      () => tokenBy({ ...RS, alg: "RS512" }, (text) => sign("sha512", text, rsa.privateKey)),
    ],
    ["PS256", () => tokenBy(PS, pss(32))],
    ["ES256", () => tokenBy(ES, es256)],
    ["ES384", () => tokenBy({ alg: "ES384", kid: "p384" }, p1363(p384.privateKey, "sha384"))],
    ["EdDSA", () => tokenBy(ED, eddsa)],
    ["Ed25519", () => tokenBy({ ...ED, alg: "Ed25519" }, eddsa)],
  ])("%s is good", async (_, make) => {
    expect(await status(make())).toBe(200);
  });
});

describe("a signature of no bytes, or of the wrong number", () => {
  it.each<[string, object, (text: Buffer) => Buffer]>([
    ["RS256", RS, rs256],
    ["PS256", PS, pss(32)],
    ["ES256", ES, es256],
    ["EdDSA", ED, eddsa],
  ])("%s is refused", async (_, header, make) => {
    const zero = Buffer.from([0]);
    for (const change of [
      () => Buffer.alloc(0),
      () => zero,
      (good: Buffer) => good.subarray(0, -1),
      (good: Buffer) => good.subarray(1),
      (good: Buffer) => good.subarray(0, good.length / 2),
      (good: Buffer) => Buffer.concat([good, zero]),
      (good: Buffer) => Buffer.concat([zero, good]),
      (good: Buffer) => Buffer.concat([good, good]),
      (good: Buffer) => Buffer.alloc(good.length),
      (good: Buffer) => Buffer.alloc(good.length, 0xff),
    ])
      expect(await status(tokenBy(header, (text) => change(make(text))))).toBe(401);
  });

  it("is refused before anybody looks, where there is none at all", async () => {
    for (const header of [RS, ES, ED, PS])
      for (const token of [`${signedText(header)}.`, signedText(header), `${signedText(header)}..`])
        expect(await status(token)).toBe(401);
  });
});

describe("a signature of ECDSA", () => {
  const { r, s } = (() => {
    const good = es256(Buffer.from(signedText(ES)));
    return { r: numberOf(good.subarray(0, 32)), s: numberOf(good.subarray(32)) };
  })();
  const changed = (first: bigint, second: bigint): string =>
    `${signedText(ES)}.${encode(halves(first, second))}`;

  it("with zeros and the order in it is refused (CVE-2022-21449)", async () => {
    expect(await status(changed(r, s))).toBe(200);
    for (const [first, second] of [
      [0n, 0n],
      [r, 0n],
      [0n, s],
      [1n, 0n],
      [0n, 1n],
      [1n, 1n],
      [ORDER_P256, ORDER_P256],
      [ORDER_P256, s],
      [r, ORDER_P256],
      [ORDER_P256 - 1n, ORDER_P256 - 1n],
      [s, r],
    ] as const)
      expect(await status(changed(first, second)), `${first} ${second}`).toBe(401);
  });

  it("in the form of ASN.1 is refused", async () => {
    expect(await status(tokenBy(ES, (text) => sign("sha256", text, p256.privateKey)))).toBe(401);
  });

  it("of another curve, hash or key than the token says is refused", async () => {
    for (const [header, make] of [
      [ES, p1363(p384.privateKey, "sha256")],
      [ES, p1363(p256.privateKey, "sha384")],
      [{ ...ES, kid: "p384" }, es256],
      [{ ...ES, kid: "p384" }, p1363(p384.privateKey, "sha256")],
      [{ alg: "ES384", kid: "p256" }, es256],
      [{ alg: "ES384", kid: "p256" }, p1363(p256.privateKey, "sha384")],
      [{ alg: "ES512", kid: "p384" }, p1363(p384.privateKey, "sha512")],
      [{ alg: "ES256K", kid: "p256" }, es256],
      [ES, p1363(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey, "sha256")],
    ] as const)
      expect(await status(tokenBy(header, make)), JSON.stringify(header)).toBe(401);
  });
});

describe("a signature of RSA", () => {
  it.each<[string, object, (text: Buffer) => Buffer]>([
    ["by SHA-1", RS, (text) => sign("sha1", text, rsa.privateKey)],
    ["by SHA-512, as SHA-256", RS, (text) => sign("sha512", text, rsa.privateKey)],
    ["by PSS, as PKCS #1", RS, pss(32)],
    ["by PKCS #1, as PSS", PS, rs256],
    ["by PSS without salt", PS, pss(0)],
    ["by PSS with another salt length", PS, pss(20)],
    [
      "by a key of 1,024 bits",
      RS,
      (text) => sign("sha256", text, generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey),
    ],
    [
      "of a hash, and not of the text",
      RS,
      (text) => sign("sha256", createHmac("sha256", "").update(text).digest(), rsa.privateKey),
    ],
    [
      "that is a number above the modulus",
      RS,
      () => Buffer.from((rsa.publicKey.export({ format: "jwk" }) as { n: string }).n, "base64url"),
    ],
  ])("%s is refused", async (_, header, make) => {
    expect(await status(tokenBy(header, make))).toBe(401);
  });
});

describe("a signature of Ed25519", () => {
  it("whose S is larger by the order is refused (RFC 8032 §5.1.7)", async () => {
    const token = tokenBy(ED, (text) => {
      const good = eddsa(text);
      const s = numberOf(Buffer.from(good.subarray(32)).reverse()) + ORDER_ED;
      return Buffer.concat([good.subarray(0, 32), bytesOf(s).reverse()]);
    });
    expect(await status(token)).toBe(401);
  });
});

describe("a token that would have its key used as something else", () => {
  const pem = rsa.publicKey.export({ format: "pem", type: "spki" });
  const der = rsa.publicKey.export({ format: "der", type: "spki" });
  const jwk = rsa.publicKey.export({ format: "jwk" });
  const hmac = (key: string | Buffer) => (text: Buffer) => createHmac("sha256", key).update(text).digest();

  it("is refused: a public key is no secret, of whatever type it is (CVE-2015-9235)", async () => {
    for (const kid of ["rsa", "p256", "ed", undefined])
      for (const key of [
        pem,
        der,
        JSON.stringify(jwk),
        Buffer.from(jwk.n!, "base64url"),
        "",
        createPublicKey(pem).export({ format: "pem", type: "pkcs1" }),
      ])
        expect(await status(tokenBy({ alg: "HS256", kid }, hmac(key)))).toBe(401);
  });

  it("is refused: a key of one type under an algorithm of another", async () => {
    for (const [alg, kid, make] of [
      ["ES256", "rsa", rs256],
      ["RS256", "p256", es256],
      ["EdDSA", "p256", es256],
      ["ES256", "ed", eddsa],
      ["RS256", "ed", eddsa],
      ["EdDSA", "rsa", rs256],
    ] as const)
      expect(await status(tokenBy({ alg, kid }, make)), `${alg} ${kid}`).toBe(401);
  });

  it("is refused: an algorithm that is spelled otherwise, or is none for signatures", async () => {
    for (const alg of [
      "rs256",
      "RS256 ",
      "RS-256",
      "RSA-OAEP",
      "dir",
      "A256GCMKW",
      "none",
      "NONE",
      "",
      null,
      true,
      {},
      ["RS256"],
    ])
      expect(await status(tokenBy({ ...RS, alg }, rs256)), JSON.stringify(alg)).toBe(401);
  });

  it("is refused: a key that the token brings along, or says where to find", async () => {
    const own = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwkOfOwn = own.publicKey.export({ format: "jwk" });
    const bySelf = (text: Buffer): Buffer => sign("sha256", text, own.privateKey);
    for (const header of [
      { jwk: jwkOfOwn },
      { jwk: { ...jwkOfOwn, kid: "rsa" } },
      { jku: "https://evil.example/jwks" },
      { x5u: "https://evil.example/cert" },
      { x5c: [own.publicKey.export({ format: "der", type: "spki" }).toString("base64")] },
      { x5t: "AAAA" },
      { crit: ["jwk"], jwk: jwkOfOwn },
      { crit: [] },
      { crit: ["exp"] },
      { crit: ["crit"] },
    ])
      for (const alg of ["RS256", "PS256"])
        expect(await status(tokenBy({ ...RS, alg, ...header }, bySelf)), JSON.stringify(header)).toBe(401);
  });
});

describe("a token that is spelled otherwise", () => {
  it("is refused: one token has one text", async () => {
    const token = tokenBy(RS, rs256);
    const [header, payload, signature] = token.split(".") as [string, string, string];
    expect(await status(token)).toBe(200);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // 256 bytes are 341 characters and a third: the other bits of the last one mean nothing
    const last = alphabet.indexOf(signature.at(-1)!);
    const loose = [1, 2, 3].map((bits) => signature.slice(0, -1) + alphabet[last ^ bits]!);
    for (const other of [
      ...loose.map((each) => `${header}.${payload}.${each}`),
      `${header}.${payload}.${signature}=`,
      `${header}.${payload}.${signature}==`,
      `${header}.${payload}.${signature.replaceAll("-", "+").replaceAll("_", "/")}`,
      `${header}.${payload}.\u00a0${signature}`,
      `${header}.${payload}.${signature.slice(0, 100)} ${signature.slice(100)}`,
    ].filter((each) => each !== token))
      expect(await status(other), JSON.stringify(other.slice(-20))).toBe(401);
  });
});

describe("a key that is not for verifying", () => {
  it.each([
    ["to encrypt", { use: "enc" }],
    ["to sign, and no more", { key_ops: ["sign"] }],
    ["to wrap keys", { key_ops: ["wrapKey", "unwrapKey"] }],
    ["of another algorithm", { alg: "RS512" }],
    ["for encryption, by its algorithm", { alg: "RSA-OAEP-256" }],
    ["of a use that there is not", { use: "Sig" }],
    ["with another kid", { kid: "RSA" }],
  ])("%s verifies nothing", async (_, members) => {
    const one = appOf(jwt({ keys: [jwkOf(rsa.publicKey, "rsa", members)] as never, audience }));
    expect((await askWith(one, tokenBy(RS, rs256))).status).toBe(401);
  });

  it("the same key without such a word does", async () => {
    for (const members of [{}, { use: "sig" }, { key_ops: ["verify"] }, { alg: "RS256", use: "sig" }]) {
      const one = appOf(jwt({ keys: [jwkOf(rsa.publicKey, "rsa", members)] as never, audience }));
      expect((await askWith(one, tokenBy(RS, rs256))).status).toBe(200);
    }
  });
});
