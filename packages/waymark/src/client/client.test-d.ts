import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { contract, content, empty, events, jsonLines } from "../contract/index.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { body, constant, file, form, given, header, path, query, request } from "../inputs/index.ts";
import { socket } from "../realtime/socket.ts";
import { Router } from "../routing/router.ts";
import { createClient, type ArgumentsOf, type EventStream, type Serialized } from "./index.ts";

const Product = z.object({ id: z.string(), price: z.number(), since: z.date() });
const readProduct = contract(
  {
    input: { itemId: path(z.string()), limit: query(z.int().default(10)) },
    output: Product,
    errors: { 404: "No such product", 409: { description: "Sold", schema: z.object({ left: z.int() }) } },
  },
  {
    "GET /items/{itemId}": { canonical: true },
    "GET /products/{productId}": {},
    "GET /v1/items/{itemId}": { bind: { limit: constant(10) } },
    "GET /short/{itemId}": {
      output: z.object({ id: z.string() }),
      bind: { limit: "l" },
      errors: { 410: "Gone" },
    },
  },
);
const client = createClient({ readProduct }, { baseUrl: "http://localhost" });
interface Shown {
  id: string;
  price: number;
  since: string;
}

describe("a method", () => {
  it("takes what its function takes, what has a default being optional", () => {
    expectTypeOf<Parameters<typeof client.readProduct>[0]>().toEqualTypeOf<{
      itemId: string;
      limit?: number | undefined;
    }>();
    void (() => {
      // @ts-expect-error - a number is no text
      void client.readProduct({ itemId: 1 });
      // @ts-expect-error - itemId is missing
      void client.readProduct({ limit: 1 });
      // @ts-expect-error - a text is no number
      void client.readProduct({ itemId: "1", limit: "10" });
      // @ts-expect-error - there is no such argument
      void client.readProduct({ itemId: "1", limt: 10 });
      // @ts-expect-error - itemId is missing
      void client.readProduct();
    });
  });

  it("gives what JSON makes of the output", () => {
    expectTypeOf(client.readProduct({ itemId: "1" })).resolves.toEqualTypeOf<Shown>();
  });

  it("asks an alias, whose bound arguments are gone and whose output is its own", () => {
    expectTypeOf(client.readProduct.via("GET /products/{productId}")).parameter(0).toEqualTypeOf<{
      itemId: string;
      limit?: number | undefined;
    }>();
    expectTypeOf(client.readProduct.via("GET /v1/items/{itemId}"))
      .parameter(0)
      .toEqualTypeOf<{ itemId: string }>();
    const short = client.readProduct.via("GET /short/{itemId}");
    expectTypeOf(short({ itemId: "1", limit: 1 })).resolves.toEqualTypeOf<{ id: string }>();
    // @ts-expect-error - there is no such route
    client.readProduct.via("GET /things/{itemId}");
  });

  it("knows its errors, and misses none in a switch", () => {
    void (async () => {
      const result = await client.readProduct.safe({ itemId: "1" });
      if (result.ok) {
        expectTypeOf(result.value).toEqualTypeOf<Shown>();
        return;
      }
      switch (result.status) {
        case 404:
          expectTypeOf(result.error.detail).toEqualTypeOf<string | undefined>();
          break;
        case 409:
          expectTypeOf(result.error.left).toEqualTypeOf<number>();
          break;
        case 422:
          expectTypeOf(result.error.errors[0]!.message).toEqualTypeOf<string>();
          break;
        default:
          result satisfies never;
      }
      switch (result.status) {
        case 404:
        case 422:
          break;
        default:
          // @ts-expect-error - 409 is missing
          result satisfies never;
      }
      const short = await client.readProduct.via("GET /short/{itemId}").safe({ itemId: "1" });
      if (!short.ok) expectTypeOf(short.status).toEqualTypeOf<404 | 409 | 410 | 422>();
    });
  });
});

