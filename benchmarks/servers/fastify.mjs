// Fastify with JSON Schema, as its documentation advises: the fastest way to use it.
import Fastify from "fastify";
import { Readable } from "node:stream";
import * as contract from "./contract.mjs";
import { Dashboard, Hello, Id, Item, ItemPath, ItemQuery, Offset, Order } from "./json-schemas.mjs";

const { host, port, set } = contract;
const app = Fastify({ logger: false });
const ok = (schema) => ({ 200: schema });

if (set === "sections") {
  for (const number of contract.numbers(contract.SECTIONS))
    app.get(
      `/section-${number}/items/:id`,
      { schema: { params: Id, response: ok(Id) } },
      function readSection(request) {
        return { id: request.params.id };
      },
    );
} else if (set === "aliases") {
  const readId = (request) => ({ id: request.params.id });
  for (const number of contract.numbers(contract.ALIASES))
    app.get(`/alias-${number}/:id`, { schema: { params: Id, response: ok(Id) } }, readId);
} else {
  app.get("/", { schema: { response: ok(Hello) } }, () => contract.HELLO);
  app.get(
    "/items/:id",
    { schema: { params: ItemPath, querystring: ItemQuery, response: ok(Item) } },
    ({ params, query }) => contract.item(params.id, query.limit, query.q),
  );
  app.post("/items", { schema: { body: Order, response: ok(Order) } }, ({ body }) => contract.stored(body));
  app.get("/dashboard", { schema: { querystring: Offset, response: ok(Dashboard) } }, ({ headers, query }) =>
    contract.dashboardByHand((name) => headers[name], query.offset),
  );
  app.get("/stream", (_request, reply) => reply.type("text/plain").send(Readable.from(contract.pieces())));
  app.addContentTypeParser("application/octet-stream", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
  app.post("/upload", ({ body }) => ({ bytes: body.length }));
  app.get("/download", (_request, reply) => reply.type("application/octet-stream").send(contract.DOWNLOAD));
}

await app.listen({ port, host });
