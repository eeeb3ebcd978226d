import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { App } from "../app.ts";
import { serve } from "../server/serve.ts";
import { appOf, ask, askWith } from "./asking.fixture.ts";
import { signingKey, TestIssuer, tokenOf, type SigningKey } from "./issuer.fixture.ts";
import { openIdConnect, type OpenIdConnectOptions } from "./open-id-connect.ts";

let key: SigningKey;
let issuer: TestIssuer;
let told: unknown[];
beforeAll(async () => {
  key = await signingKey("1");
});
beforeEach(async () => {
  issuer = await TestIssuer.start(key);
  told = [];
});
afterEach(() => issuer.close());

const appWith = (options: Partial<OpenIdConnectOptions> = {}): App =>
  appOf(
    openIdConnect({
      issuer: issuer.url,
      audience: "api",
      onFetchError: (error) => void told.push(error),
      ...options,
    }),
  );
const good = (claims: object = {}): Promise<string> =>
  tokenOf(key, { iss: issuer.url, aud: "api", ...claims });

describe("openIdConnect", () => {
  it("finds the keys by the provider's own document, and gives the claims", async () => {
    const app = appWith();
    const { status, body } = await askWith(app, await good({ email: "ada@example.com" }));
    expect([status, body.found.sub, body.found.email]).toEqual([200, "ada", "ada@example.com"]);
    expect((await askWith(app, await good())).status).toBe(200);
    expect(issuer.asked).toEqual(["/.well-known/openid-configuration", "/jwks"]);
  });

  it("does so over sockets", async () => {
    const running = await serve(appWith(), { port: 0, signals: false });
    try {
      const asked = (token: string): Promise<Response> =>
        fetch(running.url, { headers: { authorization: `Bearer ${token}` } });
      expect((await asked(await good())).status).toBe(200);
      const refused = await asked(await good({ aud: "another" }));
      expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
        401,
        'Bearer error="invalid_token", error_description="The token\'s aud is not accepted here"',
      ]);
    } finally {
      await running.close();
    }
  });

  it("refuses tokens of others, and for others", async () => {
    const app = appWith();
    for (const claims of [
      { iss: `${issuer.url}/` },
      { iss: "https://evil.example" },
      { aud: "x" },
      { aud: undefined },
    ])
      expect((await askWith(app, await good(claims))).status, JSON.stringify(claims)).toBe(401);
    expect(await ask(app)).toMatchObject({ status: 401, challenge: "Bearer" });
  });

  it("believes no document that is another issuer's", async () => {
    issuer.discovery = { issuer: "https://evil.example" };
    expect((await askWith(appWith(), await good())).status).toBe(503);
    expect(String(told[0])).toContain(`is of the issuer "https://evil.example", not ${issuer.url}`);
    expect(issuer.asked).toEqual(["/.well-known/openid-configuration"]);
  });

  it.each([undefined, 1, "/jwks", "http://evil.example/jwks", "file:///etc/passwd"])(
    "fetches no keys from %j",
    async (jwks_uri) => {
      issuer.discovery = { jwks_uri };
      expect((await askWith(appWith(), await good())).status).toBe(503);
      expect(String(told[0])).toContain("jwks_uri must be");
    },
  );

  it("takes the document's address in place of the issuer, or beside it", async () => {
    const discoveryUrl = `${issuer.url}/.well-known/openid-configuration`;
    const app = appOf(openIdConnect({ discoveryUrl, audience: "api" }));
    expect((await askWith(app, await good())).status).toBe(200);
    const elsewhere = appWith({ discoveryUrl: `${issuer.url}/elsewhere` });
    expect((await askWith(elsewhere, await good())).status).toBe(200);
    expect(issuer.asked.at(-2)).toBe("/elsewhere");
  });

  it("keeps a path of the issuer, and does not double its slash", async () => {
    const app = appWith({ issuer: `${issuer.url}/realms/one/` });
    await askWith(app, await good());
    expect(issuer.asked).toEqual(["/realms/one/.well-known/openid-configuration"]);
  });

  it.each<[object, string]>([
    [{ audience: "a" }, "needs issuer or discoveryUrl"],
    [{ issuer: "https://i.example" }, "needs audience"],
    [{ issuer: "http://i.example", audience: "a" }, "issuer must be https"],
    [{ issuer: "i.example", audience: "a" }, "issuer must be an absolute https address"],
    [{ discoveryUrl: "https://i.example/elsewhere", audience: "a" }, "needs issuer as well"],
    [
      { issuer: "https://i.example", discoveryUrl: "http://i.example/x", audience: "a" },
      "discoveryUrl must be https",
    ],
    [{ issuer: "https://i.example", audience: "a", algorithms: ["HS256"] }, "'HS256' does not verify"],
  ])("refuses %j", (options, message) => {
    expect(() => openIdConnect(options as never)).toThrow(message);
  });

  it("is documented by the provider's document", () => {
    const { components } = appOf(openIdConnect({ issuer: "https://i.example/", audience: "a" })).openapi();
    expect(components!.securitySchemes).toEqual({
      openIdConnect: {
        type: "openIdConnect",
        openIdConnectUrl: "https://i.example/.well-known/openid-configuration",
      },
    });
  });
});
