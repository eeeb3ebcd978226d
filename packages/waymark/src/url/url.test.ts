import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { body } from "../inputs/body.ts";
import { constant } from "../inputs/constant.ts";
import { path } from "../inputs/path.ts";
import { query } from "../inputs/query.ts";
import { request } from "../inputs/request.ts";
import { trustedProxies } from "../middleware/trusted-proxies.ts";
import { socket } from "../realtime/socket.ts";
import { Router } from "../routing/router.ts";
import { urlFor } from "./url-for.ts";

const read = endpoint(
  { name: "read", input: { itemId: path(z.string()), limit: query(z.int().optional()) } },
  (given) => given,
);
const ping = () => "pong";

const app = new App();
app.route(read, {
  "GET /old/{itemId}": { deprecated: true },
  "GET /products/{productId}": { bind: { limit: "per_page" } },
  "GET /items/{itemId}": { canonical: true },
  "GET /first": { bind: { itemId: constant("1") } },
});
app.get("/ping", ping);

describe("the URL of a function", () => {
  it("is that of its canonical route", () => {
    expect(app.url(read, { itemId: "1" })).toBe("/items/1");
    expect(app.url(read, { itemId: "1", limit: 10 })).toBe("/items/1?limit=10");
    expect(app.url(ping)).toBe("/ping");
  });

  it("is that of another route by name: template, method and template, operationId", () => {
    const route = "/products/{productId}";
    for (const each of [route, `GET ${route}`, "read_get_products_by_productId"])
      expect(app.url(read, { itemId: "1", limit: 5 }, { route: each })).toBe("/products/1?per_page=5");
    expect(app.url(read, { limit: 5 }, { route: "/first" })).toBe("/first?limit=5");
  });

  it("is that of the first route that fits, deprecated ones last", () => {
    const two = endpoint(
      { name: "two", input: { a: path(z.string()), b: path(z.string().optional()) } },
      () => 1,
    );
    const other = new App();
    other.route(two, { "GET /a/{a}": {}, "GET /a/{a}/{b}": {} });
    expect(other.url(two, { a: "1" })).toBe("/a/1");
    expect(other.url(two, { a: "1", b: "2" })).toBe("/a/1/2");
  });

  it("encodes each segment", () => {
    expect(app.url(read, { itemId: "a/b ?#é" })).toBe("/items/a%2Fb%20%3F%23%C3%A9");
  });

  it("has what dependencies read, by wire name", () => {
    const tenant = dependency({ input: { tenantId: path(z.string()) } }, () => 1);
    const router = new Router({ prefix: "/tenants/{tenantId}", dependencies: [tenant] });
    router.get("/items/{itemId}", read);
    const other = new App();
    other.include(router);
    const options = { params: { tenantId: "a b" }, query: { page: 2, tag: ["x", "y"], no: undefined } };
    expect(other.url(read, { itemId: "1" }, options)).toBe("/tenants/a%20b/items/1?page=2&tag=x&tag=y");
    expect(() => other.url(read, { itemId: "1" })).toThrow(
      "there is no such URL: GET /tenants/{tenantId}/items/{itemId} needs {tenantId}",
    );
  });

  it("is absolute where that is asked for", () => {
    expect(app.url(ping, {}, { absolute: "https://api.example.com" })).toBe("https://api.example.com/ping");
    expect(app.url(ping, {}, { absolute: "http://[::1]:8080/" })).toBe("http://[::1]:8080/ping");
    for (const absolute of [
      "https://a.example/x",
      "a.example",
      "javascript:alert(1)",
      "https://u:p@a.example",
    ])
      expect(() => app.url(ping, {}, { absolute })).toThrow("absolute takes a request, or an origin");
  });

  it("of a socket is one of ws", () => {
    const chat = socket({ input: { room: path(z.string()) } }, () => undefined);
    const other = new App();
    other.websocket("/rooms/{room}", chat);
    expect(other.url(chat, { room: "1" })).toBe("/rooms/1");
    expect(other.url(chat, { room: "1" }, { absolute: "https://a.example" })).toBe("wss://a.example/rooms/1");
  });

  it("may be asked for by its own name inside of it, which is the function's", async () => {
    const self = endpoint({ input: { id: path(z.string()), req: request() } }, function self({ id, req }) {
      return urlFor(req, self, { id: `${id}0` });
    });
    const other = new App();
    other.get("/self/{id}", self);
    expect(await (await other.request("/self/1")).json()).toBe("/self/10");
  });

  it("follows routes that are added, and is kept once the application runs", async () => {
    const other = new App();
    other.get("/a", ping);
    expect(other.url(ping)).toBe("/a");
    other.get("/b", ping, { canonical: true });
    await other.start();
    expect(other.url(ping)).toBe("/b");
    await other.stop();
  });
});

