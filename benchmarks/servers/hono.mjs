// Hono with its Zod validator: on @hono/node-server, or on Bun.serve when Bun runs it. Replies are not validated: it has no way to.
import { zValidator } from "@hono/zod-validator";
import { Hono } from "hono";
import { stream } from "hono/streaming";
import * as contract from "./contract.mjs";
import { ItemPath, ItemQuery, Order } from "./zod-schemas.mjs";

const { host, port, set } = contract;
const app = new Hono();
const readId = (c) => c.json({ id: c.req.param("id") });

if (set === "sections") {
  for (const number of contract.numbers(contract.SECTIONS))
    app.get(`/section-${number}/items/:id`, (c) => c.json({ id: c.req.param("id") }));
} else if (set === "aliases") {
  for (const number of contract.numbers(contract.ALIASES)) app.get(`/alias-${number}/:id`, readId);
} else {
  app.get("/", (c) => c.json(contract.HELLO));
  app.get("/items/:id", zValidator("param", ItemPath), zValidator("query", ItemQuery), (c) => {
    const { limit, q } = c.req.valid("query");
    return c.json(contract.item(c.req.valid("param").id, limit, q));
  });
  app.post("/items", zValidator("json", Order), (c) => c.json(c.req.valid("json")));
  app.get("/dashboard", async (c) => {
    const offset = Number(c.req.query("offset") ?? 0);
    if (!Number.isSafeInteger(offset) || offset < 0) return c.json({ detail: "offset" }, 422);
    return c.json(await contract.dashboardByHand((name) => c.req.header(name), offset));
  });
  app.get("/stream", (c) => {
    c.header("content-type", "text/plain");
    return stream(c, async (out) => {
      for await (const piece of contract.pieces()) await out.write(piece);
    });
  });
  app.post("/upload", async (c) => c.json({ bytes: (await c.req.arrayBuffer()).byteLength }));
  app.get("/download", (c) => c.body(contract.DOWNLOAD, 200, { "content-type": "application/octet-stream" }));
}

if (globalThis.Bun === undefined) {
  const { serve } = await import("@hono/node-server");
  serve({ fetch: app.fetch, port, hostname: host });
} else globalThis.Bun.serve({ fetch: app.fetch, port, hostname: host });
