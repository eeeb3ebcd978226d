// Elysia with its own schemas: on Bun, or with its Node adapter.
import { Elysia, t } from "elysia";
import * as contract from "./contract.mjs";

const { host, port, set } = contract;
const isBun = globalThis.Bun !== undefined;
const app = isBun ? new Elysia() : new Elysia({ adapter: (await import("@elysiajs/node")).node() });

const Hello = t.Object({ hello: t.String() });
const Item = t.Object({
  id: t.Integer(),
  limit: t.Integer(),
  q: t.Optional(t.String()),
  name: t.String(),
  active: t.Boolean(),
});
const Address = t.Object({
  street: t.String(),
  city: t.String(),
  country: t.String({ minLength: 2, maxLength: 2 }),
});
const Customer = t.Object({
  id: t.Integer(),
  name: t.String({ minLength: 1 }),
  email: t.String(),
  address: Address,
});
const Line = t.Object({
  sku: t.String({ minLength: 1 }),
  title: t.String(),
  quantity: t.Integer({ minimum: 1 }),
  price: t.Number({ minimum: 0 }),
});
const Order = t.Object({
  customer: Customer,
  currency: t.String({ minLength: 3, maxLength: 3 }),
  express: t.Boolean(),
  note: t.Optional(t.String()),
  lines: t.Array(Line, { minItems: 1, maxItems: 100 }),
});
const Dashboard = t.Object({
  name: t.String(),
  permissions: t.Integer(),
  beta: t.Boolean(),
  locale: t.String(),
  offset: t.Integer(),
  size: t.Integer(),
  audit: t.String(),
});
const Id = t.Object({ id: t.String() });
const readId = ({ params }) => ({ id: params.id });

if (set === "sections") {
  for (const number of contract.numbers(contract.SECTIONS))
    app.get(`/section-${number}/items/:id`, ({ params }) => ({ id: params.id }), { response: Id });
} else if (set === "aliases") {
  for (const number of contract.numbers(contract.ALIASES))
    app.get(`/alias-${number}/:id`, readId, { response: Id });
} else {
  app.get("/", () => contract.HELLO, { response: Hello });
  app.get("/items/:id", ({ params, query }) => contract.item(params.id, query.limit, query.q), {
    params: t.Object({ id: t.Integer() }),
    query: t.Object({
      limit: t.Integer({ minimum: 1, maximum: 100, default: 10 }),
      q: t.Optional(t.String()),
    }),
    response: Item,
  });
  app.post("/items", ({ body }) => contract.stored(body), { body: Order, response: Order });
  app.get(
    "/dashboard",
    ({ headers, query }) => contract.dashboardByHand((name) => headers[name], query.offset),
    {
      query: t.Object({ offset: t.Integer({ minimum: 0, default: 0 }) }),
      response: Dashboard,
    },
  );
}

app.listen({ port, hostname: host });
