// Features that docs/coming-from-fastapi.md lists and that no suite of their own shows as a user of FastAPI would write them.
import {
  App,
  body,
  dependency,
  endpoint,
  file,
  files,
  header,
  HttpError,
  path,
  query,
  reply,
  Router,
  socket,
  StartUpError,
  ValidationError,
} from "waymark";
import { staticFiles } from "waymark/static";
import { testClient } from "waymark/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const silent = { error() {}, warn() {} };
const newApp = (): App => new App({ logger: silent });

function mistakes(declare: (app: App) => void): string[] {
  const app = newApp();
  declare(app);
  try {
    app.routes();
  } catch (error) {
    if (error instanceof StartUpError) return error.mistakes.map(({ code }) => code);
    throw error;
  }
  return [];
}
async function ask(app: App, target: string, json?: unknown): Promise<[status: number, value: unknown]> {
  const answer = await app.request(target, json === undefined ? {} : { json });
  const text = await answer.text();
  return [answer.status, text === "" ? undefined : JSON.parse(text)];
}
/** What the document says of a GET. */
const operation = (app: App, at: string): any => (app.openapi() as any).paths[at].get;

describe("application and routing", () => {
  test("TRACE is no method of a route, and is answered 405", async () => {
    const trace = (app: App): void => app.add({ method: "TRACE", path: "/", endpoint: () => 1 });
    expect(mistakes(trace)).toEqual(["WM101"]);
    const app = newApp();
    app.get("/", () => 1);
    expect((await app.request("TRACE /")).status).toBe(405);
  });
  test("HEAD and OPTIONS may be declared, and are documented then", async () => {
    const app = newApp();
    app.head("/", () => reply(204));
    app.options("/", () => "ours");
    expect((await app.request("HEAD /")).status).toBe(204);
    expect(await ask(app, "OPTIONS /")).toEqual([200, "ours"]);
    expect(Object.keys((app.openapi() as any).paths["/"])).toEqual(["options", "head"].toSorted());
  });
  test("a convertor in a path is a mistake: the type is the schema's", () => {
    const read = endpoint({ input: { n: path(z.int()) } }, ({ n }) => n);
    expect(mistakes((app) => app.add({ method: "GET", path: "/{n:int}", endpoint: read }))).toEqual([
      "WM103",
    ]);
  });
  test("a router has no callbacks of its own, and says so", () => {
    expect(mistakes((app) => app.include(new Router({ callbacks: {} } as never)))).toEqual(["WM402"]);
  });
  test("app, include and router have errors for all their routes, and hide them", () => {
    const app = new App({ logger: silent, errors: { 429: "Too many", 503: "Closed" } });
    const router = new Router({ prefix: "/items", errors: { 404: "No such item", 429: "Too many items" } });
    router.get("", () => 1);
    router.get("/own", () => 1, { errors: { 404: "None of its own" } });
    app.include(router, { errors: { 401: "Not signed in" } });
    const inside = new Router({ prefix: "/inside" });
    inside.get("/unseen", () => 1);
    inside.get("/shown", () => 1, { hidden: false });
    app.include(inside, { hidden: true });
    const described = (at: string): unknown =>
      Object.entries(operation(app, at).responses).map(([status, { description }]: any) => [
        Number(status),
        description,
      ]);
    const around = [401, "Not signed in"];
    expect(described("/items")).toEqual([
      [200, "OK"], around, [404, "No such item"], [429, "Too many items"], [503, "Closed"],
    ]); // prettier-ignore
    expect(described("/items/own")).toContainEqual([404, "None of its own"]);
    expect(described("/inside/shown")).toEqual([[200, "OK"], [429, "Too many"], [503, "Closed"]]); // prettier-ignore
    expect(Object.keys((app.openapi() as any).paths)).toEqual(["/items", "/items/own", "/inside/shown"]);
  });
  test("an app that hides its routes shows those that say so", async () => {
    const app = new App({ logger: silent, hidden: true });
    app.get("/unseen", () => 1);
    app.get("/shown", () => 2, { hidden: false });
    expect(Object.keys((app.openapi() as any).paths)).toEqual(["/shown"]);
    expect(await ask(app, "/unseen")).toEqual([200, 1]);
  });
  test("errors and a hidden route are declared on a dependency, a function or a route", () => {
    const guard = dependency({ errors: { 409: "Closed" } }, function guard() {});
    const router = new Router({ dependencies: [guard] });
    router.get("/shown", () => 1, { errors: { 418: "Teapot" } });
    router.get("/unseen", () => 1, { hidden: true });
    const app = newApp();
    app.include(router);
    expect(Object.keys(operation(app, "/shown").responses)).toEqual(["200", "409", "418"]);
    expect(Object.keys((app.openapi() as any).paths)).toEqual(["/shown"]);
  });
  test("app.routes() lists every route with its whole template", () => {
    const router = new Router({ prefix: "/v1" });
    router.get("/items", function listItems() {}, { metadata: { owner: "shop" } });
    const app = newApp();
    app.include(router);
    router.post("/items", () => 1);
    expect(app.routes().map(({ method, template }) => `${method} ${template.text}`)).toEqual([
      "GET /v1/items",
      "POST /v1/items",
    ]);
  });
});

