// Served by every runtime as it is installed: by the built package, through `serve`.
import process from "node:process";
import { App, body, dependency, endpoint, header, HttpError, path, query, reply, serve } from "waymark";
import { z } from "zod";

const Item = z.object({ name: z.string().min(1), price: z.number() });
const store = dependency({ scope: "app" }, async function* () {
  yield new Map([["1", { name: "tea", price: 2.5, secret: "not for clients" }]]);
  console.log("cleaned up");
});

const readItem = endpoint(
  { input: { id: path(z.string()), store }, output: Item, errors: { 404: "No such item" } },
  function readItem({ id, store }) {
    return store.get(id) ?? HttpError.throw(404, `No item ${id}`);
  },
);
const addItem = endpoint({ input: { item: body(Item) }, output: Item }, function addItem({ item }) {
  return item;
});
const search = endpoint(
  {
    input: {
      limit: query(z.int().max(9).default(5)),
      tags: query(z.array(z.string()).default([])),
      agent: header(z.string().optional(), { name: "x-agent" }),
    },
  },
  function search(found) {
    return found;
  },
);

const app = new App({ title: "Everywhere", dependencies: [store] });
app.get("/items/{id}", readItem);
app.post("/items", addItem, { status: 201 });
app.delete(
  "/items/{id}",
  endpoint({ input: { id: path(z.string()) } }, function removeItem() {}),
);
app.get("/search", search);
app.get("/stream", () =>
  reply.jsonLines(
    (async function* () {
      for (let n = 0; n < 3; n++) yield { n };
    })(),
  ),
);
app.get("/fails", () => {
  throw new Error("secret");
});
app.get("/slow", async () => {
  console.log("slow has begun");
  await new Promise((resolve) => setTimeout(resolve, 400));
  return "slow";
});
app.get("/file", () => reply.file(new URL(import.meta.url).pathname));

const server = await serve(app, { port: 0, ...(process.argv[2] ? { server: process.argv[2] } : {}) });
console.log(`listening on ${server.url}`);
