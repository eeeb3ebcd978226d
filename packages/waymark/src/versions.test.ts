import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "./app.ts";
import type { AppOptions } from "./app-options.ts";
import { createClient } from "./client/create-client.ts";
import { endpoint } from "./endpoint.ts";
import { HttpError } from "./http/http-error.ts";
import { body } from "./inputs/body.ts";
import { constant } from "./inputs/constant.ts";
import { given } from "./inputs/given.ts";
import { path } from "./inputs/path.ts";
import { request } from "./inputs/request.ts";
import { cors } from "./middleware/cors.ts";
import { Router } from "./routing/router.ts";
import type { Versions } from "./routing/versions.ts";
import { told } from "./start-up-error.fixture.ts";
import { urlFor } from "./url/url-for.ts";

const silent = { error: () => undefined, warn: () => undefined };
const Product = z.object({ id: z.string(), name: z.string() }).meta({ id: "Product" });
const OldProduct = z.object({ id: z.string(), title: z.string() }).meta({ id: "Product" });
const readProduct = endpoint(
  { input: { id: path(z.string()), version: given<1 | 2>() }, output: Product },
  function readProduct({ id, version }) {
    if (id === "none") throw new HttpError(404, "No such product");
    return { id, name: `as of ${version}` };
  },
);

/** One function in two versions, one of version 2 alone, and one of all. */
function shop(versions: Versions, options: AppOptions = {}): App {
  const app = new App({ logger: silent, versions, ...(options as object) });
  app.route(readProduct, {
    "GET /products/{productId}": [
      {
        version: "1",
        bind: { version: constant(1) },
        output: OldProduct,
        map: ({ id, name }) => ({ id, title: name }),
      },
      { version: "2", bind: { version: constant(2) } },
    ],
  });
  app.get("/products/newest", () => "the newest", { version: "2" });
  app.post("/products", () => undefined, { version: ["1", "2"], status: 201 });
  app.get("/ping", () => "pong");
  return app;
}

const LIST = [
  { name: "0", retired: true },
  { name: "1", deprecated: { since: "2026-01-01", sunset: "2027-01-01", successor: "2" } },
  "2",
] as const;

async function ask(app: App, where: string, headers: Record<string, string> = {}) {
  const response = await app.request(where, { headers });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    says: isJson && text !== "" ? (JSON.parse(text) as unknown) : text,
  };
}

