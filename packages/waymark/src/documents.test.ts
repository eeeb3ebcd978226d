import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "./app.ts";
import type { AppOptions } from "./app-options.ts";
import { dependency } from "./dependency.ts";
import { endpoint } from "./endpoint.ts";
import { HttpError } from "./http/http-error.ts";
import { body } from "./inputs/body.ts";
import { path } from "./inputs/path.ts";
import { diffDocuments } from "./openapi/diff/diff-documents.ts";
import type { OpenApiDocument } from "./openapi/document.ts";
import { lintDocuments } from "./openapi/lint-document.fixture.ts";
import { Router } from "./routing/router.ts";
import type { Versions } from "./routing/versions.ts";
import { basic } from "./security/basic.ts";
import { StartUpError } from "./start-up-error.ts";

const Product = z.object({ id: z.string(), name: z.string() }).meta({ id: "Product" });
const OldProduct = z.object({ id: z.string(), title: z.string() }).meta({ id: "Product" });
const Cost = z.object({ cost: z.number() }).meta({ id: "Cost" });
const readProduct = endpoint(
  { input: { id: path(z.string()) }, output: Product },
  function readProduct({ id }) {
    return { id, name: "Compass" };
  },
);
const asOld = ({ id, name }: z.infer<typeof Product>) => ({ id, title: name });
const addProduct = endpoint({ input: { product: body(Product) }, output: Product, status: 201 }, function addProduct({ product }) { return product; }); // prettier-ignore
const readCost = endpoint({ input: { id: path(z.string()) }, output: Cost }, function readCost() {
  return { cost: 1 };
});
const info = { title: "Shop", license: { name: "MIT", identifier: "MIT" } } as const;

function versioned(versions: Versions, declare: (app: App) => void = () => undefined): App {
  const app = new App({ ...info, versions });
  const old = { version: "1", output: OldProduct, map: asOld };
  app.route(readProduct, {
    "GET /products/{id}": [old, { version: "2" }],
    "GET /goods/{id}": [old, { version: "2" }],
  });
  app.post("/products", addProduct, { version: "2" });
  app.get("/ping", () => "pong");
  declare(app);
  return app;
}

const LIST = [
  {
    name: "1",
    deprecated: { since: "2026-01-01", sunset: "2027-01-01", successor: "2" },
    description: "The first.",
  },
  "2",
] as const;
const byPath = { by: "path", list: LIST } as const;
const byHeader = { by: "header", list: LIST, default: "1" } as const;
const byMediaType = { by: "media-type", type: "application/vnd.shop", list: LIST } as const;

const idsOf = ({ paths }: OpenApiDocument): Record<string, string> =>
  Object.fromEntries(
    Object.entries(paths).flatMap(([at, item]) =>
      Object.entries(item).map(([method, { operationId }]) => [`${method} ${at}`, operationId]),
    ),
  );

