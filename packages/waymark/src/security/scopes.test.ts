import { describe, expect, it } from "vitest";
import { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import type { Input } from "../inputs/input.ts";
import { request } from "../inputs/request.ts";
import { Router } from "../routing/router.ts";
import { told } from "../start-up-error.fixture.ts";
import { anyOf } from "./any-of.ts";
import { apiKey } from "./api-key.ts";
import { bearer } from "./bearer.ts";
import { jwt } from "./jwt.ts";
import { oauth2 } from "./oauth2.ts";
import { checkScopes, requiredScopes } from "./scopes.ts";
import { signJwt } from "./sign-jwt.ts";

const secret = "s".repeat(32);
const tokenFor = (claims: object): Promise<string> => signJwt(claims as never, { secret, expiresIn: 60 });
const token = jwt({ secret });
const readItem = endpoint({ input: { token } }, function readItem({ token: { sub } }) {
  return { sub };
});

async function statusOf(app: App, path: string, claims: object): Promise<number> {
  const headers = { authorization: `Bearer ${await tokenFor(claims)}` };
  return (await app.request(path, { headers })).status;
}

describe("scopes of a route", () => {
  it("are asked of the token, and may differ between aliases of one function", async () => {
    const app = new App();
    app.route(readItem, {
      "GET /items": { scopes: ["items:read"] },
      "GET /admin/items": { scopes: ["items:read", "admin"] },
      "GET /any": {},
    });
    const reader = { scope: "profile items:read" };
    expect(await statusOf(app, "/items", reader)).toBe(200);
    expect(await statusOf(app, "/any", reader)).toBe(200);
    expect(await statusOf(app, "/admin/items", reader)).toBe(403);
    expect(await statusOf(app, "/admin/items", { scope: "admin items:read" })).toBe(200);
    const headers = { authorization: `Bearer ${await tokenFor(reader)}` };
    const refused = await app.request("/admin/items", { headers });
    expect(refused.headers.get("www-authenticate")).toBe(
      'Bearer error="insufficient_scope", scope="items:read admin"',
    );
    expect(await refused.json()).toMatchObject({
      status: 403,
      detail: "This needs the scope items:read admin",
    });
  });

  it("add up: router, include, endpoint, dependencies and route", async () => {
    const user = dependency({ input: { token }, scopes: ["e"] }, ({ token: { sub } }) => sub);
    const contract = { input: { user, asked: request() }, scopes: ["c", "a"] };
    const read = endpoint(contract, ({ asked }) => asked.route.scopes);
    const router = new Router({ prefix: "/r", scopes: ["a"] });
    router.get("/", read, { scopes: ["d"] });
    const app = new App();
    app.include(router, { scopes: ["b"] });
    const headers = { authorization: `Bearer ${await tokenFor({ scope: "a b c d e" })}` };
    expect(await (await app.request("/r/", { headers })).json()).toEqual(["b", "a", "c", "d", "e"]);
    for (const scope of ["a b c d", "b c d e", "a c d e", "a b d e", "a b c e"])
      expect(await statusOf(app, "/r/", { scope }), scope).toBe(403);
  });

  it.each<[claims: object, status: number]>([
    [{ scope: "write" }, 200],
    [{ scp: "read write" }, 200],
    [{ scp: ["write"] }, 200],
    [{ scope: "read", scp: ["write"] }, 200],
    [{}, 403],
    [{ scope: "" }, 403],
    [{ scope: "writer" }, 403],
    [{ scope: "Write" }, 403],
    [{ scope: "read,write" }, 403],
    [{ scope: ["read"] }, 403],
    [{ scope: { write: true } }, 403],
    [{ scope: 1, scp: [1, null, ["write"]] }, 403],
  ])("are looked for in %j: %i", async (claims, status) => {
    const app = new App();
    app.get("/", readItem, { scopes: ["write"] });
    expect(await statusOf(app, "/", claims)).toBe(status);
  });

  it("are looked for where the application says", async () => {
    const roles = jwt({ secret, scopesOf: ({ roles: has }) => (Array.isArray(has) ? has : []) });
    const app = new App();
    app.get(
      "/",
      endpoint({ input: { roles } }, () => "in"),
      { scopes: ["admin"] },
    );
    expect(await statusOf(app, "/", { roles: ["admin"] })).toBe(200);
    expect(await statusOf(app, "/", { scope: "admin" })).toBe(403);
  });

  it("reach the dependency that knows what an opaque token is worth", async () => {
    const sessions = new Map([["t1", { name: "Ada", scopes: ["read", "write"] }]]);
    const user = dependency(
      { input: { credential: bearer(), needed: requiredScopes() } },
      ({ credential, needed }) => {
        const session = sessions.get(credential)!;
        checkScopes(session.scopes, needed);
        return session.name;
      },
    );
    const app = new App();
    const me = endpoint({ input: { user } }, ({ user: name }) => name);
    app.get("/read", me, { scopes: ["read"] });
    app.get("/admin", me, { scopes: ["admin"] });
    app.get("/any", me);
    const headers = { authorization: "Bearer t1" };
    expect((await app.request("/read", { headers })).status).toBe(200);
    expect((await app.request("/any", { headers })).status).toBe(200);
    const refused = await app.request("/admin", { headers });
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="admin"',
    ]);
    expect(app.openapi().paths["/admin"]!.get).toMatchObject({
      security: [{ bearer: ["admin"] }],
      responses: { "403": { headers: { "WWW-Authenticate": {} } }, "401": {} },
    });
  });

  it("stand in the document, with a 403 that they are the reason of", () => {
    const app = new App();
    app.get("/write", readItem, { scopes: ["write"] });
    app.get("/read", readItem);
    const { paths } = app.openapi();
    expect(paths["/write"]!.get!.security).toEqual([{ jwt: ["write"] }]);
    expect(paths["/write"]!.get!.responses["403"]).toMatchObject({
      description: "This needs the scope write",
      headers: { "WWW-Authenticate": { schema: { type: "string" } } },
    });
    expect(paths["/read"]!.get!.security).toEqual([{ jwt: [] }]);
    expect(Object.keys(paths["/read"]!.get!.responses)).toEqual(["200", "401"]);
  });

  it("are no hurdle for what stands in for a dependency in a test", async () => {
    const user = dependency({ input: { token } }, ({ token: { sub } }) => sub);
    const app = new App();
    app.get(
      "/",
      endpoint({ input: { user } }, ({ user: name }) => name),
      { scopes: ["admin"] },
    );
    using _ = app.override(user, () => "Eve");
    expect(await (await app.request("/")).json()).toBe("Eve");
  });
});

