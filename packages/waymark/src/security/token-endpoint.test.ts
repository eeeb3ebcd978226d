import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { App } from "../app.ts";
import { HttpError } from "../http/http-error.ts";
import { serve } from "../server/serve.ts";
import { OAuthError } from "./oauth-error.ts";
import { pkceChallenge, pkceMatches } from "./pkce.ts";
import { secretEquals } from "./secret-equals.ts";
import { tokenEndpoint, type TokenEndpointOptions } from "./token-endpoint.ts";

const verifier = "v".repeat(43);
const challenge = await pkceChallenge(verifier);
const seen: object[] = [];

const options: TokenEndpointOptions<{ name: string }> = {
  client: ({ id, secret }) => {
    if (id === "public" && secret === undefined) return { name: "Public" };
    return id === "machine:1" && secret !== undefined && secretEquals(secret, "pass word+")
      ? { name: "Machine" }
      : undefined;
  },
  password(grant) {
    seen.push(grant);
    const { username, password, scopes } = grant;
    if (username === "locked") throw new OAuthError("invalid_grant", "The account is locked");
    if (username === "busy") throw new HttpError(429, "Later", { headers: { "retry-after": "9" } });
    if (username === "broken") throw new Error("secret detail");
    return username === "ada" && password === "ok ok"
      ? { accessToken: "a1", expiresIn: 60, refreshToken: "r1", scopes }
      : undefined;
  },
  clientCredentials: async ({ client }) => ({ accessToken: `for ${client.name}` }),
  refreshToken: ({ refreshToken, scopes }) =>
    refreshToken === "r1" ? { accessToken: "a2", scopes } : undefined,
  async authorizationCode({ code, redirectUri, codeVerifier, clientId }) {
    const isGood = code === "c1" && redirectUri === "https://app.example/cb" && clientId === "public";
    return isGood && (await pkceMatches(codeVerifier, challenge))
      ? { accessToken: "a3", idToken: "i3" }
      : undefined;
  },
};
const app = new App({ logger: { error() {}, warn() {} } });
app.post("/token", tokenEndpoint(options));

