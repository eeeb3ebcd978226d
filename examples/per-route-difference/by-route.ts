// One function that asks which of its routes it was reached by. It works; by-bind.ts shows the better way.
import { App, endpoint, path, request } from "waymark";
import { z } from "zod";

export const readThing = endpoint(
  { input: { itemId: path(z.string()), request: request() } },
  function readThing({ itemId, request }) {
    const { template, metadata } = request.route;
    return { id: itemId, kind: metadata.kind, reachedBy: template };
  },
);

const app = new App({ title: "A difference by route", version: "1.0.0" });

app.route(readThing, {
  "GET /items/{itemId}": { canonical: true, metadata: { kind: "item" } },
  "GET /products/{productId}": { metadata: { kind: "product" } },
});

export default app;
