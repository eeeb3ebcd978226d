import { type } from "arktype";
import * as v from "valibot";
import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { dependency } from "../dependency.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { reply } from "../http/reply.ts";
import { body } from "../inputs/body.ts";
import { constant } from "../inputs/constant.ts";
import { cookie } from "../inputs/cookie.ts";
import { given } from "../inputs/given.ts";
import { header } from "../inputs/header.ts";
import { path } from "../inputs/path.ts";
import { query } from "../inputs/query.ts";
import { bearer } from "../security/bearer.ts";
import { Router } from "./router.ts";

// What is wrong, and what is then said, is in type-tests/; here is what is right.
const app = new Router();
const tenant = dependency({ input: { tenantId: path(z.string()) } }, ({ tenantId }) => tenantId);
const ownId = dependency({ input: { token: bearer() } }, async ({ token }) => token);
const language = dependency({ input: { lang: path(z.string().default("en")) } }, ({ lang }) => lang);

const readUser = endpoint(
  {
    input: { userId: path(z.string()), version: query(z.int()), verbose: query(z.boolean().default(false)) },
  },
  ({ userId, version, verbose }) => ({ userId, version, verbose }),
);
const readPlain = endpoint({ input: { itemId: path(z.string()) } }, ({ itemId }) => itemId);
const readItem = endpoint(
  { input: { itemId: path(z.string()), owner: tenant } },
  ({ itemId, owner }) => itemId + owner,
);

describe("names", () => {
  it("match exactly, and one leftover by itself", () => {
    app.get("/users/{userId}", readUser);
    app.get("/people/{personId}", readUser);
    app.get(["/a/{x}", "/b/{userId}"], readUser);
    app.route(readUser, { "GET /c/{userId}": {}, "PUT /d/{x}": {} });
  });

  it("stand among literals, and as a catch-all", () => {
    app.get("/users/{id}.json", readUser);
    app.post("/users/{id}:cancel", readUser);
    app.get("/files/{rest:path}", readPlain);
    const compare = endpoint({ input: { a: path(z.string()), b: path(z.string()) } }, ({ a, b }) => a + b);
    app.get("/compare/{a}...{b}", compare);
    app.get("/compare/{a}/{rest:path}", compare);
  });

  it("may be read by dependencies, exactly", () => {
    app.get("/{tenantId}/{itemId}", readItem);
    app.get("/{tenantId}/{x}", readItem);
    app.get("/{tenantId}/{x}", readPlain, { dependencies: [tenant] });
    app.get("/{itemId}", readItem, { bind: { owner: constant("us") } });
    const guarded = endpoint({ input: { id: path(z.string()) }, dependencies: [tenant] }, ({ id }) => id);
    app.get("/{tenantId}/{id}", guarded);
  });

  it("of dependencies are renamed on a route", () => {
    app.get("/{org}/{itemId}", readItem, { rename: { tenantId: "org" } });
    app.get("/{org}/{x}", readPlain, { dependencies: [tenant], rename: { tenantId: "org" } });
  });

  it("of optional inputs may be missing", () => {
    const greet = endpoint({ input: { lang: path(z.string().default("en")) } }, ({ lang }) => lang);
    app.get(["/hello", "/hello/{lang}", "/hello/{language}"], greet);
    const translated = endpoint(
      { input: { lang: path(z.string().default("en")), id: path(z.string()) } },
      ({ lang, id }) => lang + id,
    );
    app.get(["/{lang}/{id}", "/{id}", "/x/{other}", "/{lang}/{other}"], translated);
    const indirect = endpoint({ input: { lang: language } }, ({ lang }) => lang);
    app.get(["/indirect", "/indirect/{lang}"], indirect);
  });

  it("that are only strings are left to start-up", () => {
    const dynamic = "/anything" as string;
    app.get(dynamic, readUser);
    app.get([dynamic], readUser);
    new Router({ prefix: dynamic }).get("/{whatever}", readUser);
    app.route(readUser, {} as Record<string, { summary: string }>);
    app.add({ method: "get", path: "anything", endpoint: readUser, bind: { userId: constant(1) } });
  });
});

