import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { contract, content, empty } from "../contract/index.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { body, constant, cookie, file, files, form, header, parts, path, query } from "../inputs/index.ts";
import { Router } from "../routing/router.ts";
import { bearer } from "../security/bearer.ts";
import { ClientError, createClient } from "./index.ts";

const quiet = { error: () => undefined, warn: () => undefined };
const Product = z.object({ id: z.string(), price: z.number() });
const readProduct = contract(
  {
    input: { itemId: path(z.string().min(2)), limit: query(z.int().default(10)) },
    output: Product,
    errors: { 404: "No such product", 409: { description: "Sold", schema: z.object({ left: z.int() }) } },
  },
  {
    "GET /v0/items/{itemId}": { deprecated: true },
    "GET /items/{itemId}": {},
    "GET /products/{productId}": {},
    "GET /shelf/{sku}": { bind: { itemId: "sku", limit: "per_page" } },
    "GET /v1/items/{itemId}": { bind: { limit: constant(5) } },
  },
);

function catalogue(): { app: App; asked: string[] } {
  const asked: string[] = [];
  const app = new App({ logger: quiet });
  app.use(({ request }, next) => {
    asked.push(`${request.method} ${request.url.slice("http://localhost".length)}`);
    return next();
  });
  const made = endpoint(readProduct, ({ itemId, limit }) => {
    if (itemId === "none") throw new HttpError(404, "No product none");
    if (itemId === "sold") throw new HttpError(409, "Sold", { members: { left: 0 } });
    if (itemId === "teapot") throw new HttpError(418);
    if (itemId === "broken") throw new Error("s3cret");
    return { id: itemId, price: limit };
  });
  app.route(made, readProduct.routes);
  return { app, asked };
}

describe("a client of a contract", () => {
  it("asks the first route that is neither deprecated nor bound elsewhere", async () => {
    const { app, asked } = catalogue();
    const client = createClient({ readProduct }, { app });
    expect(await client.readProduct({ itemId: "a/b &c", limit: 3 })).toEqual({ id: "a/b &c", price: 3 });
    expect(await client.readProduct({ itemId: "12" })).toEqual({ id: "12", price: 10 });
    expect(asked).toEqual(["GET /items/a%2Fb%20&c?limit=3", "GET /items/12"]);
  });

  it("asks any route by its template, under its own names and without what it binds", async () => {
    const { app, asked } = catalogue();
    const { via } = createClient({ readProduct }, { app }).readProduct;
    expect(await via("GET /products/{productId}")({ itemId: "12", limit: 1 })).toEqual({
      id: "12",
      price: 1,
    });
    expect(await via("GET /shelf/{sku}")({ itemId: "12", limit: 2 })).toEqual({ id: "12", price: 2 });
    expect(await via("GET /v1/items/{itemId}")({ itemId: "12" })).toEqual({ id: "12", price: 5 });
    expect(asked).toEqual(["GET /products/12?limit=1", "GET /shelf/12?per_page=2", "GET /v1/items/12"]);
    expect(() => via("GET /nowhere" as never)).toThrow(
      "there is no route 'GET /nowhere': there are GET /v0/items",
    );
  });

  it("gives declared errors by their status", async () => {
    const client = createClient({ readProduct }, catalogue());
    const ask = (itemId: string) => client.readProduct.safe({ itemId });
    expect(await ask("12")).toMatchObject({ ok: true, status: 200, value: { id: "12" } });
    expect(await ask("none")).toMatchObject({ ok: false, status: 404, error: { detail: "No product none" } });
    expect(await ask("sold")).toMatchObject({ ok: false, status: 409, error: { left: 0 } });
    expect(await ask("1")).toMatchObject({
      ok: false,
      status: 422,
      error: { errors: [{ in: "path", name: "itemId" }] },
    });
  });

  it("throws those that nobody declared, and from a plain call all of them", async () => {
    const client = createClient({ readProduct }, catalogue());
    const thrown = await client.readProduct
      .safe({ itemId: "teapot", limit: 7 })
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ClientError);
    expect(thrown).toMatchObject({
      kind: "status",
      status: 418,
      method: "GET",
      url: "http://localhost/items/teapot",
      problem: { status: 418 },
      message: "GET http://localhost/items/teapot answered 418: I'm a Teapot",
    });
    await expect(client.readProduct({ itemId: "none" })).rejects.toMatchObject({
      status: 404,
      message: "GET http://localhost/items/none answered 404: No product none",
    });
    await expect(client.readProduct({ itemId: "broken" })).rejects.toMatchObject({ status: 500 });
  });

  it("refuses arguments that the route does not take, or that have no form on the wire", async () => {
    const client = createClient({ readProduct }, catalogue());
    const ask = (values: object) => client.readProduct(values as never);
    await expect(ask({ itemId: "12", limt: 1 })).rejects.toThrow("GET /items/{itemId} takes no 'limt'");
    await expect(ask({})).rejects.toThrow("GET /items/{itemId} needs {itemId}");
    await expect(ask({ itemId: ".." })).rejects.toThrow('"." and ".." cannot stand in a path');
    await expect(ask({ itemId: "12", limit: null })).rejects.toThrow("'limit' is null, which has no form");
    await expect(ask({ itemId: "12", limit: Number.NaN })).rejects.toThrow("'limit' is a value (number)");
  });

  it("needs to know where, and what", () => {
    expect(() => createClient({ readProduct })).toThrow("needs a baseUrl");
    const baseUrl = "http://localhost";
    expect(() => createClient({ x: {} as never }, { baseUrl })).toThrow("createClient: 'x' is no operation");
    expect(() => createClient({ x: undefined as never }, { baseUrl })).toThrow("'x' is no operation");
  });
});

