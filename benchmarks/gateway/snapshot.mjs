// Snapshots of a document with GET and POST /items, and of the gateway's defaults.
import { createHash } from "node:crypto";
import { compile, parseSource } from "@waymark/gateway";

export const KEY = "benchmark-key-0123456789abcdef";

export function snapshot(origin) {
  return compiled({ listen: LISTEN, accessLog: false }, documentOf(origin, [], {}));
}

/** The same with an API key, a rate limit, and every value of a request validated. */
export function secured(origin) {
  const hash = createHash("sha256").update(KEY).digest("hex");
  return compiled(
    {
      listen: LISTEN,
      accessLog: false,
      consumers: { benchmark: { keys: [`sha256:${hash}`] } },
      policies: [{ limit: { rate: "60000000/min", by: "app" } }],
    },
    documentOf(origin, [ID], { schema: ITEM }, [{ key: [] }]),
  );
}

const LISTEN = { host: "127.0.0.1", port: 0 };

function compiled(config, document) {
  const file = "items.json";
  const main = parseSource(JSON.stringify(document), file);
  const documents = { items: { main, siblings: new Map(), overlays: [] } };
  return compile({ ...config, services: { items: { spec: file } } }, documents);
}

function documentOf(origin, parameters, body, security = []) {
  const responses = { 200: { description: "An item" } };
  return {
    openapi: "3.1.0",
    info: { title: "Items", version: "1.0.0" },
    servers: [{ url: origin }],
    security,
    paths: {
      "/items/{id}": {
        get: {
          operationId: "readItem",
          parameters,
          responses,
        },
      },
      "/items": {
        post: {
          operationId: "addItem",
          requestBody: { required: true, content: { "application/json": body } },
          responses,
        },
      },
    },
    components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "x-api-key" } } },
  };
}

const ID = { name: "id", in: "path", required: true, schema: { type: "integer", minimum: 1 } };
const ITEM = {
  type: "object",
  required: ["name", "tags"],
  additionalProperties: false,
  properties: {
    name: { type: "string", minLength: 1, maxLength: 100 },
    tags: { type: "array", maxItems: 100, items: { type: "string", pattern: "^tag-[0-9]+$" } },
  },
};
