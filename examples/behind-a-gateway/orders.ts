// A second service, which leaves who may call, and how often, to the gateway in front of it.
import { App, body, endpoint, events, header, HttpError, path } from "waymark";
import { z } from "zod";

const NewOrder = z
  .object({ productId: z.string().min(1), count: z.int().min(1).max(100) })
  .meta({ id: "NewOrder" });
const Order = NewOrder.extend({
  number: z.int(),
  customer: z.string(),
  state: z.enum(["placed", "packed", "sent"]),
}).meta({ id: "Order" });
type Order = z.infer<typeof Order>;

const orders: Order[] = [{ number: 1, customer: "demo", productId: "1", count: 2, state: "sent" }];

/** Set by the gateway: what a client sends by this name never gets here. */
const customer = header(z.string().default("anonymous"), { name: "X-Consumer-Id", hidden: true });

const placeOrder = endpoint(
  {
    description: "Places an order.",
    input: { customer, order: body(NewOrder) },
    output: Order,
    status: 201,
  },
  function placeOrder({ customer, order }) {
    const placed: Order = { ...order, number: orders.length + 1, customer, state: "placed" };
    orders.push(placed);
    return placed;
  },
);

const readOrder = endpoint(
  {
    description: "Reads one order.",
    input: { number: path(z.int().min(1)) },
    output: Order,
    errors: { 404: "No such order" },
  },
  function readOrder({ number }) {
    return orders[number - 1] ?? HttpError.throw(404, `No order ${number}`);
  },
);

const followOrder = endpoint(
  {
    description: "Tells what becomes of an order, until it is sent.",
    input: { number: path(z.int().min(1)) },
    output: events(z.object({ state: Order.shape.state })),
    errors: { 404: "No such order" },
  },
  async function* followOrder({ number }) {
    const order = orders[number - 1] ?? HttpError.throw(404, `No order ${number}`);
    for (const state of ["placed", "packed", "sent"] as const) {
      order.state = state;
      yield { state };
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  },
);

const app = new App({ title: "Orders", version: "2.1.0", description: "What people order." });

app.route(placeOrder, { "POST /orders": { summary: "Place an order", tags: ["orders"] } });
app.route(readOrder, { "GET /orders/{number}": { summary: "Read an order", tags: ["orders"] } });
app.route(followOrder, { "GET /orders/{number}/events": { summary: "Follow an order", tags: ["orders"] } });

export default app;
