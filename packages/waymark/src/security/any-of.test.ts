import { describe, expect, it } from "vitest";
import { anyOf } from "./any-of.ts";
import { apiKey } from "./api-key.ts";
import { appOf, ask } from "./asking.fixture.ts";
import { basic } from "./basic.ts";
import { bearer } from "./bearer.ts";
import { jwt } from "./jwt.ts";
import { signJwt } from "./sign-jwt.ts";

const key = apiKey({ in: "header", name: "X-Key" });
const [one, two] = ["1".repeat(32), "2".repeat(32)];

describe("anyOf", () => {
  it("gives the value of the one that is there", async () => {
    const app = appOf(anyOf(bearer(), key));
    expect((await ask(app, { authorization: "Bearer t" })).body).toEqual({ found: "t" });
    expect((await ask(app, { "x-key": "k" })).body).toEqual({ found: "k" });
    expect((await ask(app, { "x-key": "k", authorization: "Bearer t" })).body).toEqual({ found: "t" });
  });

  it("says which one it was, where they have names", async () => {
    const app = appOf(anyOf({ user: bearer(), machine: key }));
    expect((await ask(app, { authorization: "Bearer t" })).body).toEqual({
      found: { by: "user", value: "t" },
    });
    expect((await ask(app, { "x-key": "k" })).body).toEqual({ found: { by: "machine", value: "k" } });
  });

  it("answers 401 with the challenges of all where there is none", async () => {
    expect(await ask(appOf(anyOf(bearer(), basic(), key)))).toMatchObject({
      status: 401,
      challenge: 'Bearer, Basic realm="Restricted", charset="UTF-8", ApiKey in="header", name="X-Key"',
      body: { detail: "Not authenticated" },
    });
  });

  it("goes on to the next where one is bad, and tells of the bad one at last", async () => {
    const app = appOf(anyOf(basic(), key));
    expect((await ask(app, { authorization: "Basic !", "x-key": "k" })).body).toEqual({ found: "k" });
    expect(await ask(app, { authorization: "Basic !" })).toMatchObject({
      status: 401,
      body: { detail: "The credentials are malformed" },
    });
  });

  it("is optional where one of them is, but for one that is bad", async () => {
    const app = appOf(anyOf(bearer(), apiKey({ in: "header", name: "X-Key", optional: true })));
    expect((await ask(app)).body).toEqual({ found: null });
    expect((await ask(app, { "x-key": "k" })).body).toEqual({ found: "k" });
    expect((await ask(app, { authorization: "Bearer a b" })).status).toBe(401);
  });

  it("asks two issuers about one token", async () => {
    const app = appOf(
      anyOf({ one: jwt({ secret: one, schemeName: "one" }), two: jwt({ secret: two, schemeName: "two" }) }),
    );
    for (const [by, secret] of [
      ["one", one],
      ["two", two],
    ] as const) {
      const token = await signJwt({ sub: "ada" }, { secret, expiresIn: 60 });
      expect((await ask(app, { authorization: `Bearer ${token}` })).body.found).toMatchObject({
        by,
        value: { sub: "ada" },
      });
    }
    expect(await ask(app, { authorization: "Bearer a.b.c" })).toMatchObject({
      status: 401,
      body: { detail: "The token is not valid" },
    });
  });

  it("does not go past a token that is good and not allowed to", async () => {
    const app = appOf(
      anyOf(jwt({ secret: one, schemeName: "one" }), jwt({ secret: two, schemeName: "two" })),
      { scopes: ["write"] },
    );
    const token = await signJwt({ scope: "read" }, { secret: one, expiresIn: 60 });
    expect((await ask(app, { authorization: `Bearer ${token}` })).status).toBe(403);
  });

  it("takes credentials and nothing else", () => {
    expect(() => anyOf({} as never)).toThrow("at least one credential");
    expect(() => anyOf({ a: { in: "query" } } as never)).toThrow("anyOf takes credentials");
  });
});
