// However many routes a function has, and however they are declared, each behaves as if it were the only one.
import { App, constant, endpoint, given, HttpError, path, query, Router } from "waymark";
import { describe, expect, it } from "vitest";
import { z } from "zod";

const COUNTS = [1, 2, 10, 100];

const Item = z.object({ id: z.string(), limit: z.int(), via: z.string() }).meta({ id: "Item" });
const makeReader = () =>
  endpoint(
    {
      input: {
        itemId: path(z.string().max(8)),
        limit: query(z.int().min(1).max(100).default(10)),
        via: given<string>(),
      },
      output: Item,
      errors: { 404: "No such item" },
    },
    function readItem({ itemId, limit, via }) {
      if (itemId === "none") throw new HttpError(404, "No item none");
      return { id: itemId, limit, via, secret: "never leaves" };
    },
  );

/** The address of one route, and how its names differ from the function's. */
interface Address {
  readonly path: (id: string) => string;
  readonly template: string;
  readonly limit: string;
  readonly via: string;
}

const addresses = (count: number): Address[] =>
  Array.from({ length: count }, (_, number) => ({
    path: (id) => `/shelf-${number}/${id}`,
    template: `/shelf-${number}/{id${number}}`,
    limit: `limit${number}`,
    via: `route ${number}`,
  }));

type Read = ReturnType<typeof makeReader>;
type Declare = (app: App, read: Read, all: readonly Address[]) => void;

const optionsOf = ({ limit, via }: Address) => ({ bind: { limit, via: constant(via) } });

/** Templates known only at run time go through `add`: the compiler checks literals alone. */
const add = (to: { add: App["add"] }, read: Read, template: string, address: Address, method = "GET") =>
  to.add({ method, path: template, endpoint: read, ...optionsOf(address) });

const FORMS: Record<string, Declare> = {
  "in one application": (app, read, all) => {
    for (const address of all) add(app, read, address.template, address);
  },
  "a router each": (app, read, all) => {
    for (const address of all) {
      const router = new Router();
      add(router, read, address.template, address);
      app.include(router);
    }
  },
  "below prefixes": (app, read, all) => {
    for (const [number, address] of all.entries()) {
      const router = new Router();
      add(router, read, `/{id${number}}`, address);
      app.include(router, { prefix: `/shelf-${number}` });
    }
  },
};

describe.each(Object.entries(FORMS))("routes of one function, %s", (_, declare) => {
  it.each(COUNTS)("%i of them all answer alike", async (count) => {
    const app = new App();
    const all = addresses(count);
    declare(app, makeReader(), all);
    const answers = await Promise.all(all.map((address) => behaviour(app, address)));
    for (const [number, answer] of answers.entries()) expect(answer).toEqual(expected(all[number]!));
    await app.stop();
  });

  it.each(COUNTS)("%i of them are as many full operations of their own", (count) => {
    const app = new App();
    const all = addresses(count);
    declare(app, makeReader(), all);
    const operations = Object.entries(app.openapi().paths).map(([template, item]) => ({
      template,
      parameters: item.get!.parameters!.map((parameter) => ("name" in parameter ? parameter.name : "")),
      statuses: Object.keys(item.get!.responses),
    }));
    expect(operations).toEqual(
      all.map(({ template, limit }, number) => ({
        template,
        parameters: [`id${number}`, limit],
        statuses: ["200", "404", "422"],
      })),
    );
    const ids = Object.values(app.openapi().paths).map((item) => item.get!.operationId);
    expect(new Set(ids).size).toBe(count);
    expect(ids[0]).toBe("readItem");
  });
});

/** Everything that a client can see of a route. */
async function behaviour(app: App, { path, limit }: Address) {
  const body = async (where: string) => {
    const response = await app.request(where);
    return [response.status, await response.json()] as const;
  };
  const head = await app.request(`HEAD ${path("7")}`);
  const refused = await app.request(`POST ${path("7")}`);
  return {
    found: await body(path("7")),
    limited: await body(`${path("7")}?${limit}=5`),
    decoded: await body(path("a%2Fb")),
    missing: await body(path("none")),
    wrong: await body(`${path("123456789")}?${limit}=x`),
    head: [head.status, await head.text(), head.headers.get("content-length")],
    refused: [refused.status, refused.headers.get("allow")],
    below: (await app.request(`${path("7")}/more`)).status,
  };
}

function expected({ limit, template, via }: Address) {
  const name = /\{(\w+)\}/.exec(template)![1]!;
  return {
    found: [200, { id: "7", limit: 10, via }],
    limited: [200, { id: "7", limit: 5, via }],
    decoded: [200, { id: "a/b", limit: 10, via }],
    missing: [404, expect.objectContaining({ status: 404, detail: "No item none" })],
    wrong: [
      422,
      expect.objectContaining({
        errors: [
          expect.objectContaining({ in: "path", name, code: "too_big" }),
          expect.objectContaining({ in: "query", name: limit }),
        ],
      }),
    ],
    head: [200, "", String(JSON.stringify({ id: "7", limit: 10, via }).length)],
    refused: [405, "GET, HEAD, OPTIONS"],
    below: 404,
  };
}

describe("one function", () => {
  const echo = endpoint({ input: { id: path(z.string()), method: given<string>() } }, function echo(inputs) {
    return inputs;
  });

  it("answers under several methods of one path, each with what its route gives", async () => {
    const app = new App();
    const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "QUERY"] as const;
    for (const method of methods)
      app.add({ method, path: "/{id}", endpoint: echo, bind: { method: constant(method) } });
    for (const method of methods)
      expect(await (await app.request(`${method} /1`)).json()).toEqual({ id: "1", method });
    const options = await app.request("OPTIONS /1");
    expect(options.headers.get("allow")!.split(", ").toSorted()).toEqual(
      [...methods, "HEAD", "OPTIONS"].toSorted(),
    );
  });

  it("answers under every prefix that its router is included with", async () => {
    const router = new Router();
    router.get("/things/{thing}", echo, { bind: { method: constant("GET") } });
    const app = new App();
    const prefixes = COUNTS.map((count) => `/v${count}`);
    for (const prefix of prefixes) app.include(router, { prefix });
    for (const prefix of prefixes)
      expect(await (await app.request(`${prefix}/things/7`)).json()).toEqual({ id: "7", method: "GET" });
    const operations = Object.values(app.openapi().paths).map((item) => item.get!.operationId);
    expect(operations).toEqual([
      "echo",
      ...prefixes.slice(1).map((p) => expect.stringContaining(p.slice(1))),
    ]);
  });

  it("means the same in a table, in statements, and in an array of paths", async () => {
    const find = endpoint({ input: { text: query(z.string()) } }, function find({ text }) {
      return { text };
    });
    const table = new App();
    table.route(find, { "GET /search": {}, "GET /find": {} });
    const statements = new App();
    statements.get("/search", find);
    statements.get("/find", find);
    const array = new App();
    array.get(["/search", "/find"], find);
    for (const app of [statements, array]) {
      expect(app.openapi()).toEqual(table.openapi());
      expect(await (await app.request("/find?text=a")).json()).toEqual({ text: "a" });
      expect((await app.request("/search")).status).toBe(422);
    }
  });
});
