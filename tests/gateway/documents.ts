// What people write by hand for services that do not describe themselves.
const JSON_REPLY = { description: "OK", content: { "application/json": {} } };
const BYTES_REPLY = { description: "OK", content: { "application/octet-stream": {} } };
const ITEM_ID = { name: "item_id", in: "path", required: true, schema: { type: "integer" } };

/** The same operations as FastAPI's document has, and where it runs. */
export function expressDocument(port: number): object {
  const get = (response: object = JSON_REPLY): object => ({ get: { responses: { 200: response } } });
  return {
    openapi: "3.1.0",
    info: { title: "Items of Express", version: "1.0.0" },
    servers: [{ url: `http://127.0.0.1:${port}` }],
    paths: {
      "/items/{item_id}": {
        parameters: [ITEM_ID],
        get: {
          parameters: [{ name: "q", in: "query", schema: { type: "string" } }],
          responses: { 200: JSON_REPLY, 404: JSON_REPLY },
        },
      },
      "/items": {
        post: {
          requestBody: {
            required: true,
            content: { "application/json": { schema: { $ref: "#/components/schemas/Item" } } },
          },
          responses: { 201: JSON_REPLY },
        },
      },
      "/digest": {
        post: {
          requestBody: { content: { "application/octet-stream": {} } },
          responses: { 200: JSON_REPLY },
        },
      },
      "/pieces": get({ description: "OK", content: { "text/plain": {} } }),
      "/big": get(BYTES_REPLY),
      "/visits": get(),
      "/old": get({ description: "OK" }),
      "/fields": get(),
    },
    components: {
      schemas: {
        Item: {
          type: "object",
          required: ["name", "price"],
          properties: {
            name: { type: "string", minLength: 1 },
            price: { type: "number", exclusiveMinimum: 0 },
            tags: { type: "array", items: { type: "string" } },
          },
        },
      },
    },
  };
}

/** Files that nginx serves. */
export const nginxDocument = (port: number): string => `
openapi: 3.0.3
info: { title: Files of nginx, version: 1.0.0 }
servers: [{ url: "http://127.0.0.1:${port}" }]
paths:
  /items/{item_id}:
    get:
      parameters: [{ name: item_id, in: path, required: true, schema: { type: integer } }]
      responses: { "200": { description: OK } }
  /items/1:
    post:
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { "200": { description: OK } }
  /text: { get: { responses: { "200": { description: OK } } } }
  /big: { get: { responses: { "200": { description: OK } } } }
  /old: { get: { responses: { "301": { description: Moved } } } }
`;

/** What services redirect, and where to. */
export function redirectingDocument(): object {
  const get = { get: { responses: { "3XX": { description: "Elsewhere" } } } };
  return {
    openapi: "3.1.0",
    info: { title: "Items that have moved", version: "1.0.0" },
    paths: {
      "/items/{item_id}": { parameters: [ITEM_ID], ...get },
      "/folder": get,
      "/folder/": get,
      "/there": get,
    },
  };
}