describe("bind", () => {
  it("takes another wire name, another marker, a dependency or a constant", () => {
    app.get("/shelf/{sku}", readUser, { bind: { userId: "sku", version: "v" } });
    app.get("/users/me", readUser, { bind: { userId: ownId } });
    app.get("/x/{who}", readUser, { bind: { userId: path(z.string(), { name: "who" }) } });
    app.get("/x/{who}", readUser, { bind: { userId: path(z.string()) } });
    app.get("/cookie", readUser, { bind: { userId: cookie(z.string()), version: header(z.int()) } });
    app.get("/bearer", readUser, { bind: { userId: bearer() } });
    app.get("/v1/{userId}", readUser, { bind: { version: constant(1) } });
  });

  it("gives what is given, route by route", () => {
    const readProfile = endpoint(
      { input: { version: given<1 | 2>(), tags: query(z.array(z.string())) } },
      ({ version }) => version,
    );
    app.get("/v1/profile", readProfile, { bind: { version: constant(1) } });
    app.route(readProfile, {
      "GET /v2/profile": { bind: { version: constant(2), tags: constant(["a", "b"]) } },
      "GET /v3/profile": { bind: { version: query(z.literal([1, 2])) } },
    });
  });

  it("renames one of several bodies", () => {
    const both = endpoint({ input: { a: body(z.string()), b: body(z.string()) } }, ({ a, b }) => a + b);
    app.post("/both", both, { bind: { a: "first" } });
  });
});

describe("output and map", () => {
  it("narrow the result, with schemas of any library", () => {
    app.get("/z/{userId}", readUser, { output: z.object({ userId: z.string() }) });
    app.get("/v/{userId}", readUser, { output: v.object({ userId: v.string() }) });
    app.get("/a/{userId}", readUser, { output: type({ userId: "string" }) });
    // @ts-expect-error the result has no 'nam': add map
    app.get("/v/{userId}", readUser, { output: v.object({ nam: v.string() }) });
    // @ts-expect-error the result has no 'nam': add map
    app.get("/a/{userId}", readUser, { output: type({ nam: "string" }) });
  });

  it("show map the function's own result", () => {
    const output = z.object({ id: z.string() });
    app.get("/m/{userId}", readUser, {
      output,
      map: (result) => {
        expectTypeOf(result).toEqualTypeOf<{ userId: string; version: number; verbose: boolean }>();
        return { id: result.userId };
      },
    });
    app.route(readUser, { "GET /n/{userId}": { output, map: async (result) => ({ id: result.userId }) } });
  });

  it("set replies made by hand aside", () => {
    const mixed = endpoint({}, () => (Math.random() < 0.5 ? reply.text("x") : { id: "x", extra: 1 }));
    app.get("/mixed", mixed, { output: z.object({ id: z.string() }) });
  });
});

describe("a bare function", () => {
  it("is an endpoint without inputs", () => {
    app.get("/ping", () => "pong");
    app.route(async () => ({ ok: true }), { "GET /up": { summary: "Is it up?" }, "GET /ready": {} });
    app.get("/up", async () => ({ ok: true, extra: 1 }), { output: z.object({ ok: z.boolean() }) });
  });
});

describe("an endpoint written in its place", () => {
  it("is inferred as a named one is", () => {
    app.get(
      "/{id}",
      endpoint({ input: { itemId: path(z.string()) } }, ({ itemId }) => ({ itemId })),
      {
        bind: { itemId: "id" },
        output: z.object({ id: z.string() }),
        map: ({ itemId }) => ({ id: itemId }),
      },
    );
    app.route(
      endpoint({ input: { itemId: path(z.string()) } }, ({ itemId }) => ({ itemId })),
      {
        "GET /{itemId}": {},
        "GET /other/{id}": { bind: { itemId: "id" } },
      },
    );
  });
});

describe("a function that makes routers", () => {
  it("may be generic in its schema", () => {
    const crud = <T extends z.ZodType>(schema: T): Router => {
      const router = new Router();
      router.get(
        "/{id}",
        endpoint({ input: { id: path(z.string()) }, output: schema }, () => undefined),
      );
      router.post(
        "/",
        endpoint({ input: { item: body(schema) } }, ({ item }) => item),
      );
      return router;
    };
    app.include(crud(z.object({ name: z.string() })), { prefix: "/things" });
  });
});

describe("endpoints of which little is known", () => {
  it("are left to start-up", () => {
    const several: Endpoint<any, unknown>[] = [readUser, readItem];
    for (const one of several) app.get("/{whatever}", one);
  });

  it("may give anything", () => {
    const anything = endpoint({}, (): any => 1);
    app.get("/anything", anything, { output: z.string() });
  });
});
