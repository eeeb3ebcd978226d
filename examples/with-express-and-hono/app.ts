// Moving to Waymark route by route: what is there already goes on below its paths.
import express from "express";
import { Hono } from "hono";
import { App, endpoint, path, query } from "waymark";
import { connect, nodeHandler } from "waymark/node";
import { z } from "zod";

const legacy = express();
legacy.use(express.json());
legacy.get("/orders/:id", (req, res) => {
  res.json({ order: req.params.id, answeredBy: "Express", at: req.baseUrl });
});
legacy.post("/orders", (req, res) => {
  res.status(201).json({ received: req.body as unknown });
});

const edge = new Hono();
edge.get("/hello/:name", (c) => c.json({ hello: c.req.param("name"), answeredBy: "Hono" }));

/** Middleware of Connect, as there are many. */
const poweredBy = (
  _req: unknown,
  res: { setHeader(name: string, value: string): void },
  next: () => void,
): void => {
  res.setHeader("x-powered-by", "curiosity");
  next();
};

const readItem = endpoint(
  {
    summary: "Read an item",
    input: { itemId: path(z.string()), upper: query(z.boolean().default(false)) },
    output: z.object({ id: z.string(), answeredBy: z.string() }),
  },
  function readItem({ itemId, upper }) {
    return { id: upper ? itemId.toUpperCase() : itemId, answeredBy: "Waymark" };
  },
);

const app = new App({ title: "With Express and Hono", version: "1.0.0" });

app.use(connect(poweredBy));
app.get("/items/{itemId}", readItem);
app.get("/legacy/orders/latest", () => ({ order: "latest", answeredBy: "Waymark" })); // moved already: own routes go first
app.mount("/legacy", nodeHandler(legacy));
app.mount("/edge", edge);

export default app;
