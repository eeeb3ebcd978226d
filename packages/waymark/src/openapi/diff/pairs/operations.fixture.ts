import { GONE, patched, type Pair } from "./pair.fixture.ts";
import { shop } from "./shop.fixture.ts";

const readItem = shop.paths["/items/{id}"].get;
const { parameters } = shop.paths["/items"].get;
const [limit, sort, tag, requestId] = parameters;

/** Operations, parameters, servers. */
export const operationPairs: readonly Pair[] = [
  {
    name: "an operation goes, a deprecated one goes, one comes",
    before: shop,
    after: patched(
      shop,
      ["paths /items/{id} get", GONE],
      ["paths /items/{id} delete", GONE],
      ["paths /items/{id} put", { ...readItem, operationId: "writeItem" }],
    ),
    changes: [
      ["breaking", "deprecated-operation-removed", "DELETE /items/{id}"],
      ["breaking", "operation-removed", "GET /items/{id}"],
      ["compatible", "operation-added", "PUT /items/{id}"],
    ],
  },
  {
    name: "operations go whose sunset has come, and has not",
    before: patched(
      shop,
      ["paths /items/{id} delete x-sunset", "2026-01-31"],
      ["paths /items/{id} get deprecated", true],
      ["paths /items/{id} get x-sunset", "2026-02-02"],
    ),
    after: patched(shop, ["paths /items/{id}", GONE]),
    changes: [
      ["compatible", "sunset-operation-removed", "DELETE /items/{id}"],
      ["breaking", "deprecated-operation-removed", "GET /items/{id}"],
    ],
  },
  {
    name: "operationIds change, appear and disappear",
    before: shop,
    after: patched(
      shop,
      ["paths /items get operationId", "getItems"],
      ["paths /orders post operationId", GONE],
      ["paths /items/{id} get description", "Reads one"],
    ),
    changes: [
      ["breaking", "operation-id-changed", "GET /items"],
      ["documentation", "description-changed", "GET /items/{id}"],
      ["breaking", "operation-id-changed", "POST /orders"],
    ],
  },
  {
    name: "a path parameter has another name and a longer path is another path",
    before: shop,
    after: patched(
      shop,
      ["paths /items/{id}", GONE],
      [
        "paths /items/{itemId}",
        {
          ...shop.paths["/items/{id}"],
          parameters: [{ name: "itemId", in: "path", required: true, schema: { type: "string" } }],
        },
      ],
      ["paths /orders", GONE],
      ["paths /v2/orders", shop.paths["/orders"]],
    ),
    changes: [
      ["documentation", "parameter-renamed", "DELETE /items/{itemId} path itemId"],
      ["documentation", "parameter-renamed", "GET /items/{itemId} path itemId"],
      ["breaking", "operation-removed", "POST /orders"],
      ["compatible", "operation-added", "POST /v2/orders"],
    ],
  },
  {
    name: "parameters come, go, move and become required",
    before: shop,
    after: patched(shop, [
      "paths /items get parameters",
      [
        { ...limit, required: true },
        { ...tag, in: "header" },
        requestId,
        { name: "page", in: "query", schema: { type: "integer" } },
        { name: "shop", in: "query", required: true, schema: { type: "string" } },
      ],
    ]),
    changes: [
      ["breaking", "parameter-moved", "GET /items header tag"],
      ["breaking", "parameter-became-required", "GET /items query limit"],
      ["compatible", "parameter-added", "GET /items query page"],
      ["breaking", "required-parameter-added", "GET /items query shop"],
      ["breaking", "parameter-removed", "GET /items query sort"],
    ],
  },
  {
    name: "what parameters may be is narrowed",
    before: shop,
    after: patched(shop, [
      "paths /items get parameters",
      [
        { ...limit, schema: { type: "integer", minimum: 1, maximum: 50, default: 10 } },
        { ...sort, schema: { type: "string", enum: ["name", "age"] } },
        { ...tag, schema: { type: "array", items: { type: "integer" }, maxItems: 3 } },
        { ...requestId, name: "x-request-id", schema: { type: "string" } },
      ],
    ]),
    changes: [
      ["compatible", "format-removed", "GET /items header x-request-id"],
      ["compatible", "default-changed", "GET /items query limit"],
      ["breaking", "limit-narrowed", "GET /items query limit"],
      ["breaking", "enum-value-removed", "GET /items query sort"],
      ["compatible", "enum-value-added", "GET /items query sort"],
      ["breaking", "limit-narrowed", "GET /items query tag"],
      ["breaking", "type-changed", "GET /items query tag []"],
    ],
  },
  {
    name: "parameters are written differently",
    before: shop,
    after: patched(shop, [
      "paths /items get parameters",
      [
        { ...limit, style: "form", explode: false },
        { ...sort, allowReserved: true },
        { ...tag, style: "form", explode: false },
        {
          name: "X-Request-Id",
          in: "header",
          content: { "application/json": { schema: { type: "string", format: "uuid" } } },
        },
      ],
    ]),
    changes: [
      ["breaking", "parameter-style-changed", "GET /items header X-Request-Id"],
      ["compatible", "parameter-style-changed", "GET /items query sort"],
      ["breaking", "parameter-style-changed", "GET /items query tag"],
    ],
  },
  {
    name: "parameters move between operation and path, and one overrides another",
    before: shop,
    after: patched(
      shop,
      [
        "paths /items/{id} parameters",
        [{ name: "id", in: "path", required: true, schema: { type: "integer" } }, requestId],
      ],
      [
        "paths /items/{id} get parameters",
        [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
      ],
    ),
    changes: [
      ["compatible", "parameter-added", "DELETE /items/{id} header X-Request-Id"],
      ["breaking", "type-changed", "DELETE /items/{id} path id"],
      ["compatible", "parameter-added", "GET /items/{id} header X-Request-Id"],
    ],
  },
  {
    name: "servers go, come and change, and an operation gets its own",
    before: shop,
    after: patched(
      shop,
      ["servers 0 variables region", { default: "us", enum: ["us", "asia"] }],
      ["servers 1", { url: "https://test.example.com/v1/" }],
      ["paths /orders post servers", [{ url: "https://orders.example.com" }, ...shop.servers]],
    ),
    changes: [
      ["breaking", "server-removed", "server https://sandbox.example.com/v1"],
      ["compatible", "server-added", "server https://test.example.com/v1/"],
      ["breaking", "server-changed", "server https://{region}.example.com/v1"],
      ["breaking", "server-changed", "server https://{region}.example.com/v1"],
      ["compatible", "server-changed", "server https://{region}.example.com/v1"],
      ["compatible", "server-added", "POST /orders server https://orders.example.com"],
    ],
  },
  {
    name: "only words change",
    before: shop,
    after: patched(
      shop,
      ["info version", "1.1.0"],
      ["info description", "All of it"],
      ["tags 0 description", "Things"],
      ["paths /items get summary", "Items"],
      ["paths /items post tags", ["things"]],
      ["paths /items/{id} delete deprecated", false],
      ["paths /orders post deprecated", true],
      ["paths /orders post x-sunset", "2027-01-01"],
      ["components schemas Parcel properties weight description", "In kilograms"],
      ["components schemas Parcel properties weight example", 3],
      ["components schemas Parcel properties state deprecated", true],
    ),
    changes: [
      ["documentation", "description-changed", "info"],
      ["documentation", "tags-changed", "tags"],
      ["documentation", "description-changed", "GET /items"],
      ["documentation", "tags-changed", "POST /items"],
      ["documentation", "deprecated-removed", "DELETE /items/{id}"],
      ["documentation", "deprecated-added", "POST /orders"],
      ["documentation", "sunset-changed", "POST /orders"],
      [
        "documentation",
        "deprecated-added",
        "POST /orders callback shipped {$request.body#/callback} POST body application/json state",
      ],
      [
        "documentation",
        "description-changed",
        "POST /orders callback shipped {$request.body#/callback} POST body application/json weight",
      ],
      [
        "documentation",
        "example-changed",
        "POST /orders callback shipped {$request.body#/callback} POST body application/json weight",
      ],
    ],
  },
];
