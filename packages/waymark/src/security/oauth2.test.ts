import { describe, expect, it } from "vitest";
import { appOf, ask, askWith } from "./asking.fixture.ts";
import { oauth2 } from "./oauth2.ts";
import { signJwt } from "./sign-jwt.ts";

const flows = {
  password: { tokenUrl: "/token", refreshUrl: "token", scopes: { "items:write": "Change items" } },
  authorizationCode: {
    authorizationUrl: "https://auth.example/authorize",
    tokenUrl: "https://auth.example/token",
  },
  clientCredentials: { tokenUrl: "http://127.0.0.1:9/token" },
} as const;

describe("oauth2", () => {
  it("gives the token as it was sent", async () => {
    const app = appOf(oauth2({ flows }));
    expect((await askWith(app, "abc")).body).toEqual({ found: "abc" });
    expect(await ask(app)).toMatchObject({ status: 401, challenge: "Bearer" });
    expect((await ask(appOf(oauth2({ flows, optional: true })))).body).toEqual({ found: null });
  });

  it("gives the claims where tokens are JSON Web Tokens", async () => {
    const secret = "s".repeat(32);
    const app = appOf(oauth2({ flows, jwt: { secret } }));
    const token = await signJwt({ sub: "ada" }, { secret, expiresIn: 60 });
    expect((await askWith(app, token)).body.found.sub).toBe("ada");
    expect((await askWith(app, "abc")).status).toBe(401);
  });

  it("is documented with its flows", () => {
    const { components } = appOf(oauth2({ flows, description: "How to sign in" })).openapi();
    expect(components!.securitySchemes).toEqual({
      oauth2: {
        type: "oauth2",
        description: "How to sign in",
        flows: {
          password: { tokenUrl: "/token", refreshUrl: "token", scopes: { "items:write": "Change items" } },
          authorizationCode: { ...flows.authorizationCode, scopes: {} },
          clientCredentials: { ...flows.clientCredentials, scopes: {} },
        },
      },
    });
  });

  it.each<[object, string]>([
    [{}, "oauth2 needs a flow"],
    [{ implicit: { authorizationUrl: "https://a.example" } }, "use authorizationCode with PKCE"],
    [{ passwords: { tokenUrl: "/t" } }, "'passwords' is not a flow"],
    [{ toString: { tokenUrl: "/t" } }, "'toString' is not a flow"],
    [{ password: {} }, "oauth2 needs tokenUrl of password"],
    [{ authorizationCode: { tokenUrl: "/t" } }, "oauth2 needs authorizationUrl of authorizationCode"],
    [{ password: { tokenUrl: "http://a.example/t" } }, "tokenUrl of password must be https"],
    [{ password: { tokenUrl: "//a.example/t" } }, "must be an absolute https address"],
    [{ password: { tokenUrl: "javascript:alert(1)" } }, "must be https"],
    [{ password: { tokenUrl: "/t", refreshUrl: "ftp://a" } }, "refreshUrl of password must be https"],
  ])("refuses %j", (unusable, message) => {
    expect(() => oauth2({ flows: unusable as never })).toThrow(message);
  });
});