describe("where there is no URL it is said", () => {
  it.each([
    [
      "an empty value",
      () => app.url(read, { itemId: "" }, { route: "/items/{itemId}" }),
      "GET /items/{itemId} cannot have an empty value in its path, nor '.' or '..'",
    ],
    [
      "dots",
      () => app.url(read, { itemId: ".." }, { route: "/items/{itemId}" }),
      "cannot have an empty value",
    ],
    [
      "a route that it has not",
      () => app.url(read, {}, { route: "/item/{itemId}" }),
      "read has no route '/item/{itemId}': did you mean '/items/{itemId}'?",
    ],
    [
      "a name far from all",
      () => app.url(read, {}, { route: "xyz" }),
      "read has no route 'xyz': its routes are GET /items/{itemId}, GET /products/{productId}",
    ],
    [
      "a fixed value",
      () => app.url(read, { itemId: "2" }, { route: "/first" }),
      "GET /first has a fixed 'itemId', which is another one",
    ],
    ["a name that the path lacks", () => app.url(ping, {}, { params: { a: 1 } }), "GET /ping has no {a}"],
    [
      "a value of the wrong kind",
      () => app.url(read, { itemId: "1", limit: 1.5 }, { route: "/items/{itemId}" }),
      "'limit' is not right: expected an integer",
    ],
    [
      "a misspelt input",
      () => app.url(read, { itemId: "1", limt: 1 } as never, { route: "/items/{itemId}" }),
      "has no input 'limt': did you mean 'limit'?",
    ],
    [
      "several routes that do not fit",
      () => app.url(endpointOfTwo, {} as never),
      "no route of two has such a URL: GET /a/{a} needs {a}; GET /b/{a} needs {a}",
    ],
    [
      "a function without a route",
      () => app.url(function lost() {}),
      "lost has no route in this application, and so no URL",
    ],
    [
      "an input of the body",
      () => app.url(create, { item: 1 } as never),
      "there is no such URL: POST /items reads 'item' from the body, which is no part of a URL",
    ],
  ])("%s", (_, ask, sentence) => expect(ask).toThrow(sentence));

  const endpointOfTwo = endpoint({ name: "two", input: { a: path(z.string()) } }, () => 1);
  app.get(["/a/{a}", "/b/{a}"], endpointOfTwo);
  const create = endpoint({ name: "create", input: { item: body(z.int()) } }, () => 1);
  app.post("/items", create);
});

describe("round trips", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 20 });
  const segment = text.filter((each) => each !== "" && each !== "." && each !== ".." && each.isWellFormed());
  const word = fc.stringMatching(/^[a-z ,|=&+%é[\]]{0,8}$/);
  const everything = endpoint(
    {
      name: "everything",
      input: {
        id: path(z.string()),
        n: path(z.number()),
        rest: path(z.string()),
        text: query(z.string().optional()),
        number: query(z.number().optional()),
        flag: query(z.boolean().optional()),
        kind: query(z.enum(["a", "b"]).optional()),
        list: query(z.array(z.string()).optional()),
        commas: query(z.array(z.int()).optional(), { explode: false }),
        pipes: query(z.array(z.string()).optional(), { style: "pipeDelimited", explode: false }),
        deep: query(
          z
            .object({
              a: z.string().optional(),
              n: z.int().optional(),
              tags: z.array(z.string()).optional(),
              in: z.object({ b: z.boolean() }).optional(),
            })
            .optional(),
          { style: "deepObject" },
        ),
        form: query(z.object({ x: z.string().optional(), y: z.int().optional() }).optional(), {
          style: "form",
        }),
      },
    },
    (given) => given,
  );
  const other = new App();
  other.get("/e/{id}/n{n}/{rest:path}", everything);

  const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const list = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: 1, maxLength: 3 });
  const given = fc.record({
    id: segment,
    n: fc.double({ noNaN: true, noDefaultInfinity: true }),
    rest: fc
      .array(segment.filter((each) => !each.includes("/") && !each.includes("%")))
      .map((each) => each.join("/")),
    text: some(text.filter((each) => each.isWellFormed())),
    number: some(fc.double({ noNaN: true, noDefaultInfinity: true })),
    flag: some(fc.boolean()),
    kind: some(fc.constantFrom("a" as const, "b" as const)),
    list: some(list(word)),
    commas: some(list(fc.integer())),
    pipes: some(list(fc.stringMatching(/^[a-z ,=&]{0,5}$/))),
    deep: some(
      fc.record({
        a: some(word),
        n: fc.integer(),
        tags: some(list(word)),
        in: some(fc.record({ b: fc.boolean() })),
      }),
    ),
    form: some(fc.record({ x: some(word), y: fc.integer() })),
  });

  it("what the application reads from a URL is what it was made of", async () => {
    await fc.assert(
      fc.asyncProperty(given, async (inputs) => {
        const response = await other.request(other.url(everything, inputs));
        expect(response.status).toBe(200);
        expect(await response.json()).toEqual(JSON.parse(JSON.stringify(inputs)));
      }),
      { numRuns: 150 },
    );
  });

  it("of a whole query, with names of its own", async () => {
    const search = endpoint(
      {
        name: "search",
        input: {
          filter: query.all(
            z.object({ q: z.string(), tags: z.array(z.string()).default([]), pageSize: z.int().default(10) }),
            { names: { pageSize: "page-size" } },
          ),
        },
      },
      ({ filter }) => filter,
    );
    const searching = new App();
    searching.get("/search", search);
    const url = searching.url(search, { filter: { q: "a&b", tags: ["x", "y"], pageSize: 5 } });
    expect(url).toBe("/search?q=a%26b&tags=x&tags=y&page-size=5");
    expect(await (await searching.request(url)).json()).toEqual({ q: "a&b", tags: ["x", "y"], pageSize: 5 });
  });

  it.each([
    ["an empty list", { list: [] }, "'list' is an empty list, which cannot be told from none: leave it out"],
    ["an empty object", { deep: {} }, "'deep' is an empty object"],
    ["what parts the values", { pipes: ["a|b"] }, `'pipes' has "|" in "a|b", and it parts the values`],
    ["no number", { number: Number.NaN }, "'number' is NaN, which has no form in a URL"],
    ["no list", { list: "a" as never }, "'list' has to be a list"],
    ["null", { text: null as never }, "'text' has null where only a single value can stand"],
  ])("%s is refused", (_, more, sentence) => {
    expect(() => other.url(everything, { id: "1", n: 1, rest: "", ...more })).toThrow(sentence);
  });

  it("dates are written as JSON has them", () => {
    const since = endpoint(
      {
        name: "since",
        input: {
          day: query(
            z.iso
              .datetime()
              .transform((each) => new Date(each))
              .optional(),
          ),
        },
      },
      () => 1,
    );
    const dated = new App();
    dated.get("/since", since);
    expect(dated.url(since, { day: new Date(0) })).toBe("/since?day=1970-01-01T00%3A00%3A00.000Z");
  });
});