describe("what app.route returns", () => {
  it("is an operation, under the prefix of its router", async () => {
    const app = new App({ logger: quiet });
    const tenants = new Router({ prefix: "/tenants/{tenantId}" });
    const tenant = dependency({ input: { tenantId: path(z.string()) } }, ({ tenantId }) => tenantId);
    const read = tenants.route(
      endpoint({ input: { tenant, id: path(z.int()) } }, ({ tenant: of, id }) => `${of} ${id}`),
      { "GET /things/{thing}": {} },
    );
    app.include(tenants, { prefix: "/v1" });
    const client = createClient({ read }, { app, baseUrl: "http://localhost/v1/" });
    expect(await client.read({ id: 7 }, { path: { tenantId: "ada" } })).toBe("ada 7");
    await expect(client.read({ id: 7 })).rejects.toThrow("needs {tenantId}, which no argument gives");
  });

  it("has the errors of its router", async () => {
    const app = new App({ logger: quiet, errors: { 401: "Not signed in" } });
    const orders = new Router({
      prefix: "/orders",
      errors: { 409: { description: "Sold", schema: z.object({ left: z.int() }) }, 410: "Gone" },
    });
    const refusing = endpoint(
      {
        input: { status: query(z.int()) },
        errors: { 410: { description: "Moved", schema: z.object({ to: z.string() }) } },
      },
      ({ status }): number => HttpError.throw(status, "No", { members: { left: 1, to: "there" } }),
    );
    const order = orders.route(refusing, { "GET /{status}": { bind: { status: path(z.int()) } } });
    app.include(orders);
    const top = app.route(refusing, { "GET /top": {} });
    const client = createClient({ order, top }, { app });
    expect(await client.order.safe({ status: 409 })).toMatchObject({
      ok: false,
      status: 409,
      error: { left: 1 },
    });
    expect(await client.order.safe({ status: 410 })).toMatchObject({ error: { to: "there" } });
    expect(await client.top.safe({ status: 401 })).toMatchObject({ ok: false, status: 401 });
    await expect(client.top.safe({ status: 409 })).rejects.toMatchObject({ status: 409 });
  });

  it("needs a word where every route binds other sources", async () => {
    const app = new App({ logger: quiet });
    const which = app.route(
      endpoint({ input: { n: query(z.int()) } }, ({ n }) => n),
      { "GET /one": { bind: { n: constant(1) } }, "GET /two": { bind: { n: constant(2) } } },
    );
    const client = createClient({ which }, { app });
    expect(await client.which.via("GET /two")()).toBe(2);
    await expect((client.which as unknown as () => Promise<unknown>)()).rejects.toThrow(
      "each has other sources, output or errors: use via, with GET /one, GET /two",
    );
  });

  it("is one of what is no endpoint too, of which start-up tells", () => {
    const app = new App({ logger: quiet });
    expect(() => app.route(undefined as never, { "GET /": {} } as never)).not.toThrow();
    expect(() => app.routes()).toThrow("GET /");
  });

  it("may be a bare function, and give nothing", async () => {
    const app = new App({ logger: quiet });
    const api = {
      ping: app.route(() => "pong", { "GET /ping": {} }),
      nothing: app.route(
        endpoint({}, () => undefined),
        { "POST /nothing": {} },
      ),
    };
    const client = createClient(api, { app });
    expect([await client.ping(), await client.nothing()]).toEqual(["pong", undefined]);
  });
});