describe("a document for each version", () => {
  it("has the routes of that version and those of all, by ids that no other version changes", () => {
    const app = versioned(byPath);
    expect(idsOf(app.openapi({ version: "1" }))).toEqual({
      "get /v1/products/{id}": "readProduct",
      "get /v1/goods/{id}": "readProduct_get_goods_by_id",
      "get /ping": "get_ping",
    });
    expect(idsOf(app.openapi({ version: "2" }))).toEqual({
      "get /v2/products/{id}": "readProduct",
      "get /v2/goods/{id}": "readProduct_get_goods_by_id",
      "post /v2/products": "addProduct",
      "get /ping": "get_ping",
    });
    expect(app.openapi()).toEqual({ ...app.openapi({ version: "2" }), servers: app.openapi().servers });
    expect(app.openapi().servers?.[0]?.url).toBe(".");
    expect(app.openapi({ version: "1" }).servers?.[0]?.url).toBe("..");
  });

  it("has schemas of its own by the same id, and says what is deprecated until when", () => {
    const one = versioned(byHeader).openapi({ version: "1" });
    expect(one.info).toMatchObject({
      version: "1",
      description:
        "The first.\n\nVersion 1 is deprecated since 2026-01-01, gone after 2027-01-01. Use version 2 instead.",
    });
    expect(Object.keys(one.components!.schemas!["Product"]!["properties"] as object)).toEqual([
      "id",
      "title",
    ]);
    expect(one.paths["/products/{id}"]!.get).toMatchObject({ deprecated: true, "x-sunset": "2027-01-01" });
    const two = versioned(byHeader).openapi({ version: "2" });
    expect(Object.keys(two.components!.schemas!["Product"]!["properties"] as object)).toEqual(["id", "name"]);
    expect(two.paths["/products/{id}"]!.get).not.toHaveProperty("x-sunset");
  });

  it("says how its version is asked for", () => {
    const parameters = (version: string): unknown[] =>
      [...(versioned(byHeader).openapi({ version }).paths["/products/{id}"]!.get!.parameters ?? [])].slice(1);
    const header = { name: "Api-Version", in: "header", description: "The version of the API." };
    // Who leaves it out gets version 1.
    expect(parameters("1")).toEqual([{ ...header, schema: { type: "string", enum: ["1"] } }]);
    expect(parameters("2")).toEqual([{ ...header, required: true, schema: { type: "string", enum: ["2"] } }]);
    const { paths } = versioned(byMediaType).openapi({ version: "2" });
    const post = paths["/products"]!.post!;
    expect(Object.keys(post.requestBody!.content)).toEqual([
      "application/vnd.shop.v2+json",
      "application/json",
    ]);
    expect(Object.keys(post.responses["201"]!.content!)).toEqual(["application/vnd.shop.v2+json"]);
    expect(Object.keys(post.responses["422"]!.content!)).toEqual(["application/problem+json"]);
    expect(Object.keys(paths["/ping"]!.get!.responses["200"]!.content!)).toEqual(["application/json"]);
  });

  it("tells of what a request is refused with because of its version", () => {
    const statuses = (versions: Versions): string[] =>
      Object.keys(versioned(versions).openapi({ version: "2" }).paths["/products/{id}"]!.get!.responses);
    const list = [{ name: "0", retired: true }, ...LIST];
    expect(statuses(byHeader)).toEqual(["200", "400"]);
    expect(statuses(byMediaType)).toEqual(["200", "400", "406"]);
    expect(statuses({ ...byMediaType, default: "1", list })).toEqual(["200", "406", "410"]);
  });

  it("is served beside the main one, and the pages know of all", async () => {
    const app = versioned(byPath);
    expect(await (await app.request("/openapi/1.json")).json()).toEqual(app.openapi({ version: "1" }));
    expect(await (await app.request("/openapi.json")).json()).toEqual(app.openapi());
    expect((await app.request("/openapi/3.json")).status).toBe(404);
    for (const page of ["/docs", "/redoc"]) {
      const html = await (await app.request(page)).text();
      const settings = JSON.parse(
        /data-settings="([^"]*)"/.exec(html)![1]!.replaceAll("&quot;", '"'),
      ) as object;
      expect(settings).toMatchObject({
        versions: {
          main: "2",
          list: [
            { name: "1", url: "openapi/1.json" },
            { name: "2", url: "openapi/2.json" },
          ],
        },
      });
      expect(html).toContain(`${page.slice(1)}/choose-version.js`);
      expect((await app.request(`${page}/choose-version.js`)).status).toBe(200);
    }
    const plain = new App();
    expect(await (await plain.request("/docs")).text()).not.toContain("choose-version");
  });

  it("does not break when another version comes, nor when its routes go after their sunset", () => {
    const alone = new App({ ...info, versions: { by: "header", list: ["1"], default: "1" } });
    alone.get(["/products/{id}", "/goods/{id}"], readProduct, {
      version: "1",
      output: OldProduct,
      map: asOld,
    });
    alone.get("/ping", () => "pong");
    const later = versioned({ by: "header", list: ["1", "2"], default: "1" });
    expect(diffDocuments(alone.openapi(), later.openapi())).toEqual([]);
    const gone = { ...later.openapi(), paths: {} };
    const sunset = versioned(byHeader).openapi({ version: "1" });
    const changes = diffDocuments(sunset, gone, { today: new Date("2027-01-02") });
    expect(changes.map(({ at, code }) => `${at} ${code}`)).toContain(
      "GET /products/{id} sunset-operation-removed",
    );
  });

  it("gives the plain id to the canonical route of each version, and to one of all versions in all", () => {
    const app = new App({ versions: { by: "header", list: ["1", "2"] } });
    app.get("/a/{id}", readProduct, { version: "1" });
    app.get("/b/{id}", readProduct, { version: "1", canonical: true });
    app.get("/a/{id}", readProduct, { version: "2", canonical: true });
    app.get("/c/{id}", readProduct);
    app.get("/d/{id}", readCost);
    app.get("/e/{id}", readCost, { version: "1" });
    app.get("/f/{id}", readCost, { canonical: true });
    expect(app.routes().map(({ version, operationId }) => `${version} ${operationId}`)).toEqual([
      "1 readProduct_get_a_by_id",
      "1 readProduct",
      "2 readProduct",
      "undefined readProduct_get_c_by_id",
      "undefined readCost_get_d_by_id",
      "1 readCost_get_e_by_id",
      "undefined readCost",
    ]);
    app.get("/g/{id}", readProduct, { version: ["1", "2"], canonical: true });
    expect(() => app.routes()).toThrow("readProduct has another canonical route: GET /b/{id} of version 1");
  });

  it("is refused where there is none", () => {
    expect(() => versioned(byPath).openapi({ version: "3" })).toThrow(
      "there is no version '3': there are 1, 2",
    );
    expect(() => new App().openapi({ version: "1" })).toThrow("the application has no versions");
    expect(() => new App().openapi({ document: "internal" })).toThrow(
      "there is no document 'internal': there is public",
    );
  });
});

