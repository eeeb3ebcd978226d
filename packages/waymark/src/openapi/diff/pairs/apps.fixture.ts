import { z } from "zod";
import { App } from "../../../app.ts";
import { endpoint } from "../../../endpoint.ts";
import { body } from "../../../inputs/body.ts";
import { constant } from "../../../inputs/constant.ts";
import { path } from "../../../inputs/path.ts";
import { query } from "../../../inputs/query.ts";
import { socket } from "../../../realtime/socket.ts";
import { bearer } from "../../../security/bearer.ts";
import { basic } from "../../../security/basic.ts";
import type { Pair } from "./pair.fixture.ts";

const read = (limit: z.ZodType<number>, extra: z.ZodRawShape = {}) =>
  endpoint(
    {
      name: "readProduct",
      input: { itemId: path(z.string()), limit: query(limit) },
      output: z.object({ name: z.string(), price: z.number(), ...extra }).meta({ id: "Product" }),
      errors: { 404: "No such product" },
    },
    () => ({ name: "", price: 0 }) as never,
  );
const hundred = z.int().min(1).max(100).default(10);

function documentOf(declare: (app: App) => void): object {
  const app = new App({ title: "Catalogue", version: "1.0.0" });
  declare(app);
  return app.openapi();
}

const create = (schema: z.ZodType) =>
  endpoint({ name: "create", input: { item: body(schema) }, status: 201 }, () => undefined);
const open = endpoint({ name: "secret" }, () => undefined);
const byBearer = endpoint({ name: "secret", input: { token: bearer() } }, () => undefined);
const byPassword = endpoint({ name: "secret", input: { login: basic() } }, () => undefined);
const chat = (receive: z.ZodType, send: z.ZodType) =>
  socket({ name: "chat", receive, send }, () => undefined);

/** Documents that applications wrote. */
export const appPairs: readonly Pair[] = [
  {
    name: "an alias is added, one is bound to a constant, one deprecated",
    before: documentOf((app) => {
      const product = read(hundred);
      app.get("/items/{itemId}", product, { canonical: true });
      app.get("/v1/products/{itemId}", product);
      app.get("/shelf/{itemId}", product);
    }),
    after: documentOf((app) => {
      const product = read(hundred);
      app.get("/items/{itemId}", product, { canonical: true });
      app.get("/v1/products/{itemId}", product, { bind: { limit: constant(10) } });
      app.get("/shelf/{sku}", product, { deprecated: true });
      app.get("/products/{productId}", product);
    }),
    changes: [
      ["compatible", "operation-added", "GET /products/{productId}"],
      ["documentation", "deprecated-added", "GET /shelf/{sku}"],
      ["breaking", "operation-id-changed", "GET /shelf/{sku}"],
      ["documentation", "parameter-renamed", "GET /shelf/{sku} path sku"],
      ["breaking", "parameter-removed", "GET /v1/products/{itemId} query limit"],
      // What is left takes any text.
      ["compatible", "error-status-removed", "GET /v1/products/{itemId} response 422"],
    ],
  },
  {
    name: "the schemas of a function change, and with them every route of it",
    before: documentOf((app) => {
      app.get("/items/{itemId}", read(hundred), { canonical: true });
      app.post("/items", create(z.strictObject({ name: z.string(), tags: z.array(z.string()).optional() })));
    }),
    after: documentOf((app) => {
      const product = read(z.int().min(1).max(50).default(20), { stock: z.int().nullable() });
      app.get("/items/{itemId}", product, { canonical: true });
      app.get("/things/{itemId}", product);
      app.post(
        "/items",
        create(
          z.strictObject({ name: z.string().min(2), size: z.number(), tags: z.array(z.string()).optional() }),
        ),
      );
    }),
    changes: [
      ["breaking", "required-property-added", "POST /items body application/json"],
      ["breaking", "limit-narrowed", "POST /items body application/json name"],
      ["compatible", "default-changed", "GET /items/{itemId} query limit"],
      ["breaking", "limit-narrowed", "GET /items/{itemId} query limit"],
      ["compatible", "required-property-added", "GET /items/{itemId} response 200 application/json"],
      ["compatible", "operation-added", "GET /things/{itemId}"],
    ],
  },
  {
    name: "credentials are asked for, and others",
    before: documentOf((app) => {
      app.get("/open", open);
      app.get("/closed", byBearer, { operationId: "closed" });
    }),
    after: documentOf((app) => {
      app.get("/open", byBearer);
      app.get("/closed", byPassword, { operationId: "closed" });
    }),
    changes: [
      ["breaking", "security-alternative-removed", "GET /closed security"],
      ["compatible", "security-alternative-added", "GET /closed security"],
      ["breaking", "security-added", "GET /open security"],
      ["compatible", "error-status-added", "GET /open response 401"],
    ],
  },
  {
    name: "messages of a WebSocket",
    before: documentOf((app) =>
      app.websocket("/chat", chat(z.object({ say: z.string() }), z.object({ said: z.enum(["a", "b"]) }))),
    ),
    after: documentOf((app) =>
      app.websocket(
        "/chat",
        chat(z.object({ say: z.string().max(99) }), z.object({ said: z.enum(["a", "b", "c"]) })),
      ),
    ),
    changes: [
      ["breaking", "limit-narrowed", "WEBSOCKET /chat receive say"],
      ["breaking", "enum-value-added", "WEBSOCKET /chat send said"],
    ],
  },
];