describe("in a request", () => {
  const where = endpoint({ name: "where", input: { req: request() } }, ({ req }) => ({
    path: urlFor(req, where2, { id: "1" }),
    absolute: urlFor(req, where2, { id: "1" }, { absolute: req }),
    base: req.base,
    url: req.url,
  }));
  const where2 = endpoint({ name: "where2", input: { id: path(z.string()) } }, () => 1);
  const declare = (made: App): App => {
    made.get("/where", where);
    made.get("/there/{id}", where2);
    return made;
  };
  const ask = async (asked: App, from: string, headers: Record<string, string> = {}): Promise<unknown> =>
    (await asked.request(from, { headers, host: "h.example" })).json();

  it("is a path, and absolute with the host that was asked", async () => {
    expect(await ask(declare(new App()), "/where")).toEqual({
      path: "/there/1",
      absolute: "http://h.example/there/1",
      base: "",
      url: "http://h.example/where",
    });
  });

  it("has what the application stands below", async () => {
    const expected = {
      path: "/shop/there/1",
      absolute: "http://h.example/shop/there/1",
      base: "/shop",
      url: "http://h.example/shop/where",
    };
    const rooted = declare(new App({ rootPath: "/shop" }));
    expect(await ask(rooted, "/where")).toEqual(expected);
    expect(await ask(rooted, "/shop/where")).toEqual(expected);
  });

  it("has what trusted proxies took away, and what it is mounted at", async () => {
    const proxied = new App({ rootPath: "/other" });
    proxied.use(trustedProxies(["loopback"], { prefix: true, host: true }));
    proxied.mount("/inner", declare(new App()));
    const headers = {
      "x-forwarded-prefix": "/outer",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "public.example",
    };
    expect(await ask(proxied, "/inner/where", headers)).toEqual({
      path: "/outer/inner/there/1",
      absolute: "https://public.example/outer/inner/there/1",
      base: "/outer/inner",
      url: "https://public.example/outer/inner/where",
    });
    expect(await ask(proxied, "/inner/where", { "x-forwarded-prefix": "//evil.example" })).toMatchObject({
      path: "/other/inner/there/1",
    });
  });

  it("what peers say that are not trusted is not read", async () => {
    const plain = declare(new App());
    plain.use(trustedProxies(["10.0.0.0/8"], { prefix: true }));
    expect(await ask(plain, "/where", { "x-forwarded-prefix": "/outer" })).toMatchObject({
      path: "/there/1",
    });
    const silent = declare(new App());
    silent.use(trustedProxies(["loopback"]));
    expect(await ask(silent, "/where", { "x-forwarded-prefix": "/outer" })).toMatchObject({
      path: "/there/1",
    });
  });
});