describe("parameters and bodies", () => {
  test("defaults are the schema's, made anew for each request where they are made by a function", async () => {
    let made = 0;
    const input = { limit: query(z.int().default(10)), id: query(z.int().default(() => ++made)) };
    const app = newApp();
    app.get(
      "/",
      endpoint({ input }, (values) => values),
    );
    const first = (await ask(app, "/"))[1] as { id: number };
    expect(first).toMatchObject({ limit: 10 });
    expect((await ask(app, "/"))[1]).toEqual({ limit: 10, id: made });
    expect(made).toBeGreaterThan(first.id);
  });
  test("a header that is repeated is a list", async () => {
    const app = newApp();
    app.get(
      "/",
      endpoint({ input: { xToken: header(z.array(z.string())) } }, ({ xToken }) => xToken),
    );
    const answer = await app.request("/", { headers: [["x-token", "a"], ["x-token", "b"]] }); // prettier-ignore
    expect(await answer.json()).toEqual(["a", "b"]);
  });
  test("a list of scalars, a record of numbers and any JSON are bodies", async () => {
    const app = newApp();
    const of = (at: string, schema: z.ZodType): void =>
      app.add({
        method: "POST",
        path: at,
        endpoint: endpoint({ input: { v: body(schema) } }, ({ v }) => ({ v })),
      });
    of("/list", z.array(z.int()));
    of("/record", z.record(z.string(), z.number()));
    of("/any", z.any());
    expect(await ask(app, "POST /list", [1, 2])).toEqual([200, { v: [1, 2] }]);
    expect((await ask(app, "POST /list", [1.5]))[0]).toBe(422);
    expect(await ask(app, "POST /record", { 1: 0.5 })).toEqual([200, { v: { 1: 0.5 } }]);
    expect((await ask(app, "POST /record", { 1: "x" }))[0]).toBe(422);
    expect(await ask(app, "POST /any", [null, { a: "b" }])).toEqual([200, { v: [null, { a: "b" }] }]);
  });
  test("a partial update changes what was sent, and nothing else", async () => {
    const Item = z.object({ name: z.string(), note: z.string().nullable(), price: z.number() });
    const stored = { name: "Pen", note: "blue", price: 2 };
    const app = newApp();
    app.patch(
      "/",
      endpoint({ input: { patch: body(Item.partial()) }, output: Item }, ({ patch }) =>
        Item.parse({ ...stored, ...patch }),
      ),
    );
    expect(await ask(app, "PATCH /", { note: null })).toEqual([200, { name: "Pen", note: null, price: 2 }]);
    expect((await ask(app, "PATCH /", { price: "2" }))[0]).toBe(422);
  });
  test("the bytes of an uploaded file, of one and of several, with what the part said of it", async () => {
    const app = newApp();
    app.post(
      "/",
      endpoint({ input: { one: file(), more: files() } }, async ({ one, more }) => ({
        length: (await one.bytes()).length,
        said: [one.name, one.size, one.type, one.headers.get("content-disposition")],
        texts: await Promise.all(more.map((each) => each.text())),
      })),
    );
    const form = new FormData();
    form.set("one", new File(["abc"], "a.txt", { type: "text/plain" }));
    form.append("more", new File(["d"], "d.txt"));
    form.append("more", new File(["e"], "e.txt"));
    const answer = await app.request("POST /", { body: form });
    expect(await answer.json()).toEqual({
      length: 3,
      said: ["a.txt", 3, "text/plain", expect.stringContaining('name="one"')],
      texts: ["d", "e"],
    });
  });
  test.each([
    ["gt", z.number().gt(1), "1.5", "1", { exclusiveMinimum: 1 }],
    ["ge", z.number().gte(1), "1", "0.5", { minimum: 1 }],
    ["lt", z.number().lt(1), "0.5", "1", { exclusiveMaximum: 1 }],
    ["le", z.number().lte(1), "1", "1.5", { maximum: 1 }],
    ["multiple_of", z.number().multipleOf(3), "9", "10", { multipleOf: 3 }],
    ["min_length", z.string().min(2), "ab", "a", { minLength: 2 }],
    ["max_length", z.string().max(2), "ab", "abc", { maxLength: 2 }],
    ["pattern", z.string().regex(/^a+$/), "aa", "ab", { pattern: "^a+$" }],
    ["lengths of a list", z.array(z.string()).min(1).max(2), "a", "a&v=b&v=c", { maxItems: 2 }],
  ])("%s is the schema's: judged and documented", async (_name, schema, good, bad, keywords) => {
    const app = newApp();
    app.get(
      "/",
      endpoint({ input: { v: query(schema) } }, () => {}),
    );
    expect((await ask(app, `/?v=${good}`))[0]).toBe(204);
    expect((await ask(app, `/?v=${bad}`))[0]).toBe(422);
    expect(operation(app, "/").parameters[0].schema).toMatchObject(keywords);
  });
  test("what a schema's meta says is in the document", () => {
    const Size = z
      .int()
      .min(1)
      .meta({ title: "Size", description: "In cm", examples: [3], "x-unit": "cm" });
    const app = newApp();
    app.get(
      "/",
      endpoint({ input: { size: query(Size) } }, () => 1),
    );
    expect(operation(app, "/").parameters[0].schema).toEqual({
      type: "integer",
      minimum: 1,
      title: "Size",
      description: "In cm",
      examples: [3],
      "x-unit": "cm",
    });
  });
  test("names on the wire are a schema's: one from the wire to the function, one from the function to the wire", async () => {
    const onWire = z.object({ item_id: z.string() });
    const Received = onWire.transform(({ item_id }) => ({ itemId: item_id }));
    const Sent = z
      .object({ itemId: z.string() })
      .transform(({ itemId }) => ({ item_id: itemId }))
      .pipe(onWire);
    const seen: unknown[] = [];
    const app = newApp();
    app.post(
      "/",
      endpoint({ input: { item: body(Received) }, output: Sent }, ({ item }) => {
        seen.push(item);
        return item;
      }),
    );
    expect(await ask(app, "POST /", { item_id: "a" })).toEqual([200, { item_id: "a" }]);
    expect(seen).toEqual([{ itemId: "a" }]);
    const { requestBody, responses } = (app.openapi() as any).paths["/"].post;
    for (const { content } of [requestBody, responses["200"]])
      expect(Object.keys(content["application/json"].schema.properties)).toEqual(["item_id"]);
  });
});

