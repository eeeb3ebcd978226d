import { GONE, patched, type Pair } from "./pair.fixture.ts";

/** What FastAPI writes: OpenAPI 3.1, titles everywhere, `anyOf` with null. */
const fastapi = {
  openapi: "3.1.0",
  info: { title: "FastAPI", version: "0.1.0" },
  paths: {
    "/users/{user_id}": {
      get: {
        operationId: "read_user_users__user_id__get",
        parameters: [
          { name: "user_id", in: "path", required: true, schema: { type: "integer", title: "User Id" } },
          {
            name: "q",
            in: "query",
            required: false,
            schema: { anyOf: [{ type: "string" }, { type: "null" }], title: "Q" },
          },
        ],
        responses: {
          "200": {
            description: "Successful Response",
            content: { "application/json": { schema: { $ref: "#/components/schemas/User" } } },
          },
        },
      },
    },
  },
  webhooks: {
    joined: {
      post: {
        requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/User" } } } },
        responses: { "200": { description: "Thank you" } },
      },
    },
  },
  components: {
    schemas: {
      User: {
        type: "object",
        title: "User",
        required: ["id"],
        properties: {
          id: { type: "integer", title: "Id" },
          born: { anyOf: [{ type: "string", format: "date" }, { type: "null" }], title: "Born" },
          manager: { anyOf: [{ $ref: "#/components/schemas/User" }, { type: "null" }] },
          contact: {
            anyOf: [{ $ref: "#/components/schemas/Mail" }, { $ref: "#/components/schemas/Phone" }],
            description: "How",
          },
        },
      },
      Mail: { type: "object", properties: { kind: { const: "mail" }, to: { type: "string" } } },
      Phone: { type: "object", properties: { kind: { const: "phone" }, number: { type: "string" } } },
    },
  },
};

const three0 = {
  openapi: "3.0.0",
  info: { title: "Old", version: "1" },
  paths: {
    "/things/{id}/": {
      post: {
        operationId: "post",
        parameters: [{ $ref: "#/components/parameters/Id" }],
        requestBody: { $ref: "#/components/requestBodies/Thing" },
        responses: { "200": { $ref: "#/components/responses/Thing" } },
      },
    },
  },
  components: {
    parameters: {
      Id: {
        name: "id",
        in: "path",
        required: true,
        schema: { type: "integer", minimum: 0, exclusiveMinimum: true },
      },
    },
    requestBodies: {
      Thing: { content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } } },
    },
    responses: {
      Thing: {
        description: "Thing",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } },
      },
    },
    schemas: {
      Thing: {
        type: "object",
        required: ["name"],
        properties: {
          name: { type: "string", example: "Ada" },
          note: { type: "string", nullable: true },
          state: { type: "string", nullable: true, enum: ["on", "off", null] },
          file: { type: "string", format: "binary" },
          next: { nullable: true, allOf: [{ $ref: "#/components/schemas/Thing" }] },
          mode: { type: "string", enum: ["one"] },
          either: { oneOf: [{ type: "string" }, { type: "number" }] },
        },
      },
    },
  },
};

/** The same in 3.1, put together differently: nothing but spelling. */
const three1 = {
  openapi: "3.1.1",
  info: { version: "2", title: "Old" },
  components: {
    schemas: {
      Named: { properties: { name: { examples: ["Ada"], type: "string" } }, required: ["name"] },
      Node: {
        allOf: [
          { $ref: "#/components/schemas/Named" },
          {
            type: "object",
            properties: {
              either: { type: ["number", "string"] },
              mode: { const: "one" },
              next: { anyOf: [{ type: "null" }, { $ref: "#/components/schemas/Node" }] },
              note: { type: ["null", "string"] },
              file: { type: "string", contentMediaType: "application/octet-stream" },
              state: { enum: [null, "off", "on"] },
            },
          },
        ],
      },
    },
  },
  paths: {
    "/things/{id}/": {
      parameters: [
        {
          in: "path",
          name: "id",
          required: true,
          style: "simple",
          schema: { type: "integer", exclusiveMinimum: 0 },
        },
      ],
      post: {
        responses: {
          "200": {
            description: "Thing",
            content: { "application/json; charset=utf-8": { schema: { $ref: "#/components/schemas/Node" } } },
          },
        },
        requestBody: {
          required: false,
          content: { "application/json": { schema: { $ref: "#/components/schemas/Node" } } },
        },
        operationId: "post",
      },
    },
  },
};

