// Waymark as its users write it: every reply validated and filtered by its schema, every limit and time-out on.
// node servers/waymark.mjs PORT SET [wire|node-http|fetch]; "fetch" is `app.fetch` under Bun.serve.
import { App, body, dependency, endpoint, header, path, query, reply, request, serve } from "waymark";
import { z } from "zod";
import * as contract from "./contract.mjs";
import { Dashboard, Hello, Item, Order } from "./zod-schemas.mjs";

const { host, port, set, work } = contract;
const app = new App({ title: "Benchmark", version: "1.0.0" });

const hello = endpoint({ output: Hello }, function hello() {
  return contract.HELLO;
});

const readItem = endpoint(
  {
    input: {
      id: path(z.int()),
      limit: query(z.int().min(1).max(100).default(10)),
      q: query(z.string().optional()),
    },
    output: Item,
  },
  function readItem({ id, limit, q }) {
    return contract.item(id, limit, q);
  },
);

const createItem = endpoint({ input: { order: body(Order) }, output: Order }, function createItem({ order }) {
  return contract.stored(order);
});

const settings = dependency({}, () => work.settings());
const requestId = dependency(
  { input: { id: header(z.string().optional(), { name: "x-request-id" }) } },
  ({ id }) => work.requestId(id),
);
const locale = dependency(
  { input: { language: header(z.string().optional(), { name: "accept-language" }) } },
  ({ language }) => work.locale(language),
);
const database = dependency({}, () => work.database());
const session = dependency(
  { input: { database, token: header(z.string().optional(), { name: "x-token" }) } },
  async ({ database, token }) => work.session(database, token),
);
const user = dependency({ input: { database, session } }, async ({ database, session }) =>
  work.user(database, session),
);
const flags = dependency({ input: { database } }, async ({ database }) => work.flags(database));
const permissions = dependency({ input: { user } }, ({ user }) => work.permissions(user));
const page = dependency(
  { input: { settings, offset: query(z.int().min(0).default(0)) } },
  ({ settings, offset }) => work.page(settings, offset),
);
const audit = dependency({ input: { requestId, user } }, ({ requestId, user }) =>
  work.audit(requestId, user),
);

const readDashboard = endpoint(
  { input: { user, permissions, flags, locale, page, audit }, output: Dashboard },
  function readDashboard(values) {
    return contract.dashboard(values);
  },
);

const stream = endpoint({}, function stream() {
  return reply.stream(contract.pieces(), "text/plain");
});
const upload = endpoint({ input: { req: request() } }, async function upload({ req }) {
  return { bytes: (await req.bytes()).length };
});
const download = endpoint({}, function download() {
  return reply.bytes(contract.DOWNLOAD);
});

const Id = z.object({ id: z.string() });
const readId = endpoint({ input: { id: path(z.string()) }, output: Id }, function readId({ id }) {
  return { id };
});

if (set === "sections")
  for (const number of contract.numbers(contract.SECTIONS))
    app.get(
      `/section-${number}/items/{id}`,
      endpoint(
        { name: `readSection${number}`, input: { id: path(z.string()) }, output: Id },
        function readSection({ id }) {
          return { id };
        },
      ),
    );
else if (set === "aliases")
  for (const number of contract.numbers(contract.ALIASES)) app.get(`/alias-${number}/{id}`, readId);
else {
  app.get("/", hello);
  app.get("/items/{id}", readItem);
  app.post("/items", createItem, { status: 200 });
  app.get("/dashboard", readDashboard);
  app.get("/stream", stream);
  app.post("/upload", upload, { status: 200 });
  app.get("/download", download);
}

const server = process.argv[4] ?? "wire";
if (server === "fetch") {
  await app.start();
  globalThis.Bun.serve({ port, hostname: host, fetch: app.fetch });
} else await serve(app, { port, host, server });