describe("replies and errors", () => {
  test("undefined is not written, null is", async () => {
    const app = newApp();
    const output = z.object({ a: z.string().optional(), b: z.string().nullable() });
    app.get(
      "/",
      endpoint({ output }, () => ({ a: undefined, b: null })),
    );
    expect(await (await app.request("/")).text()).toBe('{"b":null}');
  });
  test("4XX and default, with fields and links, are laid over the operation", () => {
    const app = newApp();
    const responses = {
      "4XX": { description: "Refused" },
      default: { description: "Anything else", links: { next: { operationId: "next" } } },
    };
    app.get("/", () => 1, { openapi: { responses } });
    expect(operation(app, "/").responses).toMatchObject(responses);
  });
  test("a page that a template library has made", async () => {
    // what any template library gives: a function from values to text
    const template = ({ name }: { name: string }): string => `<h1>${name.replaceAll("<", "&lt;")}</h1>`;
    const app = newApp();
    app.get("/", () => reply.html(template({ name: "<Ada>" })));
    const answer = await app.request("/");
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await answer.text()).toBe("<h1>&lt;Ada></h1>");
  });
  test("a handler of 422 has the issues and the request; one that returns nothing leaves the rest to others", async () => {
    const app = newApp();
    const seen: string[] = [];
    app.onError(HttpError, (error: HttpError) => void seen.push(`http ${error.status}`));
    app.onError(ValidationError, (error: ValidationError, { request }) =>
      reply(422, { at: request.path, wrong: error.issues.map(({ name }) => name) }),
    );
    app.get(
      "/n",
      endpoint({ input: { n: query(z.int()) } }, () => 1),
    );
    app.get("/gone", () => HttpError.throw(410, "Gone for good"));
    expect(await ask(app, "/n?n=x")).toEqual([422, { at: "/n", wrong: ["n"] }]);
    expect((await ask(app, "/gone"))[1]).toMatchObject({ status: 410, detail: "Gone for good" });
    expect(seen).toEqual(["http 410"]);
  });
});

