// What FastAPI does in these places, and what Waymark does: the same, or something else on purpose. The page
// docs/coming-from-fastapi.md lists each test by its title; a title says Waymark's side.
import {
  App,
  body,
  constant,
  cookie,
  dependency,
  endpoint,
  header,
  HttpError,
  path,
  query,
  reply,
  request,
  response,
  Router,
  StartUpError,
  type AppOptions,
} from "waymark";
import { apiKey, bearer } from "waymark/security";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const silent = { error() {}, warn() {} };
const json = { "content-type": "application/json" };
const newApp = (options: AppOptions<never> = {}): App => new App({ logger: silent, ...options });

async function ask(
  app: App,
  target: string,
  init: Parameters<App["request"]>[1] = {},
): Promise<[status: number, value: any]> {
  const reply = await app.request(target, init);
  const text = await reply.text();
  return [reply.status, text === "" ? undefined : JSON.parse(text)];
}
const post = (app: App, value: unknown, target = "POST /"): Promise<[status: number, value: any]> =>
  ask(app, target, { headers: json, body: typeof value === "string" ? value : JSON.stringify(value) });

/** The issues of a 422, each as place, name, path and code. */
async function issues(answer: Promise<[number, any]>): Promise<unknown[]> {
  const [status, problem] = await answer;
  expect(status).toBe(422);
  return problem.errors.map((each: any) => [each.in, each.name, each.path, each.code]);
}
function mistakes(app: App): string[] {
  try {
    app.routes();
  } catch (error) {
    if (error instanceof StartUpError) return error.mistakes.map(({ code }) => code);
    throw error;
  }
  return [];
}
const paths = (app: App): any => app.openapi().paths;

const readItem = endpoint(
  { input: { itemId: path(z.string()), limit: query(z.int().default(10)) } },
  function readItem({ itemId, limit }) {
    return { itemId, limit };
  },
);

describe("one function, several routes", () => {
  const app = newApp();
  app.get("/items/{itemId}", readItem, { summary: "An item", tags: ["items"], canonical: true });
  app.get("/products/{productId}", readItem, { summary: "A product", deprecated: true });
  app.get("/shelf/{sku}", readItem, { bind: { itemId: "sku", limit: constant(1) }, status: 203 });

  test("a path parameter of another name is the same input", async () => {
    expect(await ask(app, "/products/5")).toEqual([200, { itemId: "5", limit: 10 }]);
    expect(await ask(app, "/shelf/5")).toEqual([203, { itemId: "5", limit: 1 }]);
  });
  test("a query parameter never stands in for a path parameter", async () => {
    expect(await ask(app, "/products/5?itemId=7&item_id=7")).toEqual([200, { itemId: "5", limit: 10 }]);
  });
  test("each route documents its own names, and every name of its path", () => {
    const names = Object.entries(paths(app)).map(([at, item]: any) => [
      at,
      item.get.parameters.map((each: any) => `${each.in} ${each.name}`),
    ]);
    expect(names).toEqual([
      ["/items/{itemId}", ["path itemId", "query limit"]],
      ["/products/{productId}", ["path productId", "query limit"]],
      ["/shelf/{sku}", ["path sku"]],
    ]);
  });
  test("summary, tags, status and deprecation are a route's own", () => {
    const { "/items/{itemId}": item, "/products/{productId}": product, "/shelf/{sku}": shelf } = paths(app);
    expect([item.get.summary, item.get.tags, item.get.deprecated]).toEqual(["An item", ["items"], undefined]);
    expect([product.get.summary, product.get.tags, product.get.deprecated]).toEqual([
      "A product",
      undefined,
      true,
    ]);
    expect([shelf.get.summary, Object.keys(shelf.get.responses)]).toEqual(["Read Item", ["203"]]);
  });
  test("the canonical route has the plain operationId, each other one its own", () => {
    const ids = Object.values(paths(app)).map((item: any) => item.get.operationId);
    expect(ids[0]).toBe("readItem");
    expect(new Set(ids).size).toBe(3);
  });
  test("a path name that nothing reads is a start-up error", () => {
    const app = newApp();
    app.add({ method: "GET", path: "/items/{itemId}/{unused}", endpoint: readItem });
    expect(mistakes(app)).toEqual(["WM202"]);
  });
  test("an input whose path name is missing is a start-up error, not a query parameter", () => {
    const app = newApp();
    app.add({ method: "GET", path: "/items", endpoint: readItem });
    expect(mistakes(app)).toEqual(["WM201"]);
  });
  test("one operationId given twice is a start-up error", () => {
    const app = newApp();
    app.get("/a/{itemId}", readItem, { operationId: "read" });
    app.get("/b/{itemId}", readItem, { operationId: "read" });
    expect(mistakes(app)).toEqual(["WM602"]);
  });
  test("two methods of one function have two operationIds, the same in every process", () => {
    const app = newApp();
    app.route(() => "m", { "GET /m": {}, "POST /m": {} });
    const { get, post } = paths(app)["/m"];
    expect([get.operationId, post.operationId]).toEqual(["get_m", "post_m"]);
  });
  test("request().route knows the whole template, prefixes included", async () => {
    const where = endpoint({ input: { req: request() } }, ({ req }) => req.route.template);
    const router = new Router();
    router.get("/items", where);
    const app = newApp();
    app.include(router, { prefix: "/v1" });
    app.include(router, { prefix: "/v2" });
    expect(await ask(app, "/v1/items")).toEqual([200, "/v1/items"]);
    expect(await ask(app, "/v2/items")).toEqual([200, "/v2/items"]);
  });
});

