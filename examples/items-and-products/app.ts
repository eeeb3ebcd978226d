// One function behind two paths whose parameters have different names.
import { App, endpoint, HttpError, path } from "waymark";
import { z } from "zod";

const names = new Map([
  ["1", "Compass"],
  ["2", "Lantern"],
]);

const Item = z.object({ id: z.string(), name: z.string() }).meta({ id: "Item" });

export const readItem = endpoint(
  {
    description: "Reads one thing of the shop by its number.",
    input: { itemId: path(z.string(), { description: "Number in the shop" }) },
    output: Item,
    errors: { 404: "Nothing has this number" },
  },
  function readItem({ itemId }) {
    const name = names.get(itemId) ?? HttpError.throw(404, `Nothing has the number ${itemId}`);
    return { id: itemId, name };
  },
);

const app = new App({ title: "Items and products", version: "1.0.0" });

app.get("/items/{itemId}", readItem, { summary: "Read an item", canonical: true });
app.get("/products/{productId}", readItem, { summary: "Read a product" });

export default app;