describe("WebSockets", () => {
  test("what a handshake says is validated like any request, and its error may be answered otherwise", async () => {
    const room = socket({ input: { room: path(z.int()) }, send: z.int() }, async ({ room, connection }) => {
      await connection.send(room);
    });
    const app = newApp();
    app.route(room, { "WEBSOCKET /rooms/{room}": {} });
    app.onError(ValidationError, (error: ValidationError) =>
      reply(422, { wrong: error.issues.map(({ name }) => name) }),
    );
    await using client = await testClient(app);
    expect(await (await client.socket("/rooms/1")).receiveJson()).toBe(1);
    const refused: any = await client.socket("/rooms/x").catch((error: unknown) => error);
    expect([refused.status, await refused.response.json()]).toEqual([422, { wrong: ["room"] }]);
  });
});

describe("dependencies", () => {
  test("an instance of a class, and a function of settings, are values of functions", async () => {
    class Page {
      readonly from: number;
      constructor({ page, size }: { page: number; size: number }) {
        this.from = page * size;
      }
    }
    const paged = (size: number) =>
      dependency({ input: { page: query(z.int().default(0)) } }, ({ page }) => new Page({ page, size }));
    const app = newApp();
    app.get(
      "/",
      endpoint({ input: { small: paged(10), large: paged(100) } }, ({ small, large }) => [
        small.from,
        large.from,
      ]),
    );
    expect(await ask(app, "/?page=2")).toEqual([200, [20, 200]]);
  });
  test("two dependencies of one function are called twice, one dependency once", async () => {
    let calls = 0;
    const count = (): number => ++calls;
    const [one, other] = [dependency({}, count), dependency({}, count)];
    const app = newApp();
    app.get(
      "/",
      endpoint({ input: { a: one, b: one, c: other } }, ({ a, b, c }) => [a === b, b === c]),
    );
    expect(await ask(app, "/")).toEqual([200, [true, false]]);
    expect(calls).toBe(2);
  });
  test("what lives with the application uses nothing of a request", () => {
    const perRequest = dependency({}, () => 1);
    const pool = dependency({ scope: "app", input: { perRequest } } as never, () => 1);
    expect(
      mistakes((app) =>
        app.get(
          "/",
          endpoint({ input: { pool } }, () => 1),
        ),
      ),
    ).toEqual(["WM302"]);
  });
});

describe("pages of the document", () => {
  test("may be somewhere else, be left out, and be one's own", async () => {
    const app = new App({ docs: "/swagger", redoc: false, openapi: "/api.json", logger: silent });
    app.get("/docs", () => reply.html('<script src="/own/viewer.js"></script>'), { hidden: true });
    app.mount("/own", staticFiles(import.meta.dirname));
    const statuses = ["/swagger", "/redoc", "/api.json", "/openapi.json"].map(
      async (at) => (await app.request(at)).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 404, 200, 404]);
    expect(await (await app.request("/docs")).text()).toContain("viewer.js");
  });
});