describe("operations of an application", () => {
  const user = dependency({ input: { page: query(z.int()) } }, () => ({ name: "ada" }));
  const app = new App();
  const api = {
    change: app.route(
      endpoint(
        {
          input: {
            id: path(z.int()),
            at: body(z.object({ day: z.date() })),
            user,
            asked: request(),
            trace: header(z.string().optional()),
          },
          errors: { 404: "No" },
        },
        ({ id, user: { name } }) => ({ id, name, at: new Date(), skip: undefined as string | undefined }),
      ),
      { "PUT /things/{id}": {} },
    ),
    versions: app.route(
      endpoint({ input: { version: given<1 | 2>() } }, ({ version }) => version),
      {
        "GET /v1": { bind: { version: constant(1) } },
        "GET /v2": { bind: { version: constant(2) } },
      },
    ),
    ping: app.route(() => "pong", { "GET /ping": {} }),
    nothing: app.route(
      endpoint({ name: "nothing" }, () => undefined),
      { "POST /nothing": {} },
    ),
    upload: app.route(
      endpoint({ input: { photo: file(), note: form(z.string().optional()) } }, ({ note }) => note),
      {
        "POST /photos": {},
      },
    ),
    chat: app.route(
      socket(
        {
          input: { room: path(z.string()) },
          receive: z.object({ say: z.string() }),
          send: z.object({ at: z.date() }),
        },
        () => undefined,
      ),
      { "WEBSOCKET /rooms/{room}": {} },
    ),
  };
  const own = createClient(api, { app });

  it("leave out what the server adds", () => {
    expectTypeOf<Parameters<typeof own.change>[0]>().toEqualTypeOf<{
      id: number;
      at: { day: Date };
      trace?: string | undefined;
    }>();
    expectTypeOf(own.change({ id: 1, at: { day: new Date() } })).resolves.toEqualTypeOf<{
      id: number;
      name: string;
      at: string;
      skip: string | undefined;
    }>();
  });

  it("have no errors but those that there can be", () => {
    void (async () => {
      const pinged = await own.ping.safe();
      expectTypeOf(pinged.ok).toEqualTypeOf<true>();
      expectTypeOf(pinged.value).toEqualTypeOf<string>();
    });
    expectTypeOf(own.nothing()).resolves.toEqualTypeOf<undefined>();
  });

  it("have the errors of their router", () => {
    const orders = new Router({
      errors: { 401: "Not signed in", 409: { description: "Sold", schema: z.object({ left: z.int() }) } },
    });
    const read = endpoint({ input: { id: path(z.int()) }, errors: { 404: "No" } }, ({ id }) => id);
    const order = orders.route(read, { "GET /{id}": {}, "GET /old/{id}": { errors: { 410: "Gone" } } });
    const top = new App({ errors: { 429: "Too many" } }).route(read, { "GET /{id}": {} });
    const typed = createClient({ order, top }, { baseUrl: "http://localhost" });
    void (async () => {
      const result = await typed.order.safe({ id: 1 });
      if (!result.ok) expectTypeOf(result.status).toEqualTypeOf<401 | 404 | 409 | 422>();
      if (!result.ok && result.status === 409) expectTypeOf(result.error.left).toEqualTypeOf<number>();
      const old = await typed.order.via("GET /old/{id}").safe({ id: 1 });
      if (!old.ok) expectTypeOf(old.status).toEqualTypeOf<401 | 404 | 409 | 410 | 422>();
      const outer = await typed.top.safe({ id: 1 });
      if (!outer.ok) expectTypeOf(outer.status).toEqualTypeOf<404 | 422 | 429>();
    });
  });

  it("need a word where no route is the main one", () => {
    // @ts-expect-error - not callable: 'no route is canonical, and each has other sources, output or errors: use via'
    void (() => own.versions({}));
    expectTypeOf(own.versions.via("GET /v1")()).resolves.toEqualTypeOf<1 | 2>();
  });

  it("take files as blobs", () => {
    expectTypeOf<Parameters<typeof own.upload>[0]>().toEqualTypeOf<{
      photo: Blob;
      note?: string | undefined;
    }>();
  });

  it("talk", () => {
    void (async () => {
      const room = await own.chat.connect({ room: "1" });
      room.send({ say: "hello" });
      // @ts-expect-error - not what is received
      room.send({ shout: "hello" });
      for await (const message of room) expectTypeOf(message).toEqualTypeOf<{ at: string }>();
    });
  });
});

