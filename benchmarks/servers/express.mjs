// Express with Zod in the handlers, as it is commonly written. Replies are not validated: it has no way to.
import express from "express";
import * as contract from "./contract.mjs";
import { ItemPath, ItemQuery, Order } from "./zod-schemas.mjs";

const { host, port, set } = contract;
const app = express();
const readId = (request, response) => response.json({ id: request.params.id });

if (set === "sections") {
  for (const number of contract.numbers(contract.SECTIONS))
    app.get(`/section-${number}/items/:id`, (request, response) => response.json({ id: request.params.id }));
} else if (set === "aliases") {
  for (const number of contract.numbers(contract.ALIASES)) app.get(`/alias-${number}/:id`, readId);
} else {
  app.get("/", (_request, response) => response.json(contract.HELLO));
  app.get("/items/:id", (request, response) => {
    const path = ItemPath.safeParse(request.params);
    const query = ItemQuery.safeParse(request.query);
    if (!path.success || !query.success) return response.status(422).json({ detail: "not valid" });
    return response.json(contract.item(path.data.id, query.data.limit, query.data.q));
  });
  app.post("/items", express.json({ limit: "1mb" }), (request, response) => {
    const order = Order.safeParse(request.body);
    if (!order.success) return response.status(422).json({ detail: "not valid" });
    return response.json(order.data);
  });
  app.get("/dashboard", async (request, response) => {
    const offset = Number(request.query.offset ?? 0);
    if (!Number.isSafeInteger(offset) || offset < 0) return response.status(422).json({ detail: "offset" });
    return response.json(await contract.dashboardByHand((name) => request.headers[name], offset));
  });
}

app.listen(port, host);
