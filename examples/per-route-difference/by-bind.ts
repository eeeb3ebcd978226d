// The same difference, given to the function by its routes: the function does not know that routes exist.
import { App, constant, endpoint, given, path } from "waymark";
import { z } from "zod";

export const readThing = endpoint(
  { input: { itemId: path(z.string()), kind: given<"item" | "product">() } },
  function readThing({ itemId, kind }) {
    return { id: itemId, kind };
  },
);

const app = new App({ title: "A difference by bind", version: "1.0.0" });

app.route(readThing, {
  "GET /items/{itemId}": { canonical: true, bind: { kind: constant("item") } },
  "GET /products/{productId}": { bind: { kind: constant("product") } },
});

export default app;