describe("matching", () => {
  const app = newApp();
  app.get(
    "/users/{id}",
    endpoint({ input: { id: path(z.string()) } }, ({ id }) => `user ${id}`),
  );
  app.get("/users/me", () => "me");
  app.get(
    "/numbers/{n}",
    endpoint({ input: { n: path(z.int()) } }, ({ n }) => n),
  );
  app.post("/users/me", () => "changed");

  test("a static segment beats a parameter, whatever the order of declaration", async () => {
    expect(await ask(app, "/users/me")).toEqual([200, "me"]);
    expect(await ask(app, "/users/you")).toEqual([200, "user you"]);
  });
  test("HEAD answers on every GET, and is not documented", async () => {
    const head = await app.request("HEAD /users/me");
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(Object.keys(paths(app)["/users/me"])).toEqual(["get", "post"]);
  });
  test("OPTIONS answers without any middleware", async () => {
    const options = await app.request("OPTIONS /users/me");
    expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, POST, HEAD, OPTIONS"]);
  });
  test("405 names every method of the path in Allow", async () => {
    const reply = await app.request("DELETE /users/me");
    expect([reply.status, reply.headers.get("allow")]).toEqual([405, "GET, POST, HEAD, OPTIONS"]);
  });
  test("404 and 405 are problem documents", async () => {
    expect(await ask(app, "/nothing")).toEqual([
      404,
      { type: "about:blank", title: "Not Found", status: 404 },
    ]);
    const reply = await app.request("/nothing");
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
  });
  test("a path parameter that is no number is 422 and not 404", async () => {
    expect(await issues(ask(app, "/numbers/x"))).toEqual([["path", "n", [], "invalid_type"]]);
  });
  test("a slash that nobody declared is 404", async () => {
    expect((await ask(app, "/users/me/"))[0]).toBe(404);
  });
  test("a slash that is redirected goes to a relative address with 308, the query kept", async () => {
    const app = newApp({ trailingSlash: "redirect" });
    app.post("/ns", () => "ns");
    const reply = await app.request("POST /ns/?a=1");
    expect([reply.status, reply.headers.get("location")]).toEqual([308, "../ns?a=1"]);
  });
  test("an encoded slash stays inside its segment", async () => {
    expect(await ask(app, "/users/a%2Fb")).toEqual([200, "user a/b"]);
  });
  test("a path that is not encoded UTF-8 is 400", async () => {
    expect((await ask(app, "/users/%ff"))[0]).toBe(400);
  });
  test("QUERY is a method like any other, with a body and a place in the document", async () => {
    const app = newApp();
    app.query(
      "/search",
      endpoint({ input: { filter: body(z.object({ q: z.string() })) } }, ({ filter }) => filter.q),
    );
    expect(await post(app, { q: "x" }, "QUERY /search")).toEqual([200, "x"]);
    expect(Object.keys(paths(app)["/search"])).toEqual(["x-query"]);
  });
  test("two templates of one shape share one path in the document", () => {
    const app = newApp();
    const read = endpoint({ input: { a: path(z.string()) } }, function read() {});
    const write = endpoint({ input: { b: path(z.string()) } }, function write() {});
    app.get("/u/{a}", read);
    app.post("/u/{b}", write);
    expect(Object.keys(paths(app))).toEqual(["/u/{a}"]);
  });
});