describe("credentials and fields", () => {
  const app = new App({ logger: quiet });
  const echo = app.route(
    endpoint(
      {
        input: {
          token: bearer({ optional: true }),
          trace: header(z.string().optional()),
          theme: cookie(z.string().optional()),
          page: query(z.int().optional()),
        },
      },
      (values) => values,
    ),
    { "GET /echo": {} },
  );

  it("are given once for all calls, or for one", async () => {
    let asked = 0;
    const auth = async (): Promise<string> => `token${++asked}`;
    const client = createClient({ echo }, { app, auth, headers: { trace: "shared", Cookie: "other=1" } });
    expect(await client.echo({ theme: "dark; x=é", page: 1 })).toEqual({
      token: "token1",
      trace: "shared",
      theme: "dark; x=é",
      page: 1,
    });
    expect(await client.echo({ trace: "own" }, { headers: () => ({ trace: "call" }) })).toMatchObject({
      token: "token2",
      trace: "own",
    });
    expect(await client.echo({}, { auth: "own", headers: { Trace: "call" } })).toEqual({
      token: "own",
      trace: "call",
    });
  });
});

describe("header fields", () => {
  it("are refused where they cannot be carried", async () => {
    const client = createClient(
      { ask: contract({ input: { trace: header(z.string()) } }, { "GET /": {} }) },
      { baseUrl: "http://localhost", fetch: () => Response.json(1) },
    );
    for (const trace of [" a", "a\t", "€", "a\r\nb: c"])
      await expect(client.ask({ trace })).rejects.toThrow(
        "the header field 'trace' holds what it cannot carry",
      );
    await client.ask({ trace: "é" });
  });
});

