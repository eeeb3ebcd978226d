// One application that does a little of everything a route can do: what the table of requests is sent to.
import {
  App,
  type AppOptions,
  body,
  constant,
  cookie,
  dependency,
  endpoint,
  file,
  form,
  given,
  header,
  HttpError,
  parts,
  path,
  query,
  reply,
  request,
  response,
  Router,
} from "waymark";
import { anyOf, apiKey, basic, bearer, jwt, tokenEndpoint } from "waymark/security";
import { z } from "zod";

const Product = z.object({ name: z.string(), price: z.number() });

const readItem = endpoint(
  {
    input: { itemId: path(z.string()), limit: query(z.int().min(1).max(100).default(10)) },
    output: z.object({ itemId: z.string(), limit: z.number() }),
    errors: { 404: "No such item" },
  },
  function readItem({ itemId, limit }) {
    if (itemId === "missing") throw new HttpError(404, "No such item", { headers: { "x-shelf": "empty" } });
    // What output does not declare stays here.
    return { itemId, limit, secret: "hidden" };
  },
);

const readNumber = endpoint({ input: { number: path(z.int()) } }, function readNumber({ number }) {
  return { number };
});

const search = endpoint(
  {
    input: {
      word: query(z.string().optional()),
      tag: query(z.array(z.string()).default([])),
      ids: query(z.array(z.int()).optional(), { explode: false }),
      page: query(z.object({ size: z.int().default(5), sort: z.string().optional() }), {
        style: "deepObject",
      }),
      exact: query(z.boolean().default(false)),
      xTrace: header(z.string().optional()),
      accepts: header(z.array(z.string()).optional()),
      theme: cookie(z.enum(["light", "dark"]).default("light")),
    },
  },
  function search(inputs) {
    return inputs;
  },
);

const create = endpoint(
  { input: { product: body(Product) }, output: Product, status: 201 },
  function create({ product }) {
    return product;
  },
);

const pair = endpoint(
  { input: { one: body(z.int()), two: body(z.string().optional()) } },
  function pair({ one, two }) {
    return { one, two };
  },
);

const echo = endpoint({ input: { request: request() } }, async function echo({ request }) {
  return {
    text: await request.text(),
    method: request.method,
    path: request.path,
    query: [...request.query],
  };
});

const grouped = endpoint(
  {
    input: {
      page: query.all(z.strictObject({ size: z.int().default(5), tags: z.array(z.string()).optional() }), {
        names: { size: "page-size" },
      }),
      q: query(z.string().optional()),
      trace: header.all(z.object({ xTrace: z.string().optional() })),
      settings: cookie.all(z.object({ theme: z.string().default("light") })),
    },
  },
  function grouped(inputs) {
    return inputs;
  },
);
const submit = endpoint(
  {
    input: {
      title: form(z.string().min(2)),
      count: form(z.int().optional()),
      tags: form(z.array(z.string()).default([]), { name: "tag" }),
      meta: form(z.object({ a: z.int() }).optional()),
    },
  },
  function submit(fields) {
    return fields;
  },
);
const signUp = endpoint(
  { input: { all: form.all(z.strictObject({ email: z.string(), age: z.int().optional() })) } },
  function signUp({ all }) {
    return all;
  },
);
const upload = endpoint(
  { input: { photo: file({ accept: ["image/*"], maxSize: 1000 }), note: form(z.string().optional()) } },
  async function upload({ photo, note }) {
    return { name: photo.name, type: photo.type, size: photo.size, text: await photo.text(), note };
  },
);
const partNames = endpoint({ input: { parts: parts() } }, async function partNames({ parts }) {
  const names: string[] = [];
  for await (const part of parts) names.push(`${part.kind} ${part.name}`);
  return names;
});
const asText = endpoint({ input: { text: body.text() } }, function asText({ text }) {
  return { text };
});
const countStream = endpoint(
  { input: { pieces: body.stream({ mediaType: ["video/*", "text/csv"] }) } },
  async function countStream({ pieces }) {
    let bytes = 0;
    for await (const piece of pieces) bytes += piece.length;
    return { bytes };
  },
);
const ignoreStream = endpoint({ input: { pieces: body.stream() } }, function ignoreStream() {
  return "ignored";
});
const parsed = endpoint(
  {
    input: {
      pairs: body(z.record(z.string(), z.string()), {
        mediaTypes: {
          "text/pairs": async ({ text }) => Object.fromEntries([text.split("=")]),
          "application/json": true,
        },
        decompress: true,
      }),
    },
  },
  function parsed({ pairs }) {
    return pairs;
  },
);