describe("kinds of replies", () => {
  const api = {
    follow: contract({ output: events(Product) }, { "GET /follow": {} }),
    lines: contract({ output: jsonLines(z.int()) }, { "GET /lines": {} }),
    page: contract({ output: content("text/html") }, { "GET /page": {} }),
    report: contract(
      { output: { 200: Product, 202: z.object({ job: z.string() }), 204: empty } },
      { "GET /report": {} },
    ),
    chat: contract.socket(
      {
        input: { room: path(z.string()) },
        receive: z.object({ say: z.string().default("") }),
        send: z.int(),
      },
      { "WEBSOCKET /rooms/{room}": {} },
    ),
  };
  const kinds = createClient(api, { baseUrl: "http://localhost" });

  it("are what they are declared as", () => {
    expectTypeOf(kinds.follow()).resolves.toEqualTypeOf<EventStream<Shown>>();
    expectTypeOf(kinds.lines()).resolves.toEqualTypeOf<AsyncIterable<number>>();
    expectTypeOf(kinds.page()).resolves.toEqualTypeOf<Response>();
    expectTypeOf(kinds.report()).resolves.toEqualTypeOf<Shown | { job: string } | undefined>();
    void (async () => {
      const result = await kinds.report.safe();
      if (result.status === 202) expectTypeOf(result.value).toEqualTypeOf<{ job: string }>();
      const room = await kinds.chat.connect({ room: "1" });
      room.send({});
      expectTypeOf(room.receive()).resolves.toEqualTypeOf<number | undefined>();
    });
  });
});

describe("a contract", () => {
  it("is what endpoint takes, with what the server adds", () => {
    const database = dependency({}, () => new Map<string, z.output<typeof Product>>());
    const app = new App();
    const made = endpoint(
      { ...readProduct, input: { ...readProduct.input, database } },
      function read(values) {
        expectTypeOf(values.itemId).toEqualTypeOf<string>();
        expectTypeOf(values.limit).toEqualTypeOf<number>();
        return values.database.get(values.itemId);
      },
    );
    app.route(made, readProduct.routes);
    app.route(
      endpoint(readProduct, ({ itemId }) => ({ id: itemId, price: 1, since: new Date() })),
      readProduct.routes,
    );
    // @ts-expect-error - price is missing
    endpoint(readProduct, ({ itemId }) => ({ id: itemId, since: new Date() }));
  });

  it("has its errors checked, as an endpoint has", () => {
    // @ts-expect-error - 'shema' is not an option of an error
    contract({ errors: { 409: { description: "Sold", shema: Product } } }, {});
    // @ts-expect-error - '40x' is not a status
    endpoint({ errors: { "40x": "None" } }, () => 1);
    // @ts-expect-error - description is missing
    endpoint({ errors: { 409: { schema: Product } } }, () => 1);
  });

  it("has its table checked", () => {
    // @ts-expect-error - '/items' must contain {itemId}
    contract({ input: { itemId: path(z.string()) } }, { "GET /items": {} });
    // @ts-expect-error - 'GTE' is not a method
    contract({}, { "GTE /items": {} });
  });
});

describe("Serialized", () => {
  it("is what JSON leaves", () => {
    expectTypeOf<
      Serialized<{ a: Date; b?: number; c: () => void; d: (Date | null)[]; e: unknown }>
    >().toEqualTypeOf<{
      a: string;
      b?: number;
      d: (string | null)[];
      e: unknown;
    }>();
    expectTypeOf<Serialized<[Date, Map<string, Date>]>>().toEqualTypeOf<[string, {}]>();
    expectTypeOf<Serialized<{ k: 1; at: Date } | { k: 2 }>>().toEqualTypeOf<
      { k: 1; at: string } | { k: 2 }
    >();
    expectTypeOf<Serialized<Record<string, Date>>>().toEqualTypeOf<Record<string, string>>();
    // What refers to itself.
    const Tree = z.object({
      at: z.date(),
      get children(): z.ZodArray<typeof Tree> {
        return z.array(Tree);
      },
    });
    expectTypeOf<Serialized<z.output<typeof Tree>>["children"][0]["at"]>().toEqualTypeOf<string>();
    expectTypeOf<Serialized<z.core.util.JSONType>>().toEqualTypeOf<z.core.util.JSONType>();
    expectTypeOf<ArgumentsOf<{}>>().toEqualTypeOf<{}>();
  });
});
