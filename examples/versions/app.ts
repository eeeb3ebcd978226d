// Two versions of an API by one function, chosen by a header; one that has gone; and a document for each version and for
// those who work here.
import { App, dependency, endpoint, HttpError, path, request, urlFor } from "waymark";
import { basic } from "waymark/security";
import { z } from "zod";

const Product = z
  .object({ id: z.string(), name: z.string(), price: z.number(), currency: z.string() })
  .meta({ id: "Product" });
// The same id: each version has a document of its own.
const ProductV1 = z.object({ id: z.string(), title: z.string(), price: z.string() }).meta({ id: "Product" });
const Stock = z.object({ id: z.string(), left: z.int(), product: z.string() }).meta({ id: "Stock" });

const readProduct = endpoint(
  { input: { id: path(z.string()) }, output: Product, errors: { 404: "No such product" } },
  function readProduct({ id }) {
    if (id !== "1") throw new HttpError(404, `No product ${id}`);
    return { id, name: "Compass", price: 24.5, currency: "EUR" };
  },
);

const readStock = endpoint(
  { input: { id: path(z.string()), asked: request() }, output: Stock },
  function readStock({ id, asked }) {
    return { id, left: 3, product: urlFor(asked, readProduct, { id }) };
  },
);

const employee = dependency({ input: { user: basic({ realm: "Shop" }) } }, function employee({ user }) {
  if (user.username !== "ada" || user.password !== "analytical")
    throw new HttpError(401, "Not an employee", { headers: { "www-authenticate": 'Basic realm="Shop"' } });
});

const app = new App({
  title: "A shop in versions",
  versions: {
    by: "header",
    list: [
      { name: "0", retired: true },
      { name: "1", deprecated: { since: "2026-06-01", sunset: "2027-06-01", successor: "2" } },
      "2",
    ],
    default: "1",
  },
  // Beside /openapi.json and /docs, which are for everybody: /internal/openapi.json, /internal/docs and /internal/redoc.
  documents: { internal: { title: "The shop, for those who work in it", dependencies: [employee] } },
});

app.route(readProduct, {
  "GET /products/{id}": [
    {
      version: "1",
      output: ProductV1,
      map: ({ id, name, price, currency }) => ({ id, title: name, price: `${price} ${currency}` }),
    },
    { version: "2" },
  ],
});
app.get("/stock/{id}", readStock, { version: "2", audience: "internal", dependencies: [employee] });
// Of every version, so nobody is asked for one.
app.get("/ping", () => "pong");

export default app;