describe("mistakes that start-up tells", () => {
  const ping = (): string => "pong";
  const fails = (declare: (app: App) => void): string[] => {
    const app = newApp();
    declare(app);
    return mistakes(app);
  };
  test("the same method and shape twice", () => {
    const declared = fails((app) => {
      app.get("/a", ping);
      app.get("/a", function other() {});
    });
    expect(declared).toEqual(["WM601"]);
  });
  test("a path without its first slash", () => {
    expect(fails((app) => app.add({ method: "GET", path: "a", endpoint: ping }))).toEqual(["WM103"]);
  });
  test("one name twice in a path", () => {
    expect(fails((app) => app.add({ method: "GET", path: "/{a}/{a}", endpoint: ping }))).toContain("WM103");
  });
  test("a prefix without its first slash, or with a last one", () => {
    const including = (prefix: string): string[] => {
      const router = new Router();
      router.get("/a", ping);
      return fails((app) => app.include(router, { prefix }));
    };
    expect([including("x"), including("/x/")]).toEqual([["WM104"], ["WM105"]]);
  });
  test("a router that includes itself", () => {
    const router = new Router();
    router.include(router);
    expect(fails((app) => app.include(router))).toEqual(["WM106"]);
  });
  test("an output for a status without content", () => {
    expect(fails((app) => app.get("/a", endpoint({ output: z.string(), status: 204 }, ping)))).toEqual([
      "WM405",
    ]);
  });
  test("an option that does not exist", () => {
    expect(fails((app) => app.add({ method: "GET", path: "/a", endpoint: ping, summry: "x" } as never))).toEqual(["WM401"]); // prettier-ignore
  });
});