describe("bodies", () => {
  const app = new App({ logger: quiet });
  const whole = z.object({ a: z.int() });
  const api = {
    one: app.route(
      endpoint({ input: { item: body(whole) } }, ({ item }) => item),
      { "POST /one": {} },
    ),
    two: app.route(
      endpoint({ input: { a: body(whole), b: body(z.string(), { name: "__proto__x" }) } }, (all) => all),
      {
        "PUT /two": { bind: { a: "first" } },
      },
    ),
    maybe: app.route(
      endpoint({ input: { item: body(whole.optional()) } }, ({ item }) => item ?? null),
      { "POST /maybe": {} },
    ),
    xml: app.route(
      endpoint(
        {
          input: {
            feed: body(z.string(), {
              mediaType: "application/xml",
              parse: ({ text }) => text.length.toString(),
            }),
          },
        },
        ({ feed }) => feed,
      ),
      { "POST /xml": {} },
    ),
    text: app.route(
      endpoint({ input: { text: body.text() } }, ({ text }) => text),
      { "POST /text": {} },
    ),
    stream: app.route(
      endpoint({ input: { video: body.stream({ mediaType: "video/*" }) } }, async ({ video }) => {
        let size = 0;
        for await (const piece of video) size += piece.length;
        return size;
      }),
      { "PUT /video": {} },
    ),
    form: app.route(
      endpoint(
        {
          input: {
            title: form(z.string()),
            tags: form(z.array(z.int()).default([])),
            at: form(z.object({ x: z.int() })),
          },
        },
        (all) => all,
      ),
      { "POST /form": {} },
    ),
    upload: app.route(
      endpoint(
        { input: { photo: file({ optional: true }), pages: files(), note: form(z.string()) } },
        async ({ photo, pages, note }) => ({
          photo: photo === undefined ? null : [photo.name, photo.type, await photo.text()],
          pages: await Promise.all(pages.map((each) => each.text())),
          note,
        }),
      ),
      { "POST /upload": {} },
    ),
    pieces: app.route(
      endpoint({ input: { all: parts() } }, async ({ all }) => {
        const names: string[] = [];
        for await (const part of all) names.push(part.name);
        return names;
      }),
      { "POST /parts": {} },
    ),
  };
  const client = createClient(api, { app });

  it("are JSON, whole or keyed", async () => {
    expect(await client.one({ item: { a: 1 } })).toEqual({ a: 1 });
    expect(await client.two({ a: { a: 1 }, b: "x" })).toEqual({ a: { a: 1 }, b: "x" });
    expect(await client.maybe({ item: { a: 2 } })).toEqual({ a: 2 });
    expect(await client.maybe()).toBeNull();
  });

  it("are sent as they are where only the server reads them", async () => {
    expect(await client.xml({ feed: "<a/>" })).toBe("4");
    await expect(client.xml({ feed: 1 as never })).rejects.toThrow(
      "'feed' is sent as application/xml, which only the server can read",
    );
    expect(await client.text({ text: "héllo" })).toBe("héllo");
  });

  it("may be streams", async () => {
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(3);
      yield new Uint8Array(4);
    }
    const type = { headers: { "content-type": "video/mp4" } };
    expect(await client.stream({ video: pieces() }, type)).toBe(7);
    expect(await client.stream({ video: new Blob(["12"], { type: "video/webm" }) })).toBe(2);
  });

  it("may be forms, with and without files", async () => {
    const values = { title: "a & b\n", tags: [1, 2], at: { x: 1 } };
    expect(await client.form(values)).toEqual(values);
    const photo = new File(["pixels"], "me.png", { type: "image/png" });
    expect(await client.upload({ photo, pages: [new Blob(["1"]), new Blob(["2"])], note: "é" })).toEqual({
      photo: ["me.png", "image/png", "pixels"],
      pages: ["1", "2"],
      note: "é",
    });
    expect(await client.upload({ pages: [new Blob(["1"])], note: "n" })).toMatchObject({ photo: null });
    await expect(client.upload({ pages: ["text" as never], note: "n" })).rejects.toThrow(
      "'pages' is an uploaded file",
    );
    const own = new FormData();
    own.append("x", "1");
    own.append("y", new Blob(["2"]));
    expect(await client.pieces({ all: own })).toEqual(["x", "y"]);
  });
});

