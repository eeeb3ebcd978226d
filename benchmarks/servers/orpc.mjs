// oRPC's OpenAPI handler on node:http.
import { OpenAPIHandler } from "@orpc/openapi/node";
import { os } from "@orpc/server";
import { createServer } from "node:http";
import { z } from "zod";
import * as contract from "./contract.mjs";
import { Hello, Item, ItemPath, ItemQuery, Order } from "./zod-schemas.mjs";

const { host, port } = contract;
const router = {
  hello: os
    .route({ method: "GET", path: "/" })
    .output(Hello)
    .handler(() => contract.HELLO),
  readItem: os
    .route({ method: "GET", path: "/items/{id}" })
    .input(z.object({ ...ItemPath.shape, ...ItemQuery.shape }))
    .output(Item)
    .handler(({ input }) => contract.item(input.id, input.limit, input.q)),
  createItem: os
    .route({ method: "POST", path: "/items" })
    .input(Order)
    .output(Order)
    .handler(({ input }) => contract.stored(input)),
};
const handler = new OpenAPIHandler(router);

async function answer(request, response) {
  const { matched } = await handler.handle(request, response, { context: {} });
  if (!matched) response.writeHead(404).end("Not Found");
}

createServer((request, response) => void answer(request, response)).listen(port, host);