describe("422", () => {
  const Item = z.object({
    name: z.string().min(2),
    price: z.number(),
    tags: z.array(z.object({ name: z.string(), weight: z.number().positive() })),
  });
  const app = newApp();
  app.put(
    "/items/{itemId}",
    endpoint(
      {
        input: {
          item: body(Item),
          sess: cookie(z.string().min(3)),
          xToken: header(z.string()),
          q: query(z.array(z.int())),
          limit: query(z.int().max(100)),
          color: query(z.enum(["red", "blue"])),
          flag: query(z.boolean()),
          itemId: path(z.int().min(1)),
        },
      },
      () => {},
    ),
  );
  const wrong = (): Promise<[number, any]> =>
    ask(app, "PUT /items/abc?q=1&q=x&limit=1000&color=green&flag=maybe", {
      headers: { ...json, cookie: "sess=a" },
      body: '{"name":"a","price":"abc","tags":[{"name":1,"weight":-1},"notobj"]}',
    });
  const one = (schema: z.ZodType): App => {
    const app = newApp();
    app.post(
      "/",
      endpoint({ input: { item: body(schema) } }, ({ item }) => ({ item })),
    );
    return app;
  };
  const inQuery = (schema: z.ZodType): ((search: string) => Promise<[number, any]>) => {
    const app = newApp();
    app.get(
      "/",
      endpoint({ input: { v: query(schema) } }, ({ v }) => ({ v })),
    );
    return (search) => ask(app, `/?${search}`);
  };

  test("tells every mistake of all places at once: path, query, header, cookie, body", async () => {
    expect((await issues(wrong())).map((each: any) => [each[0], each[1], ...each[2]].join(" "))).toEqual([
      "path itemId",
      "query q 1",
      "query limit",
      "query color",
      "query flag",
      "header x-token",
      "cookie sess",
      "body  name",
      "body  price",
      "body  tags 0 name",
      "body  tags 0 weight",
      "body  tags 1",
    ]);
  });
  test("never repeats what was sent", async () => {
    const text = JSON.stringify((await wrong())[1]);
    for (const sent of ["abc", "maybe", "green", "notobj", "1000"]) expect(text).not.toContain(sent);
  });
  test("an absent body is told by its place", async () => {
    expect(await issues(ask(one(Item), "POST /"))).toEqual([["body", "", [], "invalid_type"]]);
  });
  test("a body that is null is null, and the schema judges it", async () => {
    expect(await issues(post(one(Item), "null"))).toEqual([["body", "", [], "invalid_type"]]);
    expect(await post(one(Item.nullable()), "null")).toEqual([200, { item: null }]);
  });
  test("a missing field is told at the field", async () => {
    expect(await issues(post(one(z.object({ name: z.string() })), {}))).toEqual([["body", "", ["name"], "invalid_type"]]); // prettier-ignore
  });
  test("an element of a list is told by its number", async () => {
    const list = one(z.array(z.object({ name: z.string() })));
    expect(await issues(post(list, [{ name: "a" }, {}]))).toEqual([
      ["body", "", [1, "name"], "invalid_type"],
    ]);
  });
  test("several bodies are told by their keys", async () => {
    const app = newApp();
    const input = {
      item: body(z.object({ price: z.number() })),
      user: body(z.object({})),
      importance: body(z.int()),
    };
    app.post(
      "/",
      endpoint({ input }, () => {}),
    );
    expect(await issues(post(app, { item: { price: "x" }, importance: 1.5 }))).toEqual([
      ["body", "item", ["price"], "invalid_type"],
      ["body", "user", [], "invalid_type"],
      ["body", "importance", [], "invalid_type"],
    ]);
  });
  test("one body with embed is told by its key", async () => {
    const app = newApp();
    app.post(
      "/",
      endpoint({ input: { item: body(z.int(), { embed: true }) } }, ({ item }) => item),
    );
    expect(await post(app, { item: 1 })).toEqual([200, 1]);
    expect(await issues(post(app, 1))).toEqual([["body", "", [], "invalid_type"]]);
    expect(await issues(post(app, {}))).toEqual([["body", "item", [], "invalid_type"]]);
  });
  test("a union is told once, a discriminated one by its tag and then inside", async () => {
    const Cat = z.object({ kind: z.literal("cat"), meow: z.int() });
    const Dog = z.object({ kind: z.literal("dog") });
    expect(await issues(post(one(z.union([Cat, Dog])), { kind: "bird" }))).toEqual([
      ["body", "", [], "invalid_union"],
    ]);
    const Pet = z.discriminatedUnion("kind", [Cat, Dog]);
    expect(await issues(post(one(Pet), { kind: "bird" }))).toEqual([["body", "", ["kind"], "invalid_union"]]);
    expect(await issues(post(one(Pet), { kind: "cat", meow: "x" }))).toEqual([
      ["body", "", ["meow"], "invalid_type"],
    ]);
  });
  test("unknown keys are refused where the schema says so, of a body and of the whole query", async () => {
    expect(await issues(post(one(z.strictObject({})), { a: 1 }))).toEqual([
      ["body", "", [], "unrecognized_keys"],
    ]);
    const app = newApp();
    app.get(
      "/",
      endpoint({ input: { q: query.all(z.strictObject({ a: z.string() })) } }, () => {}),
    );
    expect(await issues(ask(app, "/?a=1&b=2"))).toEqual([["query", "b", [], "unrecognized_keys"]]);
  });
  test("a pattern, a literal and a URL are told by the library's own codes", async () => {
    const schema = z.object({ sku: z.string().regex(/^\d+$/), on: z.literal("on"), home: z.url() });
    expect(await issues(post(one(schema), { sku: "x", on: "off", home: "/" }))).toEqual([
      ["body", "", ["sku"], "invalid_format"],
      ["body", "", ["on"], "invalid_value"],
      ["body", "", ["home"], "invalid_format"],
    ]);
  });
  test("true and false are booleans, and 1, on and yes are not", async () => {
    const flag = inQuery(z.boolean());
    expect(await flag("v=true")).toEqual([200, { v: true }]);
    for (const text of ["1", "on", "yes", "t", "True", ""]) expect((await flag(`v=${text}`))[0]).toBe(422);
  });
  test("a number is what JSON writes, and an empty value is none", async () => {
    const number = inQuery(z.number().optional());
    expect(await number("v=-1.5e3")).toEqual([200, { v: -1500 }]);
    for (const text of ["", "05", "%2B5", "1_000", "0x1", "NaN", "Infinity"])
      expect((await number(`v=${text}`))[0]).toBe(422);
    expect(await number("")).toEqual([200, {}]);
  });
  test("a repeated parameter is a mistake where no list is declared", async () => {
    expect(await issues(inQuery(z.string())("v=a&v=b"))).toEqual([["query", "v", [], "repeated"]]);
  });
  test("JSON is not converted: a number in quotes is text", async () => {
    expect(await issues(post(one(z.number()), '"1.5"'))).toEqual([["body", "", [], "invalid_type"]]);
  });
  test("lists are repeated or comma-separated, and objects spread, as the parameter says", async () => {
    const app = newApp();
    const input = {
      ids: query(z.array(z.int()), { explode: false, style: "form" }),
      tags: query(z.array(z.string())),
      price: query(z.object({ min: z.number() }), { style: "deepObject" }),
    };
    app.get(
      "/",
      endpoint({ input }, (values) => values),
    );
    expect(await ask(app, "/?ids=1,2&tags=a&tags=b&price[min]=3")).toEqual([
      200,
      { ids: [1, 2], tags: ["a", "b"], price: { min: 3 } },
    ]);
  });
});