const currentUser = dependency({ input: { token: bearer() } }, ({ token }) =>
  token === "ada" ? { name: "Ada" } : HttpError.throw(403, "Not yours"),
);
const bodyGuard = dependency({ input: { pin: body(z.string()) } }, ({ pin }) => {
  if (pin !== "1234") throw new HttpError(403, "Wrong pin");
});
const strictHeader = dependency({ input: { xLevel: header(z.int()) } }, ({ xLevel }) => xLevel);

const transaction = dependency({ cleanup: "before-reply" }, function* () {
  yield "open";
  throw new HttpError(409, "The transaction did not commit");
});
const replacing = dependency({}, async function* () {
  try {
    yield "open";
  } catch {
    throw new HttpError(418, "Replaced at its yield");
  }
});

const refused = endpoint(
  {
    input: {
      number: path(z.int()),
      other: query(z.int(), { name: "number" }),
      choice: query(z.enum(["a"])),
      xDigits: header(z.string().regex(/^\d+$/)),
      short: cookie(z.string().max(2)),
      sent: body(
        z.strictObject({
          literal: z.literal("x"),
          date: z.iso.date(),
          either: z.union([z.int(), z.object({ k: z.literal("q") })]),
          email: z.email(),
          kind: z.discriminatedUnion("t", [z.object({ t: z.literal("a") }), z.object({ t: z.literal("b") })]),
          list: z.array(z.int()),
        }),
      ),
    },
  },
  function refused() {
    return "never";
  },
);

const cookies = endpoint({ input: { response: response() } }, function cookies({ response }) {
  response.cookies.set("one", "a b; c", { maxAge: 60 });
  response.cookies.set("two", "ü", { path: "/two", sameSite: "strict" });
  response.headers.append("vary", "accept");
  response.headers.append("vary", "cookie");
  response.status = 202;
  return { set: 2 };
});

async function* pieces(): AsyncGenerator<string> {
  yield "one,";
  await Promise.resolve();
  yield "zwei: ü,";
  yield "three";
}

async function* rows(): AsyncGenerator<unknown> {
  yield { row: 1 };
  yield ["two"];
}

async function* occurrences(): AsyncGenerator<{ data: unknown; event?: string; id?: string }> {
  yield { data: "a\nevent: forged", event: "said" };
  yield { data: { b: 1 }, id: "7" };
}

async function* numbers(): AsyncGenerator<number> {
  yield 5;
}

async function* failing(): AsyncGenerator<string> {
  yield "one";
  throw new Error("SECRET of a stream");
}

async function* forged(): AsyncGenerator<{ event: string }> {
  yield { event: "a\ndata: forged" };
}

const withoutPromises = {
  [Symbol.asyncIterator]: () => ({ next: () => ({ done: false, value: 5 }) }),
};

/** Two versions of one route, one of the second version alone, and one of both. */
function versioned(versions: AppOptions["versions"]): App {
  const app = new App({ logger: { error: () => undefined, warn: () => undefined }, versions });
  const item = endpoint({ input: { id: path(z.string()), version: given<number>() } }, (inputs) => inputs);
  app.route(item, {
    "GET /items/{id}": [
      {
        version: "1",
        bind: { version: constant(1) },
        deprecated: { since: "2026-06-01", sunset: "2027-01-01" },
      },
      { version: "2", bind: { version: constant(2) } },
    ],
  });
  app.get("/items/newest", () => "newest", { version: "2" });
  app.get("/plain", () => "plain");
  return app;
}

