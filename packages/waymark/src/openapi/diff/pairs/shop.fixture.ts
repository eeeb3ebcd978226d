/** A document of the kind that people write by hand, in OpenAPI 3.0. */
export const shop = {
  openapi: "3.0.3",
  info: { title: "Shop", version: "1.0.0" },
  servers: [
    { url: "https://{region}.example.com/v1", variables: { region: { default: "eu", enum: ["eu", "us"] } } },
    { url: "https://sandbox.example.com/v1", description: "To try it" },
  ],
  tags: [{ name: "items" }, { name: "orders" }],
  security: [{ key: [] }, { login: ["shop:read"] }],
  paths: {
    "/items": {
      get: {
        operationId: "listItems",
        summary: "List items",
        tags: ["items"],
        security: [],
        parameters: [
          { name: "limit", in: "query", schema: { type: "integer", minimum: 1, maximum: 100, default: 20 } },
          { name: "sort", in: "query", schema: { type: "string", enum: ["name", "price"] } },
          { name: "tag", in: "query", schema: { type: "array", items: { type: "string" } } },
          { name: "X-Request-Id", in: "header", schema: { type: "string", format: "uuid" } },
        ],
        responses: {
          "200": {
            description: "Some items",
            headers: { "X-Total": { required: true, schema: { type: "integer", format: "int32" } } },
            content: {
              "application/json": { schema: { type: "array", items: { $ref: "#/components/schemas/Item" } } },
              "text/csv": { schema: { type: "string" } },
            },
          },
          default: { $ref: "#/components/responses/Problem" },
        },
      },
      post: {
        operationId: "createItem",
        tags: ["items"],
        requestBody: {
          content: {
            "application/json": { schema: { $ref: "#/components/schemas/NewItem" } },
            "application/x-www-form-urlencoded": {
              schema: {
                type: "object",
                properties: { name: { type: "string" }, tags: { type: "array", items: { type: "string" } } },
              },
              encoding: { tags: { style: "form", explode: true } },
            },
          },
        },
        responses: {
          "201": {
            description: "It was made",
            content: { "application/json": { schema: { $ref: "#/components/schemas/Item" } } },
          },
          "422": { $ref: "#/components/responses/Problem" },
        },
      },
    },
    "/items/{id}": {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
      get: {
        operationId: "readItem",
        tags: ["items"],
        responses: {
          "200": {
            description: "One item",
            content: { "application/json": { schema: { $ref: "#/components/schemas/Item" } } },
          },
          "404": { $ref: "#/components/responses/Problem" },
        },
      },
      delete: {
        operationId: "deleteItem",
        deprecated: true,
        security: [{ login: ["shop:write"] }],
        responses: { "204": { description: "It is gone" } },
      },
    },
    "/orders": {
      post: {
        operationId: "order",
        tags: ["orders"],
        requestBody: {
          required: true,
          content: { "application/json": { schema: { $ref: "#/components/schemas/Order" } } },
        },
        responses: { "202": { description: "Accepted" } },
        callbacks: {
          shipped: {
            "{$request.body#/callback}": {
              post: {
                requestBody: {
                  required: true,
                  content: { "application/json": { schema: { $ref: "#/components/schemas/Parcel" } } },
                },
                responses: { "204": { description: "Thank you" } },
              },
            },
          },
        },
      },
    },
  },
  components: {
    responses: {
      Problem: {
        description: "A problem",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
    securitySchemes: {
      key: { type: "apiKey", in: "header", name: "X-Key" },
      login: {
        type: "oauth2",
        flows: {
          clientCredentials: {
            tokenUrl: "https://login.example.com/token",
            scopes: { "shop:read": "look", "shop:write": "touch" },
          },
        },
      },
    },
    schemas: {
      NewItem: {
        type: "object",
        required: ["name", "price"],
        properties: {
          name: { type: "string", minLength: 1, maxLength: 80 },
          price: { type: "number", minimum: 0, exclusiveMinimum: true, format: "double" },
          note: { type: "string", nullable: true, description: "For the shelf" },
          colour: { type: "string", enum: ["red", "green"], default: "red" },
        },
      },
      Item: {
        allOf: [
          { $ref: "#/components/schemas/NewItem" },
          {
            type: "object",
            required: ["id"],
            properties: {
              id: { type: "string", readOnly: true },
              parts: { type: "array", items: { $ref: "#/components/schemas/Item" } },
            },
          },
        ],
      },
      Order: {
        type: "object",
        required: ["item", "payment", "callback"],
        additionalProperties: false,
        properties: {
          item: { type: "string" },
          count: { type: "integer", format: "int32", multipleOf: 2 },
          callback: { type: "string", format: "uri" },
          code: { type: "string", pattern: "^[A-Z]{3}$" },
          labels: { type: "object", additionalProperties: { type: "string" } },
          payment: { $ref: "#/components/schemas/Payment" },
        },
      },
      Payment: {
        oneOf: [{ $ref: "#/components/schemas/Card" }, { $ref: "#/components/schemas/Transfer" }],
        discriminator: {
          propertyName: "by",
          mapping: { card: "#/components/schemas/Card", transfer: "#/components/schemas/Transfer" },
        },
      },
      Card: {
        type: "object",
        required: ["by", "number"],
        properties: {
          by: { type: "string" },
          number: { type: "string" },
          secret: { type: "string", writeOnly: true },
        },
      },
      Transfer: {
        type: "object",
        required: ["by", "iban"],
        properties: { by: { type: "string" }, iban: { type: "string" } },
      },
      Parcel: {
        type: "object",
        required: ["weight"],
        properties: { weight: { type: "number" }, state: { type: "string", enum: ["sent", "lost"] } },
      },
      Problem: {
        type: "object",
        properties: { status: { type: "integer" }, detail: { type: "string" } },
      },
    },
  },
};