describe("the start", () => {
  const toldOf = (build: (app: App) => void): string[] => {
    const app = new App();
    build(app);
    return told(() => app.routes());
  };
  const unchecked = ["WM422 'write' is asked of the caller, and nothing on this route checks it"];
  const of = (credential: Input<"credential", unknown, never>, options: object = { scopes: ["write"] }) =>
    toldOf((app) =>
      app.get(
        "/",
        endpoint({ input: { credential } }, () => 1),
        options,
      ),
    );
  const key = apiKey({ in: "header", name: "X-Key" });

  it("refuses scopes that nothing would check", () => {
    expect(toldOf((app) => app.get("/", () => 1, { scopes: ["write"] }))).toEqual(unchecked);
    expect(of(bearer())).toEqual(unchecked);
    expect(of(jwt({ secret, optional: true }))).toEqual(unchecked);
    expect(of(anyOf(jwt({ secret }), key))).toEqual(unchecked);
    expect(of(oauth2({ flows: { password: { tokenUrl: "/t", scopes: { write: "" } } } }))).toEqual(unchecked);
    expect(of(jwt({ secret }))).toEqual([]);
    expect(of(anyOf(jwt({ secret }), jwt({ secret: "t".repeat(32) })))).toEqual([]);
  });

  it("takes whoever reads requiredScopes for the one that checks, for what it reads itself", () => {
    const opaque = dependency({ input: { credential: anyOf(jwt({ secret }), key) } }, () => 1);
    const judge = dependency({ input: { opaque, needed: requiredScopes() } }, () => 1);
    const stranger = dependency({ input: { needed: requiredScopes() } }, () => 1);
    const withGuards = (...dependencies: (typeof judge)[]) =>
      toldOf((app) =>
        app.add({ method: "GET", path: "/", endpoint: () => 1, scopes: ["write"], dependencies }),
      );
    expect(withGuards(judge)).toEqual([]);
    expect(withGuards(stranger as never, opaque as never)).toEqual(unchecked);
  });

  it("refuses scopes that a scheme does not declare", () => {
    const flows = { password: { tokenUrl: "/t", scopes: { "items:write": "", "items:read": "" } } };
    const declared = oauth2({ flows, jwt: { secret } });
    expect(of(declared, { scopes: ["items:read"] })).toEqual([]);
    expect(of(declared, { scopes: ["item:write"] })).toEqual([
      "WM423 'item:write' is not a scope of 'oauth2': did you mean 'items:write'?",
    ]);
  });

  it.each([["a b"], ['a"b'], ["a\\b"], [""], ["é"], [7], [null]])("refuses %j as a scope", (scope) => {
    expect(of(jwt({ secret }), { scopes: [scope] })).toEqual([
      expect.stringMatching(/^WM421 .* is not a scope$/),
    ]);
  });

  it("refuses requiredScopes for an application's lifetime", () => {
    const pool = dependency({ scope: "app", input: { needed: requiredScopes() as never } }, () => 1);
    expect(
      toldOf((app) =>
        app.get(
          "/",
          endpoint({ input: { pool } }, () => 1),
          {},
        ),
      ),
    ).toEqual([expect.stringContaining("WM302")]);
  });
});

describe("checkScopes", () => {
  it("takes lists and OAuth's texts, and asks for all", () => {
    expect(() => checkScopes("a b", ["a", "b"])).not.toThrow();
    expect(() => checkScopes(new Set(["a", "b"]), ["b"])).not.toThrow();
    expect(() => checkScopes([], [])).not.toThrow();
    expect(() => checkScopes("ab", ["a"])).toThrow("This needs the scope a");
    expect(() => checkScopes(["a"], ["a", "b"])).toThrow("This needs the scope a b");
  });
});
