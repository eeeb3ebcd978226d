// h3 v2 with Zod, on its own Node server (srvx). Replies are not validated: it has no way to.
import { getRouterParams, getValidatedQuery, H3, HTTPError, readValidatedBody, serve } from "h3";
import * as contract from "./contract.mjs";
import { ItemPath, ItemQuery, Order } from "./zod-schemas.mjs";

const { host, port, set } = contract;
const app = new H3();
const readId = (event) => ({ id: getRouterParams(event, { decode: true }).id });

if (set === "sections") {
  for (const number of contract.numbers(contract.SECTIONS))
    app.get(`/section-${number}/items/:id`, (event) => ({ id: getRouterParams(event, { decode: true }).id }));
} else if (set === "aliases") {
  for (const number of contract.numbers(contract.ALIASES)) app.get(`/alias-${number}/:id`, readId);
} else {
  app.get("/", () => contract.HELLO);
  app.get("/items/:id", async (event) => {
    const path = ItemPath.safeParse(getRouterParams(event));
    if (!path.success) throw new HTTPError({ status: 422 });
    const { limit, q } = await getValidatedQuery(event, ItemQuery);
    return contract.item(path.data.id, limit, q);
  });
  app.post("/items", (event) => readValidatedBody(event, Order));
}

serve(app, { port, hostname: host, silent: true });