describe("replies", () => {
  const app = new App({ logger: quiet });
  const api = {
    page: app.route(
      endpoint({ output: content("text/html") }, () => "<p>"),
      { "GET /page": {} },
    ),
    several: app.route(
      endpoint(
        {
          input: { n: query(z.int()) },
          output: { 200: z.int(), 202: { description: "Later", schema: z.string() }, 204: empty },
        },
        ({ n }) => (n === 0 ? reply(204, undefined) : n === 1 ? reply(202, "job") : n),
      ),
      { "GET /several": {} },
    ),
    head: app.route(
      endpoint({ output: z.int() }, () => 1),
      { "HEAD /head": {} },
    ),
    oauth: app.route(
      endpoint(
        {
          errors: {
            400: {
              description: "No",
              schema: z.object({ error: z.string() }),
              mediaType: "application/json",
            },
          },
        },
        () =>
          new Response('{"error":"invalid_grant"}', {
            status: 400,
            headers: { "content-type": "application/json" },
          }),
      ),
      { "POST /token": {} },
    ),
  };
  const client = createClient(api, { app });

  it("are the Response itself where they are no JSON", async () => {
    const page = await client.page();
    expect([page.headers.get("content-type"), await page.text()]).toEqual([
      "text/html; charset=utf-8",
      "<p>",
    ]);
  });

  it("end with the caller's signal, and leave nothing at it", async () => {
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, "removeEventListener");
    expect(await (await client.page({}, { signal })).text()).toBe("<p>");
    expect(removed).toHaveBeenCalledTimes(1);
    const controller = new AbortController();
    const fetch = (): Response =>
      new Response(new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(3)) }), {
        headers: { "content-type": "text/html" },
      });
    const endless = createClient(api, { baseUrl: "http://localhost", fetch, signal: controller.signal });
    const reader = (await endless.page()).body!.getReader();
    expect((await reader.read()).value).toHaveLength(3);
    const reading = reader.read();
    controller.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
  });

  it("are what their status declares", async () => {
    expect(await client.several({ n: 5 })).toBe(5);
    expect(await client.several.safe({ n: 1 })).toMatchObject({ ok: true, status: 202, value: "job" });
    expect(await client.several.safe({ n: 0 })).toMatchObject({ ok: true, status: 204, value: undefined });
    expect(await client.head()).toBeUndefined();
  });

  it("may be errors of another standard", async () => {
    expect(await client.oauth.safe()).toMatchObject({
      ok: false,
      status: 400,
      error: { error: "invalid_grant" },
    });
  });
});

describe("a server that is not what it says", () => {
  let server: Server;
  afterEach(
    () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  );
  const answering = async (status: number, type: string | undefined, text: string) => {
    server = createServer((_, response) => {
      if (status === 0) return void response.destroy();
      response.writeHead(status, type === undefined ? {} : { "content-type": type });
      response.end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const baseUrl = `http://ada:s3cret@127.0.0.1:${port}`;
    const client = createClient({ readProduct }, { baseUrl, retry: false });
    const error = (await client.readProduct
      .safe({ itemId: "12", limit: 77 })
      .catch((thrown: unknown) => thrown)) as ClientError;
    expect(error).toBeInstanceOf(ClientError);
    expect(inspect(error)).not.toMatch(/s3cret|limit=/);
    return [error.kind, error.status, error.message.replace(String(port), "1")];
  };
  const asked = "GET http://127.0.0.1:1/items/12";

  it("is told of", async () => {
    expect(await answering(200, "text/html", "<p>")).toEqual([
      "reply",
      200,
      `${asked} answered 200 with text/html, where JSON was declared`,
    ]);
  });
  it("is told of without a type", async () => {
    expect(await answering(200, undefined, "")).toEqual([
      "reply",
      200,
      `${asked} answered 200 without a content type, where JSON was declared`,
    ]);
  });
  it("is told of where its JSON is none", async () => {
    expect(await answering(200, "application/json", '{"id":')).toEqual([
      "reply",
      200,
      `${asked} answered 200 with what is not JSON`,
    ]);
  });
  it("is told of where its error is no problem document, declared or not", async () => {
    expect(await answering(404, "text/html", "<p>")).toEqual([
      "status",
      404,
      `${asked} answered 404 with text/html, which is no problem document`,
    ]);
  });
  it("is told of where it breaks off", async () => {
    expect(await answering(0, undefined, "")).toEqual([
      "network",
      undefined,
      expect.stringMatching(/could not be asked: \w+/),
    ]);
  });
});
