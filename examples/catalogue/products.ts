import { body, dependency, endpoint, HttpError, path, query, response, Router } from "waymark";
import { z } from "zod";
import { currentEditor } from "./people.ts";
import { NewProduct, Product } from "./product.ts";
import { store } from "./store.ts";

const notFound = { 404: "No such product" };
const productId = path(z.string(), { description: "Number in the catalogue" });

export const listProducts = endpoint(
  {
    description: "Lists products, cheapest first.",
    input: {
      tag: query(z.array(z.string()).default([]), {
        description: "Only products with every one of these tags",
      }),
      limit: query(z.int().min(1).max(100).default(10)),
      store,
    },
    output: z.array(Product),
  },
  function listProducts({ tag, limit, store }) {
    return store
      .list()
      .filter((product) => tag.every((wanted) => product.tags.includes(wanted)))
      .toSorted((one, other) => one.price - other.price)
      .slice(0, limit);
  },
);

export const readProduct = endpoint(
  { description: "Reads one product.", input: { productId, store }, output: Product, errors: notFound },
  function readProduct({ productId, store }) {
    return store.get(productId) ?? HttpError.throw(404, `No product ${productId}`);
  },
);

/** The product that was added last: an address of its own for the same function. */
const newestProductId = dependency({ input: { store } }, function newestProductId({ store }) {
  return store.list().at(-1)?.id ?? HttpError.throw(404, "The catalogue is empty");
});

export const addProduct = endpoint(
  {
    description: "Adds a product to the catalogue.",
    input: { product: body(NewProduct), store, response: response() },
    output: Product,
    status: 201,
  },
  function addProduct({ product, store, response }) {
    const added = store.add(product);
    response.headers.set("location", `/products/${added.id}`);
    return added;
  },
);

export const replaceProduct = endpoint(
  {
    description: "Replaces a product.",
    input: { productId, product: body(NewProduct), store },
    output: Product,
    errors: notFound,
  },
  function replaceProduct({ productId, product, store }) {
    return store.replace(productId, product) ?? HttpError.throw(404, `No product ${productId}`);
  },
);

export const removeProduct = endpoint(
  { description: "Removes a product.", input: { productId, store }, status: 204, errors: notFound },
  function removeProduct({ productId, store }) {
    if (!store.remove(productId)) throw new HttpError(404, `No product ${productId}`);
  },
);

/** What everybody may read. */
export const products = new Router({ tags: ["products"] });

products.get("/products", listProducts, { summary: "List products" });
products.route(readProduct, {
  "GET /products/{productId}": { summary: "Read a product", canonical: true },
  "GET /items/{itemId}": { summary: "Read an item" },
  "GET /products/newest": { summary: "Read the newest product", bind: { productId: newestProductId } },
  "GET /v1/products/{number}": {
    summary: "Read a product (version 1)",
    deprecated: { since: "2026-06-01", sunset: "2027-06-01", successor: "/products/{productId}" },
  },
});

/** What only editors may change. */
export const editing = new Router({ tags: ["editing"], dependencies: [currentEditor] });

editing.post("/products", addProduct, { summary: "Add a product" });
editing.put("/products/{productId}", replaceProduct, { summary: "Replace a product" });
editing.delete("/products/{productId}", removeProduct, { summary: "Remove a product" });