describe("before the function", () => {
  const Item = z.object({ name: z.string() });
  const signedIn = dependency({ input: { token: bearer() } }, function signedIn() {});

  test("who may not come in learns nothing of the body: 401 before 400, 415 and 422", async () => {
    const app = newApp();
    app.post(
      "/",
      endpoint({ input: { item: body(Item) } }, () => {}),
      { dependencies: [signedIn] },
    );
    for (const sent of ["{", "{}", '{"name":"a"}']) expect((await post(app, sent))[0]).toBe(401);
    expect((await ask(app, "POST /", { body: "x", headers: { "content-type": "text/csv" } }))[0]).toBe(401);
  });
  test("malformed JSON is 400, and the answer does not quote it", async () => {
    const app = newApp();
    app.post(
      "/",
      endpoint({ input: { item: body(Item) } }, () => {}),
    );
    const [status, { detail }] = await post(app, '{"name": secret}');
    expect(status).toBe(400);
    expect(detail).not.toContain("secret");
  });
  test("a body of another type, or of none, is 415", async () => {
    const app = newApp();
    app.post(
      "/",
      endpoint({ input: { item: body(Item) } }, () => {}),
    );
    expect((await ask(app, "POST /", { body: "{}", headers: { "content-type": "text/plain" } }))[0]).toBe(
      415,
    );
    expect((await ask(app, "POST /", { body: new Uint8Array([123, 125]) }))[0]).toBe(415);
    const merge = { "content-type": "application/merge-patch+json" };
    expect((await ask(app, "POST /", { body: '{"name":"a"}', headers: merge }))[0]).toBe(204);
  });
  test("JSON: the last of two keys, a depth that is bounded, no NaN, a byte order mark ignored", async () => {
    const app = newApp({ limits: { jsonDepth: 3 } });
    app.post(
      "/",
      endpoint({ input: { v: body(z.any()) } }, ({ v }) => ({ v })),
    );
    expect(await post(app, '{"a":1,"a":2}')).toEqual([200, { v: { a: 2 } }]);
    expect((await post(app, "[[[1]]]"))[0]).toBe(200);
    expect((await post(app, "[[[[1]]]]"))[0]).toBe(400);
    expect((await post(app, "NaN"))[0]).toBe(400);
    expect(await post(app, "\ufeff1")).toEqual([200, { v: 1 }]);
    await post(app, '{"__proto__":{"polluted":1}}');
    expect(({} as any).polluted).toBeUndefined();
  });
  test("dependencies do not run on an invalid request", async () => {
    let runs = 0;
    const counted = dependency({}, () => ++runs);
    const app = newApp();
    app.get(
      "/",
      endpoint({ input: { counted, n: query(z.int()) } }, () => {}),
    );
    expect([(await ask(app, "/?n=x"))[0], runs]).toEqual([422, 0]);
    expect([(await ask(app, "/?n=1"))[0], runs]).toEqual([204, 1]);
  });
  test("independent dependencies run at the same time, each once", async () => {
    let open = 0;
    let most = 0;
    const wait = async (): Promise<number> => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return open--;
    };
    const shared = dependency({}, wait);
    const one = dependency({ input: { shared } }, wait);
    const other = dependency({ input: { shared } }, wait);
    const app = newApp();
    app.get(
      "/",
      endpoint({ input: { one, other } }, () => most),
    );
    expect(await ask(app, "/")).toEqual([200, 2]);
  });
  test("a dependency cleans up after the reply, in reverse order", async () => {
    const order: string[] = [];
    const outer = dependency({}, function* () {
      yield 1;
      order.push("outer");
    });
    const inner = dependency({ input: { outer } }, function* () {
      yield 2;
      order.push("inner");
    });
    const app = newApp();
    app.get(
      "/",
      endpoint({ input: { inner } }, () => void order.push("function")),
    );
    await ask(app, "/");
    expect(order).toEqual(["function", "inner", "outer"]);
  });
  test("middleware, dependencies, function, clean-up before the reply, tasks, clean-up after it: in this order", async () => {
    const order: string[] = [];
    const late = dependency({}, function* () {
      order.push("late enters");
      yield 1;
      order.push("late ends");
    });
    const early = dependency({ input: { late }, cleanup: "before-reply" }, function* () {
      order.push("early enters");
      yield 2;
      order.push("early ends");
    });
    const app = newApp();
    app.use(async (_context, next) => {
      order.push("middleware");
      await next();
      order.push("middleware again");
    });
    const input = { early, res: response() };
    app.get(
      "/",
      endpoint({ input }, ({ res }) => {
        order.push("function");
        res.after(() => void order.push("task"));
      }),
    );
    await ask(app, "/");
    expect(order).toEqual([
      "middleware",
      "late enters",
      "early enters",
      "function",
      "early ends",
      "middleware again",
      "task",
      "late ends",
    ]);
  });
  test("what dependencies and the function read is told of together", async () => {
    const paged = dependency({ input: { page: query(z.int()) } }, ({ page }) => page);
    const app = newApp();
    app.get(
      "/{id}",
      endpoint({ input: { id: path(z.int()), size: query(z.int()), paged } }, () => {}),
    );
    const wrong = (await issues(ask(app, "/x?page=x&size=x"))) as [place: string, name: string][];
    expect(wrong.map(([place, name]) => `${place} ${name}`).toSorted()).toEqual([
      "path id",
      "query page",
      "query size",
    ]);
  });
  test("a guard that refuses goes before the 422 of what follows it", async () => {
    const closed = dependency({}, function closed() {
      throw new HttpError(403);
    });
    const app = newApp({ dependencies: [closed] });
    app.get(
      "/",
      endpoint({ input: { n: query(z.int()) } }, () => {}),
    );
    expect((await ask(app, "/?n=x"))[0]).toBe(403);
  });
  test("guards run in order: app, router, route, function", async () => {
    const order: string[] = [];
    const guard = (name: string) => dependency({ name }, () => void order.push(name));
    const app = newApp({ dependencies: [guard("app")] });
    const router = new Router({ dependencies: [guard("router")] });
    router.get(
      "/",
      endpoint({ dependencies: [guard("function")] }, () => {}),
      { dependencies: [guard("route")] },
    );
    app.include(router);
    await ask(app, "/");
    expect(order).toEqual(["app", "router", "route", "function"]);
  });
});