const signedIn = dependency({ input: { user: basic() } }, ({ user }) =>
  user.username === "ada"
    ? user
    : HttpError.throw(401, "Not you", { headers: { "www-authenticate": "Basic" } }),
);

function forTwo(options: AppOptions = {}): App {
  const app = new App({
    ...info,
    documents: {
      internal: { title: "Shop, inside", description: "For us.", dependencies: [signedIn] },
      all: { audience: ["internal", "partner", "public"], path: "/all.json", docs: false, redoc: "/all" },
    },
    tags: ["products", "costs", "spare"].map((name) => ({ name, description: `All of ${name}` })),
    ...(options as object),
  });
  app.get("/products/{id}", readProduct, { tags: ["products"] });
  const inside = new Router({ prefix: "/inside", audience: "internal" });
  inside.get("/costs/{id}", readCost, { tags: ["costs"] });
  inside.get("/products/{id}", readProduct, { audience: ["public"], tags: ["products"] });
  inside.get("/guarded/{id}", readCost, { dependencies: [signedIn], audience: ["internal", "partner"] });
  app.include(inside, { audience: "partner" });
  app.webhook("costChanged", { body: Cost, audience: "internal" });
  app.webhook("sold", { body: Product });
  return app;
}

describe("a document for each audience", () => {
  it("has the routes for everybody and those for its audience, and nothing else is in it", () => {
    const app = forTwo();
    const main = app.openapi();
    expect(Object.keys(main.paths)).toEqual(["/products/{id}", "/inside/products/{id}"]);
    expect(JSON.stringify(main)).not.toMatch(/[Cc]ost|internal|For us/);
    expect(main.components?.securitySchemes).toBeUndefined();
    expect(Object.keys(main.webhooks!)).toEqual(["sold"]);
    expect(main.tags!.map(({ name }) => name)).toEqual(["products", "spare"]);
    const internal = app.openapi({ document: "internal" });
    expect(internal.info).toMatchObject({ title: "Shop, inside", description: "For us.", version: "0.1.0" });
    expect(Object.keys(internal.paths)).toEqual([
      "/products/{id}",
      "/inside/costs/{id}",
      "/inside/guarded/{id}",
    ]);
    expect(Object.keys(internal.components!.schemas!)).toContain("Cost");
    expect(Object.keys(internal.webhooks!)).toEqual(["costChanged", "sold"]);
    expect(internal.tags).toHaveLength(3);
    expect(Object.keys(app.openapi({ document: "all" }).paths)).toHaveLength(4);
  });

  it("leaves out a tag that only stands above those of others", () => {
    const tags = [{ name: "inside" }, { name: "costs", parent: "inside" }, { name: "spare" }];
    const app = new App({ documents: { internal: {} }, tags });
    app.get("/costs/{id}", readCost, { audience: "internal", tags: ["costs"] });
    expect(app.openapi().tags!.map(({ name }) => name)).toEqual(["spare"]);
    expect(app.openapi({ document: "internal" }).tags).toHaveLength(3);
  });

  it("leaves out the word about an alias that it does not show", () => {
    const app = new App({ documents: { internal: {} } });
    app.get("/products/{id}", readProduct);
    app.get("/inside/{id}", readProduct, { audience: "internal" });
    expect(app.openapi().paths["/products/{id}"]!.get).not.toHaveProperty("x-waymark-endpoint");
    expect(app.openapi({ document: "internal" }).paths["/inside/{id}"]!.get).toMatchObject({
      operationId: "readProduct_get_inside_by_id",
      "x-waymark-endpoint": "readProduct",
    });
  });

  it("is where it says, with pages of its own", async () => {
    const app = forTwo();
    const statuses = await Promise.all(
      ["/openapi.json", "/docs", "/all.json", "/all", "/all/docs", "/internal/openapi.json"].map(
        async (where) => (await app.request(where)).status,
      ),
    );
    expect(statuses).toEqual([200, 200, 200, 200, 404, 401]);
    expect(await (await app.request("/all.json")).json()).toEqual(app.openapi({ document: "all" }));
  });

  it("is behind its guards with its pages, which tell nothing to others", async () => {
    const app = forTwo();
    const as = (name: string) => ({ headers: { authorization: `Basic ${btoa(`${name}:x`)}` } });
    for (const where of ["/internal/openapi.json", "/internal/docs", "/internal/redoc"]) {
      const refused = await app.request(where);
      expect([refused.status, refused.headers.get("www-authenticate")], where).toEqual([401, expect.stringMatching(/^Basic/)]); // prettier-ignore
      expect(await (await app.request(where, as("eve"))).text()).not.toMatch(/[Cc]ost|inside/);
      const shown = await app.request(where, as("ada"));
      expect([shown.status, shown.headers.get("cache-control")], where).toEqual([200, "private, no-cache"]);
      const { headers } = as("ada");
      const again = await app.request(where, {
        headers: { ...headers, "if-none-match": shown.headers.get("etag")! },
      });
      expect(again.status).toBe(304);
      expect((await app.request(`HEAD ${where}`, as("ada"))).headers.get("etag")).toBe(
        shown.headers.get("etag"),
      );
    }
    expect(await (await app.request("/internal/openapi.json", as("ada"))).json()).toEqual(
      app.openapi({ document: "internal" }),
    );
    expect(Object.keys(app.openapi({ document: "internal" }).paths)).not.toContain("/internal/docs");
  });

  it("may be guarded where it is the main one too, by what a test puts in a guard's place", async () => {
    const app = new App({ openapi: { dependencies: [signedIn] } });
    expect((await app.request("/docs")).status).toBe(401);
    expect((await app.request("/docs/swagger-ui.css")).status).toBe(200);
    const ada = { username: "ada", password: "" };
    using _ = app.override(signedIn, () => ada);
    expect((await app.request("/openapi.json")).status).toBe(200);
  });

  it("has clean-ups and app-scope dependencies of its guards", async () => {
    const log: string[] = [];
    const store = dependency({ scope: "app" }, async function* store() {
      log.push("open");
      yield "store";
      log.push("closed");
    });
    const guard = dependency({ input: { store } }, async function* guard() {
      yield;
      log.push("cleaned up");
    });
    const app = new App({ documents: { internal: { dependencies: [guard] } } });
    expect((await app.request("/internal/openapi.json")).status).toBe(200);
    await app.stop();
    expect(log).toEqual(["open", "cleaned up", "closed"]);
  });

  it("may be all that there is", async () => {
    const app = new App({ openapi: false, audience: "internal", documents: { internal: {} } });
    app.get("/a", () => 1);
    app.get("/b", () => 1, { audience: "public" });
    expect((await app.request("/openapi.json")).status).toBe(404);
    expect(Object.keys(app.openapi({ document: "internal" }).paths)).toEqual(["/a"]);
    expect(Object.keys(app.openapi().paths)).toEqual(["/b"]);
    expect((await app.request("/internal/docs")).status).toBe(200);
  });

  it("has a document for each version, and its transform the last word", () => {
    const app = new App({
      versions: byHeader,
      openapi: { transform: (document, of) => ({ ...document, "x-of": of }) },
      documents: { internal: {}, other: { transform: (document) => ({ ...document, "x-of": "another" }) } },
    });
    app.get("/a", () => 1, { audience: "internal", version: "2" });
    app.webhook("late", { version: "2" });
    expect(app.openapi({ document: "internal", version: "1" }).paths).toEqual({});
    const two = app.openapi({ document: "internal", version: "2" });
    expect([Object.keys(two.paths), Object.keys(two.webhooks!), two["x-of"]]).toEqual([
      ["/a"],
      ["late"],
      { document: "internal", version: "2" },
    ]);
    expect(app.openapi()["x-of"]).toEqual({ document: "public", version: "1" });
    expect(app.openapi({ document: "other" })["x-of"]).toBe("another");
  });

  it("is told of at start-up where nobody reads it, or where two stand at one place", async () => {
    const mistakesOf = async (start: () => unknown): Promise<string[]> => {
      try {
        await start();
      } catch (error) {
        if (error instanceof StartUpError)
          return error.mistakes.map(({ code, message, route }) => `${code} ${route}: ${message}`);
        throw error;
      }
      return [];
    };
    const app = new App({ documents: { internal: {} } });
    app.get("/a", () => 1, { audience: "intern" });
    app.get("/b", () => 1, { audience: "internl" });
    app.webhook("c", { audience: "none", version: "1" });
    const told = [
      "WM153 GET /a: no document is for the audience 'intern'",
      "WM153 GET /b: no document is for the audience 'internl': did you mean 'internal'?",
      "WM153 the webhook 'c': no document is for the audience 'none'",
      "WM136 the webhook 'c': version is '1', which is no version",
    ];
    expect(await mistakesOf(() => app.openapi())).toEqual(told);
    expect(await mistakesOf(() => app.start())).toEqual(told);
    const bad = new App({
      documents: { public: {}, "a b": {}, c: { audience: "" }, d: { pth: "/d" } as object },
    });
    bad.get("/", () => 1, { audience: [] });
    expect(await mistakesOf(() => bad.openapi())).toEqual([
      "WM151 undefined: documents has one named 'public'",
      "WM151 undefined: documents has one named 'a b'",
      'WM152 undefined: audience is the text "", which names nobody',
      "WM402 undefined: 'pth' is not an option of the document 'd': did you mean 'path'?",
      "WM152 GET /: audience is an array, which names nobody",
    ]);
    const same = new App({ documents: { internal: { path: "/openapi.json" } } });
    expect(await mistakesOf(() => same.start())).toEqual([
      "WM704 undefined: two pages of the docs stand at '/openapi.json'",
    ]);
    expect(await mistakesOf(() => new App({ documents: { x: null } as never }).start())).toEqual([
      "WM411 undefined: null stands where the options of the document 'x' belong",
    ]);
  });
});

describe("all these documents", () => {
  it("pass Redocly's recommended rules", { timeout: 180_000 }, async () => {
    const documents = new Map<string, unknown>();
    for (const versions of [byPath, byHeader, byMediaType])
      for (const version of ["1", "2"])
        documents.set(`${versions.by} ${version}`, versioned(versions).openapi({ version }));
    for (const document of ["public", "internal", "all"])
      documents.set(document, forTwo().openapi({ document }));
    const problems = await lintDocuments([...documents.values()]);
    // What refuses nothing documents no refusal.
    expect(problems.filter(({ rule }) => rule !== "operation-4xx-response")).toEqual([]);
  });
});