const three2 = {
  openapi: "3.2.0",
  info: { title: "New", version: "1" },
  paths: {
    "/find": {
      query: {
        operationId: "find",
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: {
                type: "object",
                unevaluatedProperties: false,
                properties: { words: { type: "string" } },
              },
            },
          },
        },
        responses: {
          "200": {
            description: "Found",
            content: {
              "application/jsonl": {
                itemSchema: { type: "object", required: ["id"], properties: { id: { type: "integer" } } },
              },
            },
          },
        },
      },
      additionalOperations: {
        COPY: { operationId: "copy", responses: { "204": { description: "Copied" } } },
      },
    },
  },
};

/** Documents of several versions and origins. */
export const dialectPairs: readonly Pair[] = [
  {
    name: "3.0 becomes 3.1, references are resolved, schemas renamed and split",
    before: three0,
    after: three1,
    changes: [],
  },
  {
    name: "and the same with one change in it",
    before: three0,
    after: patched(three1, ["components schemas Node allOf 1 properties note", { type: "string" }]),
    changes: [
      ["breaking", "null-removed", "POST /things/{id}/ body application/json note"],
      ["compatible", "null-removed", "POST /things/{id}/ response 200 application/json note"],
    ],
  },
  {
    name: "FastAPI: null comes and goes, a union loses a member, a webhook sends less",
    before: fastapi,
    after: patched(
      fastapi,
      ["paths /users/{user_id} get parameters 1 schema", { type: "string", title: "Q" }],
      [
        "components schemas User properties id",
        { anyOf: [{ type: "integer" }, { type: "null" }], title: "Id" },
      ],
      [
        "components schemas User properties contact",
        { $ref: "#/components/schemas/Mail", description: "How" },
      ],
      ["components schemas User properties born anyOf 0 format", "date-time"],
    ),
    changes: [
      ["breaking", "null-removed", "GET /users/{user_id} query q"],
      ["breaking", "format-changed", "GET /users/{user_id} response 200 application/json born"],
      ["compatible", "alternative-removed", "GET /users/{user_id} response 200 application/json contact"],
      ["breaking", "null-added", "GET /users/{user_id} response 200 application/json id"],
      ["breaking", "format-changed", "WEBHOOK joined body application/json born"],
      ["compatible", "alternative-removed", "WEBHOOK joined body application/json contact"],
      ["breaking", "null-added", "WEBHOOK joined body application/json id"],
    ],
  },
  {
    name: "unions without names are told apart by what they hold",
    before: fastapi,
    after: patched(
      fastapi,
      ["webhooks", GONE],
      [
        "components schemas User properties contact anyOf",
        [
          {
            type: "object",
            properties: { kind: { const: "phone" }, number: { type: "string", maxLength: 20 } },
          },
          { type: "object", properties: { to: { type: "string" }, kind: { const: "mail" } } },
          { type: "boolean" },
        ],
      ],
    ),
    changes: [
      ["breaking", "alternative-added", "GET /users/{user_id} response 200 application/json contact"],
      [
        "compatible",
        "limit-narrowed",
        "GET /users/{user_id} response 200 application/json contact<object 1>.number",
      ],
      ["breaking", "callback-removed", "WEBHOOK joined"],
    ],
  },
  {
    name: "3.2: QUERY, other methods, items of streams",
    before: three2,
    after: patched(
      three2,
      ["paths /find query requestBody content application/json schema properties page", { type: "integer" }],
      ["paths /find query responses 200 content application/jsonl itemSchema required", []],
      ["paths /find additionalOperations COPY operationId", "duplicate"],
      ["paths /find additionalOperations MOVE", { responses: {} }],
    ),
    changes: [
      ["breaking", "operation-id-changed", "COPY /find"],
      ["compatible", "operation-added", "MOVE /find"],
      ["compatible", "property-added", "QUERY /find body application/json"],
      ["breaking", "property-became-optional", "QUERY /find response 200 application/jsonl item"],
    ],
  },
];