describe("errors", () => {
  test("an error that is thrown is a problem with its status, detail, members and fields", async () => {
    const app = newApp();
    const options = { headers: { "x-a": "b" }, members: { a: [1] } };
    app.get("/", () => HttpError.throw(418, "Short and stout", options));
    const reply = await app.request("/");
    expect(reply.headers.get("x-a")).toBe("b");
    expect(await reply.json()).toEqual({
      type: "about:blank",
      title: "I'm a Teapot",
      status: 418,
      detail: "Short and stout",
      a: [1],
    });
  });
  test("an error without a detail has the title of its status", async () => {
    const app = newApp();
    app.get("/", () => HttpError.throw(404));
    expect(await ask(app, "/")).toEqual([404, { type: "about:blank", title: "Not Found", status: 404 }]);
  });
  test("an unhandled error is a problem that says nothing", async () => {
    const app = newApp();
    app.get("/", () => {
      throw new Error("secret");
    });
    expect(await ask(app, "/")).toEqual([
      500,
      { type: "about:blank", title: "Internal Server Error", status: 500 },
    ]);
  });
  test("a result that does not fit its output is a 500, and the log says why", async () => {
    const lines: string[] = [];
    const app = newApp({ logger: { error: (line) => lines.push(line), warn() {} } });
    app.get(
      "/",
      endpoint({ output: z.object({ n: z.int() }) }, () => ({ n: 1.5 })),
    );
    expect((await ask(app, "/"))[0]).toBe(500);
    expect(lines).toHaveLength(1);
  });
  test("a missing credential is 401 with its challenge, and documented", async () => {
    const app = newApp();
    app.get(
      "/",
      endpoint({ input: { token: bearer() } }, () => {}),
    );
    const reply = await app.request("/");
    expect(reply.status).toBe(401);
    expect(reply.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(Object.keys(paths(app)["/"].get.responses)).toContain("401");
  });
  test("fields and cookies that were set stay on errors, and on replies of the function's own", async () => {
    const tag = dependency({ input: { res: response() } }, ({ res }) => {
      res.headers.set("x-tag", "t");
      res.cookies.set("c", "1");
    });
    const app = newApp();
    app.get(
      "/error",
      endpoint({ input: { tag } }, () => HttpError.throw(409)),
    );
    app.get(
      "/own",
      endpoint({ input: { tag } }, () => new Response("own")),
    );
    for (const at of ["/error", "/own"]) {
      const reply = await app.request(at);
      expect([reply.headers.get("x-tag"), reply.headers.get("set-cookie")?.split(";")[0]]).toEqual([
        "t",
        "c=1",
      ]);
    }
  });
  test("an error has a status of an error: 304 and other answers are thrown as replies", async () => {
    expect(() => new HttpError(304)).toThrow(RangeError);
    const app = newApp();
    app.get("/", () => {
      throw reply(304);
    });
    const answer = await app.request("/");
    expect([answer.status, await answer.text()]).toEqual([304, ""]);
  });
  test("error handlers are of an app or of a router", async () => {
    class Lost extends Error {}
    const app = newApp();
    const router = new Router();
    router.onError(Lost, () => Response.json("of the router", { status: 410 }));
    const lose = (): never => {
      throw new Lost();
    };
    router.get("/inside", lose);
    app.include(router);
    app.get("/outside", lose);
    expect(await ask(app, "/inside")).toEqual([410, "of the router"]);
    expect((await ask(app, "/outside"))[0]).toBe(500);
  });
});

describe("replies and the document", () => {
  test("what the output does not declare never leaves", async () => {
    const app = newApp();
    app.get(
      "/",
      endpoint({ output: z.object({ a: z.int() }) }, () => ({ a: 1, secret: 2 })),
    );
    expect(await ask(app, "/")).toEqual([200, { a: 1 }]);
  });
  test("422 is documented where there is something to refuse, and nowhere else", () => {
    const app = newApp();
    app.get("/none", () => 1);
    app.get(
      "/some",
      endpoint({ input: { n: query(z.int()) } }, () => 1),
    );
    expect(Object.keys(paths(app)["/none"].get.responses)).toEqual(["200"]);
    expect(Object.keys(paths(app)["/some"].get.responses)).toEqual(["200", "422"]);
  });
  test("what is known of no reply is documented as anything", () => {
    const app = newApp();
    app.get("/", () => 1);
    expect(paths(app)["/"].get.responses["200"].content).toEqual({ "application/json": { schema: {} } });
  });
  test("an optional parameter is not nullable", () => {
    const app = newApp();
    app.get(
      "/",
      endpoint({ input: { q: query(z.string().max(50).optional()) } }, () => 1),
    );
    expect(paths(app)["/"].get.parameters).toEqual([
      { name: "q", in: "query", schema: { type: "string", maxLength: 50 } },
    ]);
  });
  test("a field with a default is optional where it is sent, and there where it comes back", () => {
    const Item = z.object({ n: z.int().default(1) }).meta({ id: "Item" });
    const app = newApp();
    app.post(
      "/",
      endpoint({ input: { item: body(Item) }, output: Item }, ({ item }) => item),
    );
    const { paths, components } = app.openapi() as any;
    const requiredBy = ({ schema }: any): unknown =>
      components.schemas[schema.$ref.split("/").at(-1)].required;
    const { requestBody, responses } = paths["/"].post;
    expect(requiredBy(requestBody.content["application/json"])).toBeUndefined();
    expect(requiredBy(responses["200"].content["application/json"])).toEqual(["n"]);
  });
  test("a schema that reads and writes the same is one component, under its own name", () => {
    const Item = z.object({ n: z.int() }).meta({ id: "Item" });
    const app = newApp();
    app.post(
      "/",
      endpoint({ input: { item: body(Item) }, output: Item }, ({ item }) => item),
    );
    expect(Object.keys(app.openapi().components!.schemas!)).toContain("Item");
    expect(
      Object.keys(app.openapi().components!.schemas!).filter((name) => name.startsWith("Item")),
    ).toHaveLength(1);
  });
  test("two credentials that are both needed are both asked for", () => {
    const app = newApp();
    const input = { token: bearer(), key: apiKey({ in: "header", name: "X-Key" }) };
    app.get(
      "/",
      endpoint({ input }, () => 1),
    );
    expect(paths(app)["/"].get.security).toEqual([{ bearer: [], "X-Key": [] }]);
  });
  test("the summary is the function's name in words", () => {
    const app = newApp();
    app.get("/", function listAllItems() {});
    expect(paths(app)["/"].get.summary).toBe("List All Items");
  });
  test("overrides of dependencies are for tests, and refused once serving", async () => {
    const user = dependency({}, function user(): string {
      return "real";
    });
    const app = newApp();
    app.get(
      "/",
      endpoint({ input: { user } }, ({ user }) => user),
    );
    {
      using _ = app.override(user, () => "ada");
      expect(await ask(app, "/")).toEqual([200, "ada"]);
    }
    expect(await ask(app, "/")).toEqual([200, "real"]);
  });
  test("what stands in for a dependency is not documented", async () => {
    const user = dependency({ input: { token: bearer() } }, ({ token }) => token);
    const app = newApp();
    app.get(
      "/",
      endpoint({ input: { user } }, ({ user }) => user),
    );
    using _ = app.override(user, () => "ada");
    expect(await ask(app, "/")).toEqual([200, "ada"]);
    expect(paths(app)["/"].get.security).toEqual([{ bearer: [] }]);
  });
  test("a function is still a function: it is called without an application", async () => {
    expect(await readItem({ itemId: "1", limit: 10 })).toEqual({ itemId: "1", limit: 10 });
  });
});