describe("versions by path", () => {
  const versions = { by: "path", list: LIST } as const;

  it("stand before the path of the routes that have one, and of no others", async () => {
    const app = shop(versions);
    expect((await ask(app, "/v1/products/7")).says).toEqual({ id: "7", title: "as of 1" });
    expect((await ask(app, "/v2/products/7")).says).toEqual({ id: "7", name: "as of 2" });
    expect((await ask(app, "/v2/products/newest")).says).toBe("the newest");
    expect((await ask(app, "/v1/products/newest")).says).toEqual({ id: "newest", title: "as of 1" });
    expect((await ask(app, "/ping")).says).toBe("pong");
    expect((await ask(app, "/v1/ping")).status).toBe(404);
  });

  it("name the versions where there is no such one, and where there is none", async () => {
    const app = shop(versions);
    expect((await ask(app, "/v3/products/7")).says).toMatchObject({
      status: 404,
      detail: "There is no such version: begin the path with /v1 or /v2",
      versions: ["1", "2"],
    });
    expect((await ask(app, "/products/7")).says).toMatchObject({
      status: 404,
      detail: "The version is missing: begin the path with /v1 or /v2",
    });
    expect((await ask(app, "/products/newest")).says).toMatchObject({ versions: ["1", "2"] });
    expect((await ask(app, "/vendors")).says).not.toHaveProperty("versions");
    expect((await ask(app, "/v2/vendors")).says).not.toHaveProperty("versions");
    expect((await ask(app, "/v2")).says).not.toHaveProperty("versions");
  });

  it("answer the default version without its path too", async () => {
    const app = shop({ ...versions, default: "1" });
    expect((await ask(app, "/products/7")).says).toEqual({ id: "7", title: "as of 1" });
    expect((await ask(app, "/products/newest")).says).toEqual({ id: "newest", title: "as of 1" });
    expect((await ask(app, "/v2/products/newest")).says).toBe("the newest");
    expect(Object.keys(app.openapi().paths)).toEqual(["/v1/products/{productId}", "/v1/products", "/ping"]);
  });

  it("tell of deprecation, with the same route of the successor, and of versions that have gone", async () => {
    const app = shop(versions);
    const old = await ask(app, "/v1/products/7");
    expect(Object.fromEntries(old.headers)).toMatchObject({
      deprecation: "@1767225600",
      sunset: "Fri, 01 Jan 2027 00:00:00 GMT",
      link: '</v2/products/7>; rel="successor-version"',
    });
    expect((await ask(app, "/v2/products/7")).headers.get("deprecation")).toBeNull();
    const gone = await ask(app, "/v0/products/7");
    expect(gone.says).toMatchObject({
      status: 410,
      detail: "Version 0 has gone: use version 2",
      successor: "2",
    });
    expect(gone.headers.get("link")).toBe('</v2/products/7>; rel="successor-version"');
    expect((await ask(app, "POST /v0/nothing")).headers.get("link")).toBeNull();
    expect((await ask(app, "/v01")).status).toBe(404);
  });

  it("lead to their successors by what clients write before the path", async () => {
    const behind = shop(versions, { rootPath: "/api" });
    expect((await ask(behind, "/api/v1/products/7")).headers.get("link")).toBe(
      '</api/v2/products/7>; rel="successor-version"',
    );
    const around = new App();
    around.mount("/{tenant}", shop(versions));
    expect((await ask(around, "/ada/v1/products/7")).headers.get("link")).toBe(
      '</ada/v2/products/7>; rel="successor-version"',
    );
    expect((await ask(around, "/ada/v0/products/7")).headers.get("link")).toBe(
      '</ada/v2/products/7>; rel="successor-version"',
    );
    expect((await ask(around, "/ada/v3/products/7")).says).toMatchObject({
      detail: "There is no such version: begin the path with /ada/v1 or /ada/v2",
    });
  });

  it("have methods of their own", async () => {
    const app = shop(versions);
    app.delete("/products/{productId}", endpoint({ input: { productId: path(z.string()) } }, () => 1), { version: "2" }); // prettier-ignore
    expect((await ask(app, "DELETE /v1/products/7")).headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    expect((await ask(app, "OPTIONS /v2/products/7")).headers.get("allow")).toBe(
      "GET, DELETE, HEAD, OPTIONS",
    );
    expect((await ask(app, "HEAD /v1/products/7")).status).toBe(200);
  });

  it("stand where the prefix says", async () => {
    const app = shop({ by: "path", prefix: "/api/{version}.0", list: ["1", "2"] });
    expect((await ask(app, "/api/2.0/products/7")).says).toEqual({ id: "7", name: "as of 2" });
    expect((await ask(app, "/api/3.0/products/7")).says).toMatchObject({
      detail: "There is no such version: begin the path with /api/1.0 or /api/2.0",
    });
    expect((await ask(app, "/api/other")).says).not.toHaveProperty("versions");
  });

  it("are what URLs lead to: of a request its own, else the latest", async () => {
    const app = shop({ ...versions, default: "1" });
    const self = endpoint({ input: { id: path(z.string()), asked: request() } }, ({ id, asked }) =>
      urlFor(asked, readProduct, { id }),
    );
    app.get("/self/{id}", self, { version: ["1", "2"] });
    app.get("/other/{id}", self);
    expect(app.url(readProduct, { id: "7" })).toBe("/v2/products/7");
    expect(app.url(readProduct, { id: "7" }, { version: "1" })).toBe("/v1/products/7");
    expect(() => app.url(readProduct, { id: "7" }, { version: "3" })).toThrow(
      "readProduct has no route of version 3, and so no URL",
    );
    expect((await ask(app, "/v1/self/7")).says).toBe("/v1/products/7");
    expect((await ask(app, "/v2/self/7")).says).toBe("/v2/products/7");
    expect((await ask(app, "/other/7")).says).toBe("/v2/products/7");
  });

  it("stand behind the root path", async () => {
    const app = shop({ ...versions, default: "1" }, { rootPath: "/shop" });
    expect((await ask(app, "/shop/v2/products/7")).says).toEqual({ id: "7", name: "as of 2" });
    expect((await ask(app, "/shop/products/7")).says).toEqual({ id: "7", title: "as of 1" });
    expect((await ask(app, "/shop/v3/products/7")).says).toMatchObject({ versions: ["1", "2"] });
    expect(app.url(readProduct, { id: "7" })).toBe("/shop/v2/products/7");
  });

  it("keep what routers lay around their routes, misses included", async () => {
    const app = new App({ versions, logger: silent });
    const api = new Router({ prefix: "/api", version: ["1", "2"], middleware: [cors({ origins: "*" })] });
    api.get("/a", () => 1, { version: "1" });
    api.get("/b", () => 1);
    app.include(api);
    for (const [where, status] of [
      ["/v1/api/a", 200],
      ["/v2/api/a", 404],
      ["/v2/api/b", 200],
      ["/v2/api/none", 404],
    ] as const) {
      // prettier-ignore
      const answer = await ask(app, where, { origin: "https://example.com" });
      expect([answer.status, answer.headers.get("access-control-allow-origin")], where).toEqual([
        status,
        "*",
      ]);
    }
  });

  it("may be said by include, and hold what is mounted", async () => {
    const items = new Router({ prefix: "/items" });
    items.get("", () => "items");
    items.get("/later", () => "later", { version: "2" });
    const app = new App({ versions: { ...versions, default: "2" }, logger: silent });
    const both = new Router({ version: ["1", "2"] });
    both.mount("/files", () => new Response("file"));
    both.include(items);
    app.include(both);
    expect((await ask(app, "/v1/items")).says).toBe("items");
    expect((await ask(app, "/v2/items/later")).says).toBe("later");
    expect((await ask(app, "/v1/items/later")).status).toBe(404);
    for (const where of ["/v1/files/a", "/v2/files", "/files/b"])
      expect((await ask(app, where)).says).toBe("file");
  });
});

describe("versions by header", () => {
  const versions = { by: "header", list: LIST } as const;
  const of = (version: string) => ({ "api-version": version });

  it("choose among the routes of one path, and say that the reply depends on it", async () => {
    const app = shop(versions);
    const one = await ask(app, "/products/7", of("1"));
    expect(one.says).toEqual({ id: "7", title: "as of 1" });
    expect(Object.fromEntries(one.headers)).toMatchObject({
      vary: "api-version",
      deprecation: "@1767225600",
    });
    expect((await ask(app, "/products/7", of("2"))).says).toEqual({ id: "7", name: "as of 2" });
    const error = await ask(app, "/products/none", of("2"));
    expect([error.status, error.headers.get("vary")]).toEqual([404, "api-version"]);
  });

  it("say with the methods that a version has that they depend on it", async () => {
    const app = shop(versions);
    app.delete("/products", () => undefined, { version: "2" });
    const refused = await ask(app, "/products", of("1"));
    expect([refused.status, refused.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
    expect(refused.headers.get("vary")).toBe("api-version");
    const ofAll = await ask(app, "POST /ping", of("1"));
    expect([ofAll.status, ofAll.headers.get("vary")]).toEqual([405, null]);
  });

  it("answer 400 and the versions where there is none, or no such one, and 410 where it has gone", async () => {
    const app = shop(versions);
    expect((await ask(app, "/products/7")).says).toMatchObject({
      status: 400,
      detail: "The version is missing: send Api-Version with 1 or 2",
      versions: ["1", "2"],
    });
    const unknown = await ask(app, "/products/7", of("9"));
    expect(unknown.says).toMatchObject({ detail: "There is no such version: send Api-Version with 1 or 2" });
    expect(unknown.headers.get("vary")).toBe("api-version");
    expect((await ask(app, "/products/7", of("0"))).says).toMatchObject({ status: 410, successor: "2" });
    expect((await ask(app, "/products/7", of("1, 2"))).status).toBe(400);
    expect((await ask(app, "/products/7", of("__proto__"))).status).toBe(400);
  });

  it("are not asked for where a route has none, and have a default", async () => {
    const app = shop({ ...versions, name: "X-Shop", default: "1" });
    expect((await ask(app, "/products/7")).says).toEqual({ id: "7", title: "as of 1" });
    expect((await ask(app, "/products/7", { "x-shop": "2" })).says).toEqual({ id: "7", name: "as of 2" });
    const ping = await ask(app, "/ping", { "x-shop": "9" });
    expect([ping.says, ping.headers.get("vary")]).toEqual(["pong", null]);
  });

  it("leave a path to a less special route where the best one is of other versions", async () => {
    const app = shop(versions);
    app.get(
      "/only/{id}",
      endpoint({ input: { id: path(z.string()) } }, ({ id }) => `any ${id}`),
    );
    app.get("/only/two", () => "two", { version: "2" });
    expect((await ask(app, "/products/newest", of("2"))).says).toBe("the newest");
    const fell = await ask(app, "/products/newest", of("1"));
    expect(fell.says).toEqual({ id: "newest", title: "as of 1" });
    expect(fell.headers.get("vary")).toBe("api-version");
    expect((await ask(app, "/only/two", of("1"))).says).toBe("any two");
    expect((await ask(app, "/only/two")).status).toBe(400);
  });

  it("have methods of their own; OPTIONS tells those of the path", async () => {
    const app = shop(versions);
    app.delete("/products/{productId}", endpoint({ input: { productId: path(z.string()) } }, () => 1), { version: "2" }); // prettier-ignore
    app.head("/products/newest", () => undefined, { version: "1" });
    app.get("/second", () => 1, { version: "2" });
    const refused = await ask(app, "DELETE /products/7", of("1"));
    expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
    expect((await ask(app, "PUT /products/7", of("2"))).headers.get("allow")).toBe(
      "GET, DELETE, HEAD, OPTIONS",
    );
    expect((await ask(app, "PUT /products/7")).headers.get("allow")).toBe("GET, DELETE, HEAD, OPTIONS");
    expect((await ask(app, "OPTIONS /products/7", of("1"))).headers.get("allow")).toBe("GET, DELETE, HEAD, OPTIONS"); // prettier-ignore
    expect((await ask(app, "/second", of("1"))).says).toMatchObject({
      status: 404,
      detail: "This path is of version 2 alone",
      versions: ["2"],
    });
    expect((await ask(app, "/third", of("1"))).says).not.toHaveProperty("detail");
    expect((await ask(app, "PUT /second", of("1"))).status).toBe(404);
    expect((await ask(app, "HEAD /products/newest", of("1"))).status).toBe(204);
    expect((await ask(app, "HEAD /products/newest", of("2"))).status).toBe(200);
    expect((await ask(app, "HEAD /products/7")).status).toBe(400);
  });

  it("let preflights through, which say no version", async () => {
    const app = shop(versions);
    app.use(cors({ origins: "https://example.com" }));
    const preflight = await ask(app, "OPTIONS /products/7", {
      origin: "https://example.com",
      "access-control-request-method": "GET",
      "access-control-request-headers": "api-version",
    });
    expect([preflight.status, preflight.headers.get("access-control-allow-headers")]).toEqual([
      204,
      "api-version",
    ]);
    const asked = await ask(app, "/products/7", { origin: "https://example.com", ...of("2") });
    expect(asked.headers.get("vary")).toBe("api-version, Origin");
    const refused = await ask(app, "/products/7", { origin: "https://example.com" });
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([
      400,
      "https://example.com",
    ]);
  });

  it("are shown to functions", async () => {
    const app = new App({ versions, logger: silent });
    const tell = endpoint({ input: { asked: request() } }, ({ asked }) => asked.route.version ?? "none");
    app.get("/versioned", tell, { version: ["1", "2"] });
    app.get("/plain", tell);
    expect((await ask(app, "/versioned", of("2"))).says).toBe("2");
    expect((await ask(app, "/plain", of("2"))).says).toBe("none");
  });
});

describe("versions by media type", () => {
  const versions = {
    by: "media-type",
    type: "application/vnd.shop",
    list: ["1", "2"],
    default: "1",
  } as const;
  const type = (version: string) => `application/vnd.shop.v${version}+json`;
  const titleOf = async (app: App, accept?: string) => {
    const { status, says, headers } = await ask(app, "/products/7", accept === undefined ? {} : { accept });
    const said = says as { title?: string; name?: string };
    return `${status} ${said.title ?? said.name ?? headers.get("content-type")}`;
  };

  it("go by what is accepted, by weight and by how closely it is said", async () => {
    const app = shop(versions);
    const rows: readonly (readonly [string | undefined, 1 | 2])[] = [
      [undefined, 1],
      ["*/*", 1],
      ["application/*", 1],
      ["application/json", 1],
      ["application/vnd.shop+json", 1],
      ["text/html", 1],
      [type("2"), 2],
      ["Application/VND.shop.V2+JSON", 2],
      ["application/json;version=2", 2],
      ['application/vnd.shop+json; version="2"', 2],
      [`${type("1")};q=0.5, ${type("2")}`, 2],
      [`${type("1")}, ${type("2")};q=0.5`, 1],
      [`${type("1")}, ${type("2")}`, 2],
      [`*/*, ${type("2")}`, 2],
      [`${type("9")}, ${type("2")};q=0.1`, 2],
      [`${type("9")}, */*;q=0.1`, 1],
      [`${type("2")};q=0, */*`, 1],
    ];
    for (const [accept, version] of rows)
      expect(await titleOf(app, accept), accept).toBe(`200 as of ${version}`);
  });

  it("name the type of the reply as it was asked for", async () => {
    const app = shop(versions);
    const typeOf = async (accept: string) =>
      (await ask(app, "/products/7", { accept })).headers.get("content-type");
    expect(await typeOf("*/*")).toBe(type("1"));
    expect(await typeOf(type("2"))).toBe(type("2"));
    expect(await typeOf("application/json")).toBe("application/json; version=1");
    expect(await typeOf("application/json;version=2")).toBe("application/json; version=2");
    const { headers } = await ask(app, "/products/7", { accept: type("2") });
    expect(headers.get("vary")).toBe("accept");
    const error = await ask(app, "/products/none", { accept: type("2") });
    expect(error.headers.get("content-type")).toBe("application/problem+json");
    const ping = await ask(app, "/ping", { accept: type("2") });
    expect([ping.headers.get("content-type"), ping.headers.get("vary")]).toEqual(["application/json", null]);
  });

  it("leave a reply without content without a type", async () => {
    const created = await ask(shop(versions), "POST /products", { accept: type("2") });
    expect([created.status, created.headers.get("content-type"), created.says]).toEqual([201, null, ""]);
  });

  it("answer 406 where there is no such version, 410 where it has gone, and 400 where there is none", async () => {
    const app = shop({ ...versions, list: LIST });
    expect((await ask(app, "/products/7", { accept: type("9") })).says).toMatchObject({
      status: 406,
      detail: `There is no such version: accept ${type("1")} or ${type("2")}`,
      versions: ["1", "2"],
    });
    expect((await ask(app, "/products/7", { accept: `${type("1")};q=0, */*` })).status).toBe(406);
    const refusing = await ask(app, "/products/7", { accept: "text/html, */*;q=0" });
    expect(refusing.status).toBe(406);
    expect(refusing.says).toMatchObject({ detail: expect.stringMatching(/^There is nothing else: accept /) });
    expect((await ask(app, "/products/7", { accept: type("0") })).status).toBe(410);
    const strict = shop({ by: "media-type", type: "application/vnd.shop", list: ["1", "2"] });
    for (const accept of ["*/*", "application/json", "text/html"])
      expect((await ask(strict, "/products/7", { accept })).says).toMatchObject({
        status: 400,
        detail: `The version is missing: accept ${type("1")} or ${type("2")}`,
      });
  });

  it("take what is there of the versions that are accepted", async () => {
    const app = shop(versions);
    app.get("/second", () => 2, { version: "2" });
    const second = await ask(app, "/second", { accept: `${type("1")}, ${type("2")};q=0.5` });
    expect([second.says, second.headers.get("content-type")]).toEqual([2, type("2")]);
    expect((await ask(app, "/second", { accept: type("1") })).status).toBe(404);
    const fell = await ask(app, "/products/newest", { accept: type("1") });
    expect([fell.says, fell.headers.get("content-type")]).toEqual([
      { id: "newest", title: "as of 1" },
      type("1"),
    ]);
  });

  it("are what a typed client asks for by its headers", async () => {
    const app = new App({ versions, logger: silent });
    const plain = endpoint({ input: { id: path(z.string()) }, output: Product }, ({ id }) => ({ id, name: "Compass" })); // prettier-ignore
    const read = app.route(plain, {
      "GET /products/{id}": [
        { version: "1", output: OldProduct, map: ({ id, name }) => ({ id, title: name }) },
        { version: "2" },
      ],
    });
    const client = createClient({ read }, { app, headers: { accept: type("2") } });
    expect(await client.read({ id: "7" })).toEqual({ id: "7", name: "Compass" });
  });

  it("may be said by the body alone, which is not answered by another version", async () => {
    const app = new App({ versions, logger: silent });
    const echo = endpoint({ input: { text: body(z.string()), asked: request() } }, ({ text, asked }) => [asked.route.version, text]); // prettier-ignore
    app.post("/echo", echo, { version: ["1", "2"] });
    const post = async (contentType: string, accept?: string) => {
      const headers = { "content-type": contentType, ...(accept === undefined ? {} : { accept }) };
      const response = await app.request("POST /echo", { headers, body: '"hi"' });
      return response.ok ? ((await response.json()) as unknown) : response.status;
    };
    expect(await post("application/json")).toEqual(["1", "hi"]);
    expect(await post(type("2"))).toEqual(["2", "hi"]);
    expect(await post(type("2"), "*/*")).toEqual(["2", "hi"]);
    expect(await post("application/json", type("2"))).toEqual(["2", "hi"]);
    expect(await post(type("1"), type("2"))).toBe(415);
    expect(await post(type("9"))).toBe(415);
  });
});

describe("what start-up says of versions", () => {
  const toldOf = (app: App): string[] => told(() => app.openapi());
  const withRoutes = (options: AppOptions, declare: (app: App) => void): string[] => {
    const app = new App(options as AppOptions<never>);
    declare(app);
    return toldOf(app);
  };
  const one = () => 1;
  const header = { by: "header", list: ["1", "2"] } as const;

  it("tells of versions that are none", () => {
    const of = (versions: unknown): string[] => toldOf(new App({ versions: versions as Versions }));
    expect(of({ by: "query", list: ["1"] })).toEqual([
      'WM131 versions.by is the text "query", which no version can be read by',
    ]);
    expect(of("1")).toEqual(["WM131 versions.by is undefined, which no version can be read by"]);
    expect(of({ by: "path" })).toEqual(["WM132 versions.list is undefined, which names no version"]);
    expect(of({ by: "path", list: ["1/2", 3, null, "1", "1"] })).toEqual([
      'WM133 the name of a version is the text "1/2", which cannot be sent',
      "WM133 the name of a version is the number 3, which cannot be sent",
      "WM133 the name of a version is null, which cannot be sent",
      "WM134 versions.list has '1' twice",
    ]);
    expect(of({ by: "media-type", type: "application/vnd.shop", list: ["beta", "Beta"] })).toEqual([
      "WM134 versions.list has 'Beta' twice",
    ]);
    expect(of({ by: "header", list: ["beta", "Beta"] })).toEqual([]);
    expect(of({ by: "path", list: [{ name: "1", retired: true }] })).toEqual([
      "WM135 versions.list has no version that is not retired",
    ]);
    expect(of({ ...header, default: "3" })).toEqual(["WM136 versions.default is '3', which is no version"]);
    expect(of({ ...header, list: [{ name: "1", deprecated: { since: "now", successor: "1" } }] })).toEqual([
      'WM406 deprecated.since is "now", which is not a date',
      "WM136 the successor of version 1 is '1', which is no version",
    ]);
    for (const prefix of ["v{version}", "/v", "/{version}/", "/{version:path}", "/{a}/{version}"])
      expect(of({ by: "path", list: ["1"], prefix })).toEqual([
        `WM137 versions.prefix is the text "${prefix}", which cannot stand before a path`,
      ]);
    expect(of({ ...header, name: "api version" })[0]).toMatch(/^WM138/);
    for (const type of [undefined, "application/json", "vnd.shop", "Application/Vnd", "text/vnd.shop"])
      expect(of({ by: "media-type", list: ["1"], type })[0]).toMatch(/^WM139/);
    expect(of({ ...header, nam: "x", list: [{ name: "1", retird: true }] })).toEqual([
      "WM402 'nam' is not an option of versions: did you mean 'name'?",
      "WM402 'retird' is not an option of version 1: did you mean 'retired'?",
    ]);
  });

  it("tells of routes of versions that there are not", () => {
    expect(withRoutes({}, (app) => app.get("/a", one, { version: "1" }))).toEqual([
      "WM141 a version is said, and the application has none",
    ]);
    expect(
      withRoutes({ versions: { ...header, list: ["1", { name: "0", retired: true }] } }, (app) => {
        app.get("/a", one, { version: "3" });
        app.get("/b", one, { version: ["1", "0"] });
        app.get("/c", one, { version: [] });
        app.get("/d", one, { version: 1 as unknown as string });
      }),
    ).toEqual([
      "WM136 version is '3', which is no version",
      "WM143 version is '0', which is retired",
      "WM142 version is an empty list",
      "WM133 the name of a version is the number 1, which cannot be sent",
    ]);
    const router = new Router({ version: "2" });
    router.get("/a", one, { version: "1" });
    expect(withRoutes({ versions: header }, (app) => app.include(router))).toEqual([
      "WM144 version is '1', and what is around it is of '2' alone",
    ]);
  });

  it("says nothing of routes where the versions themselves are wrong", () => {
    const app = new App({ versions: { by: "header", list: [] } });
    app.get("/a", one, { version: "1" });
    expect(toldOf(app)).toEqual(["WM132 versions.list is an array, which names no version"]);
  });

  it("tells of what is wrong with a route once, however many versions it is of", () => {
    expect(
      withRoutes({ versions: header }, (app) =>
        app.add({ method: "GET", path: "/{a}", endpoint: one, version: ["1", "2"] }),
      ),
    ).toEqual(["WM202 nothing reads {a} of '/{a}'"]);
  });

  it("lets routes of one path be of different versions, and names those that are not", () => {
    expect(
      withRoutes({ versions: header }, (app) => {
        app.get("/a", function a() {}, { version: "1" });
        app.get("/a", function a() {}, { version: "2" });
        app.get("/a", function b() {}, { version: ["2"] });
        app.get("/a", function c() {});
      }),
    ).toEqual([
      "WM601 'GET /a of version 2' is the same route as 'GET /a of version 2'",
      "WM601 'GET /a' is the same route as 'GET /a of version 1'",
    ]);
    expect(
      withRoutes({ versions: { by: "path", list: ["1"], default: "1" } }, (app) => {
        app.get("/a", one, { version: "1" });
        app.get("/a", one);
      }),
    ).toEqual(["WM601 'GET /a of the default version' is the same route as 'GET /a'"]);
  });
});