/** @param file something to send; @param logged gets every line that would be logged. */
export function application(file: string, logged: string[] = []): App {
  const logger = {
    error: (message: string) => void logged.push(message),
    warn: (message: string) => void logged.push(message),
  };
  const limits = { body: 2000, jsonDepth: 8 };
  const app = new App({ title: "Conformance", logger, limits, dev: false });

  app.route(readItem, {
    "GET /items/{itemId}": { canonical: true },
    "GET /products/{productId}": {},
    "GET /shelf/{sku}": { bind: { limit: "per_page" } },
    "GET /items/newest": { bind: { itemId: constant("newest-item") } },
    "GET /old/{itemId}": {
      deprecated: { since: "2026-06-01", sunset: "2027-01-01", successor: "/items/{itemId}" },
    },
  });
  app.get("/numbers/{number}", readNumber);
  app.get("/numbers/{number}.json", readNumber, { operationId: "numberAsJson" });
  app.get("/numbers/{number}:twice", readNumber, { operationId: "numberTwice" });
  app.get("/users/me/posts", () => "my posts");
  app.get("/users/me", () => "me");
  app.get(
    "/users/{id}/likes",
    endpoint({ name: "likes", input: { id: path(z.string()) } }, ({ id }) => ({ likes: id })),
  );
  app.get(
    "/files/{rest:path}",
    endpoint({ name: "files", input: { rest: path(z.string()) } }, ({ rest }) => ({ rest })),
  );
  app.get("/search", search);
  app.post("/products", create);
  app.put("/pair", pair);
  app.post("/echo", echo);
  app.get("/grouped", grouped);
  app.post("/forms", submit);
  app.post("/forms/strict", signUp);
  app.post("/forms/upload", upload);
  app.post("/forms/parts", partNames);
  app.post("/text", asText);
  app.post("/count", countStream);
  app.post("/count/ignored", ignoreStream);
  app.post("/parsed", parsed);
  app.query("/echo", echo, { operationId: "echoQuery" });
  app.get("/nothing", () => undefined);
  app.get("/nil", () => null);
  app.get(
    "/head",
    endpoint({ name: "headed", input: { request: request() } }, ({ request }) => request.method),
  );
  app.options("/own-options", () => reply.text("mine"));

  const secret = new Router({ prefix: "/secret", dependencies: [currentUser] });
  secret.post("/products", create, { operationId: "createSecretly" });
  secret.get("/items/{itemId}", readItem, { operationId: "readSecretly" });
  secret.post("/pin", create, { operationId: "createByPin", dependencies: [strictHeader] });
  app.include(secret);
  app.post(
    "/pin",
    endpoint(
      { name: "pin", dependencies: [bodyGuard], input: { limit: query(z.int()) } },
      ({ limit }) => limit,
    ),
  );
  app.get(
    "/keyed",
    endpoint(
      { name: "keyed", input: { key: apiKey({ in: "query", name: "key" }), page: query(z.int()) } },
      ({ page }) => page,
    ),
  );

  app.get(
    "/basic",
    endpoint({ name: "byBasic", input: { login: basic() } }, ({ login: { username } }) => username),
  );
  const either = anyOf({ user: bearer(), machine: apiKey({ in: "header", name: "X-Key" }) });
  app.get(
    "/either",
    endpoint({ name: "byEither", input: { who: either } }, ({ who }) => who),
  );
  const token = jwt({ secret: "0123456789abcdef0123456789abcdef" });
  app.get(
    "/verified",
    endpoint({ name: "byToken", input: { token } }, ({ token: { sub } }) => sub),
    { scopes: ["read"] },
  );
  app.post(
    "/token",
    tokenEndpoint({
      password: ({ username, password }) => (password === "open" ? { accessToken: username } : undefined),
    }),
  );

  app.post("/refused/{number}", refused);

  app.get("/cookies", cookies);
  app.get("/text", () => reply.text("grüße", { headers: { "x-one": "1" } }));
  app.get("/html", () => reply.html("<p>hi</p>"));
  app.get("/redirect", () => reply.redirect("/items/ä?x=1\r\nset-cookie: a=b"));
  app.get("/stream", () => reply.stream(pieces(), "text/plain; charset=utf-8"));
  app.get("/sized", () => reply.stream(pieces(), "text/plain", { headers: { "content-length": "18" } }));
  app.get("/events", () => reply.events(occurrences()));
  app.get("/lines", () => reply.jsonLines(rows()));
  app.get("/file", () => reply.file(file));
  app.get("/file/none", () => reply.file(`${file}.none`));
  app.get("/web", () => new Response("web", { status: 203, headers: { "x-web": "yes" } }));
  app.get("/created", () => reply(201, { made: true }, { location: "/items/1" }));
  app.get("/unmodified", () => reply(304));
  app.get("/accepted", () => reply(205));
  app.get("/framing", () =>
    reply.text("framed", {
      headers: { "transfer-encoding": "gzip", connection: "x-one", "keep-alive": "1" },
    }),
  );

  app.get("/throws", () => {
    throw new Error("SECRET of the server");
  });
  app.get("/rejects", async () => {
    await Promise.resolve();
    throw new Error("SECRET of the server");
  });
  app.get("/throws/nothing", () => {
    throw undefined;
  });
  app.get("/throws/reply", () => {
    throw reply.text("thrown", { status: 402 });
  });
  app.get("/throws/header", () => {
    throw new HttpError(429, "Slowly", {
      headers: { "retry-after": "5", "x-bad": "a\r\nx-injected: 1" },
      members: { left: 0 },
    });
  });
  app.get("/bigint", () => 1n);
  app.get("/cycle", () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    return cycle;
  });
  app.get("/function", () => () => 1);
  app.get("/symbol", () => Symbol("s"));
  app.get("/nan", () => ({ a: Number.NaN, b: -0, c: undefined, d: new Date(0) }));
  app.get("/json/throws", () => ({
    toJSON() {
      throw new Error("SECRET of toJSON");
    },
  }));
  app.get("/getter/throws", () => ({
    get bad(): never {
      throw new Error("SECRET of a getter");
    },
  }));
  // oxlint-disable-next-line unicorn/no-thenable -- query builders are such things
  app.get("/thenable", () => ({ then: (resolve: (value: unknown) => void) => resolve({ thenable: true }) }));
  app.get(
    "/output/refused",
    endpoint(
      { name: "refusedByOutput", output: z.object({ n: z.number() }) },
      () => ({ n: "SECRET" }) as unknown as { n: number },
    ),
  );
  app.get("/transaction", () => "committed", { dependencies: [transaction] });
  app.get(
    "/replaced",
    endpoint({ name: "replaced", input: { open: replacing } }, () => {
      throw new HttpError(400, "The first");
    }),
  );
  app.get("/text/number", () => reply.text(5 as unknown as string));
  app.get("/text/undefined", () => reply.text(undefined as unknown as string));
  app.get("/stream/nothing", () => reply.stream(undefined as unknown as AsyncIterable<string>));
  app.get("/stream/locked", () => {
    const stream = new ReadableStream<string>();
    stream.getReader();
    return reply.stream(stream);
  });
  app.get("/stream/number", () => reply.stream(numbers() as AsyncIterable<unknown> as AsyncIterable<string>));
  app.get("/stream/throws", () => reply.stream(failing()));
  app.get("/stream/short", () =>
    reply.stream(pieces(), "text/plain", { headers: { "content-length": "99" } }),
  );
  app.get("/stream/long", () => reply.stream(pieces(), "text/plain", { headers: { "content-length": "5" } }));
  app.get("/stream/next", () => reply.stream(withoutPromises as unknown as AsyncIterable<string>));
  app.get("/events/bad", () => reply.events(forged()));
  app.get("/content-type/bad", () => reply.stream(pieces(), "text/plain\r\nx-injected: 1"));
  const list = [{ name: "0", retired: true }, "1", "2"];
  app.mount("/by-path", versioned({ by: "path", list }));
  app.mount("/by-header", versioned({ by: "header", list }));
  app.mount("/by-type", versioned({ by: "media-type", type: "application/vnd.shop", list, default: "1" }));
  return app;
}