interface Answer {
  readonly status: number;
  readonly body: any;
  readonly headers: Headers;
}
async function post(
  form: string | Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await app.request("/token", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: typeof form === "string" ? form : new URLSearchParams(form).toString(),
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}
const basic = (text: string): Record<string, string> => ({ authorization: `Basic ${btoa(text)}` });
const ada = { grant_type: "password", username: "ada", password: "ok ok" };

describe("tokenEndpoint", () => {
  it("gives a token for a password, and lets nobody keep the reply", async () => {
    const { status, body, headers } = await post({ ...ada, scope: "a b a" });
    expect([status, body]).toEqual([
      200,
      { access_token: "a1", token_type: "Bearer", expires_in: 60, refresh_token: "r1", scope: "a b" },
    ]);
    expect([headers.get("cache-control"), headers.get("pragma"), headers.get("content-type")]).toEqual([
      "no-store",
      "no-cache",
      "application/json",
    ]);
    expect(seen.at(-1)).toMatchObject({ clientId: undefined, client: undefined, scopes: ["a", "b"] });
  });

  it("gives one for a refresh token, for a code, and to a client for itself", async () => {
    expect((await post({ grant_type: "refresh_token", refresh_token: "r1" })).body).toMatchObject({
      access_token: "a2",
    });
    const code = { grant_type: "authorization_code", code: "c1", redirect_uri: "https://app.example/cb" };
    expect((await post({ ...code, client_id: "public", code_verifier: verifier })).body).toEqual({
      access_token: "a3",
      token_type: "Bearer",
      id_token: "i3",
    });
    expect((await post({ ...code, client_id: "public", code_verifier: "w".repeat(43) })).body).toEqual({
      error: "invalid_grant",
    });
    expect((await post({ ...code, client_id: "public" })).body.error).toBe("invalid_grant");
    expect((await post({ ...code, code_verifier: verifier })).body.error).toBe("invalid_request");
    const machine = { client_id: "machine:1", client_secret: "pass word+" };
    expect((await post({ grant_type: "client_credentials", ...machine })).body.access_token).toBe(
      "for Machine",
    );
  });

  it("knows clients by Authorization, form-encoded as the RFC has it", async () => {
    const grant = { grant_type: "client_credentials" };
    const encoded = `${encodeURIComponent("machine:1")}:pass+word%2B`;
    expect((await post(grant, basic(encoded))).body.access_token).toBe("for Machine");
    expect((await post({ ...grant, client_id: "machine:1" }, basic(encoded))).status).toBe(200);
    expect((await post({ ...ada, client_id: "public" }, {})).status).toBe(200);
    expect((await post(ada, basic("public:"))).status).toBe(200);
    // what Swagger UI sends of a client without a name
    expect((await post(ada, basic(":"))).status).toBe(200);
  });

  it("answers 401 with a challenge to a client that shows itself by Authorization, and is not believed", async () => {
    for (const authorization of [
      basic("machine%3A1:wrong"),
      basic("nobody:x"),
      { authorization: "Basic !" },
    ]) {
      const { status, body, headers } = await post({ grant_type: "client_credentials" }, authorization);
      expect([status, body.error]).toEqual([401, "invalid_client"]);
      expect(headers.get("www-authenticate")).toBe('Basic realm="token", charset="UTF-8"');
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });

  it.each<[string | Record<string, string>, string, string?]>([
    ["", "invalid_request", "grant_type is missing"],
    ["grant_type=", "invalid_request", "grant_type is missing"],
    ["grant_type=password&grant_type=password", "invalid_request", "grant_type is there more than once"],
    ["grant_type=%ff", "invalid_request", "The form is malformed"],
    ["grant_type=implicit", "unsupported_grant_type"],
    ["grant_type=constructor", "unsupported_grant_type"],
    ["grant_type=__proto__", "unsupported_grant_type"],
    [{ ...ada, password: "no" }, "invalid_grant"],
    [{ ...ada, username: "" }, "invalid_request", "username is missing"],
    [{ ...ada, username: "locked" }, "invalid_grant", "The account is locked"],
    [{ ...ada, scope: 'a "b"' }, "invalid_scope", "scope is malformed"],
    [{ ...ada, scope: "a  b" }, "invalid_scope", "scope is malformed"],
    [{ ...ada, client_id: "machine:1", client_secret: "wrong" }, "invalid_client"],
    [{ ...ada, client_secret: "x" }, "invalid_request", "client_secret without client_id"],
    [{ grant_type: "client_credentials" }, "invalid_client", "The client has no secret"],
    [{ grant_type: "client_credentials", client_id: "public" }, "invalid_client", "The client has no secret"],
    [{ grant_type: "refresh_token" }, "invalid_request", "refresh_token is missing"],
    [{ grant_type: "authorization_code", client_id: "public" }, "invalid_request", "code is missing"],
  ])("answers %j with %s", async (form, error, description) => {
    const { status, body, headers } = await post(form);
    expect([status, body]).toEqual([
      400,
      description === undefined
        ? { error, ...(body.error_description && { error_description: expect.any(String) }) }
        : { error, error_description: description },
    ]);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("does not take two ways of showing who a client is", async () => {
    const form = { ...ada, client_id: "other" };
    expect((await post(form, basic("machine%3A1:pass+word%2B"))).body.error).toBe("invalid_request");
    const twice = { ...ada, client_secret: "x" };
    expect((await post(twice, basic("public:"))).body.error).toBe("invalid_request");
  });

  it("leaves other errors to the application", async () => {
    const busy = await post({ ...ada, username: "busy" });
    expect([busy.status, busy.headers.get("retry-after")]).toEqual([429, "9"]);
    const broken = await post({ ...ada, username: "broken" });
    expect([broken.status, JSON.stringify(broken.body).includes("secret detail")]).toEqual([500, false]);
  });

  it("takes forms and nothing else", async () => {
    const json = await post(JSON.stringify(ada), { "content-type": "application/json" });
    expect(json.status).toBe(415);
    expect(
      (
        await post("grant_type=password", {
          "content-type": "application/x-www-form-urlencoded; charset=utf-16",
        })
      ).body,
    ).toMatchObject({ error: "invalid_request" });
  });

  it("never fails, whatever stands in the form", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary" }),
        fc.string(),
        fc.constantFrom("username", "scope", "client_id"),
        async (value, name, field) => {
          const form = new URLSearchParams({ ...ada, [field]: value, [name]: value });
          expect([200, 400]).toContain((await post(form.toString())).status);
          expect([200, 400]).toContain((await post(`grant_type=password&${value}`)).status);
          expect([400, 401]).toContain(
            (
              await post("grant_type=client_credentials", {
                authorization: `Basic ${value.replace(/[^ -~]/g, "")}`,
              })
            ).status,
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it("works over sockets", async () => {
    const running = await serve(app, { port: 0, signals: false });
    try {
      const response = await fetch(`${running.url}/token`, {
        method: "POST",
        body: new URLSearchParams(ada),
      });
      expect([response.status, ((await response.json()) as { access_token: string }).access_token]).toEqual([
        200,
        "a1",
      ]);
    } finally {
      await running.close();
    }
  });

  it("is documented with its form, its token and its errors", () => {
    const { post: operation } = app.openapi().paths["/token"]!;
    const form = operation!.requestBody!.content["application/x-www-form-urlencoded"]!.schema!;
    expect(form.properties!["grant_type"]).toEqual({
      type: "string",
      enum: ["password", "client_credentials", "refresh_token", "authorization_code"],
    });
    expect(Object.keys(form.properties!)).toEqual(
      expect.arrayContaining(["username", "password", "code_verifier", "client_secret", "refresh_token"]),
    );
    expect(operation!.responses["400"]!.content).toEqual({
      "application/json": { schema: { $ref: "#/components/schemas/TokenError" } },
    });
    expect(operation!.security).toEqual([]);
    // whatever the form is, the answer is one of RFC 6749
    expect(Object.keys(operation!.responses)).toEqual(["200", "400", "401"]);
  });

  it("needs a grant, and a way to know clients that ask for themselves", () => {
    expect(() => tokenEndpoint({})).toThrow("needs a grant");
    expect(() => tokenEndpoint({ clientCredentials: () => undefined })).toThrow(
      "clientCredentials needs client",
    );
  });
});
