// Fastify with Zod, through fastify-type-provider-zod.
import Fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { z } from "zod";
import * as contract from "./contract.mjs";
import { Dashboard, Hello, Item, ItemPath, ItemQuery, Order } from "./zod-schemas.mjs";

const { host, port, set } = contract;
const app = Fastify({ logger: false });
app.setValidatorCompiler(validatorCompiler);
app.setSerializerCompiler(serializerCompiler);
const ok = (schema) => ({ 200: schema });

const Id = z.object({ id: z.string() });
const readId = { schema: { params: Id, response: ok(Id) }, handler: ({ params }) => ({ id: params.id }) };

if (set === "sections") {
  for (const number of contract.numbers(contract.SECTIONS))
    app.get(`/section-${number}/items/:id`, { ...readId });
} else if (set === "aliases") {
  for (const number of contract.numbers(contract.ALIASES)) app.get(`/alias-${number}/:id`, { ...readId });
} else {
  app.get("/", { schema: { response: ok(Hello) } }, () => contract.HELLO);
  app.get(
    "/items/:id",
    { schema: { params: ItemPath, querystring: ItemQuery, response: ok(Item) } },
    ({ params, query }) => contract.item(params.id, query.limit, query.q),
  );
  app.post("/items", { schema: { body: Order, response: ok(Order) } }, ({ body }) => contract.stored(body));
  const Offset = z.object({ offset: z.coerce.number().int().min(0).default(0) });
  app.get("/dashboard", { schema: { querystring: Offset, response: ok(Dashboard) } }, ({ headers, query }) =>
    contract.dashboardByHand((name) => headers[name], query.offset),
  );
}

await app.listen({ port, host });
