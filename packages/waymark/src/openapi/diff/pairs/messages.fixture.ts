import { GONE, patched, type Pair } from "./pair.fixture.ts";
import { shop } from "./shop.fixture.ts";

const NEW_ITEM = "components schemas NewItem";
const parcel = "POST /orders callback shipped {$request.body#/callback} POST body application/json";

/** Bodies, responses, callbacks, security. */
export const messagePairs: readonly Pair[] = [
  {
    name: "a body becomes required, loses a media type, gets another; one goes, one comes",
    before: shop,
    after: patched(
      shop,
      ["paths /items post requestBody required", true],
      ["paths /items post requestBody content application/x-www-form-urlencoded", GONE],
      ["paths /items post requestBody content text/csv", { schema: { type: "string" } }],
      ["paths /orders post requestBody", GONE],
      ["paths /items/{id} delete requestBody", { content: { "application/json": { schema: {} } } }],
    ),
    changes: [
      ["breaking", "request-body-became-required", "POST /items body"],
      ["breaking", "media-type-removed", "POST /items body application/x-www-form-urlencoded"],
      ["compatible", "media-type-added", "POST /items body text/csv"],
      ["compatible", "request-body-added", "DELETE /items/{id} body"],
      ["breaking", "request-body-removed", "POST /orders body"],
    ],
  },
  {
    name: "media types are spelt differently, widened to a range, and a form is encoded differently",
    before: patched(shop, [
      "paths /orders post requestBody content image/png",
      { schema: { type: "string", format: "binary" } },
    ]),
    after: patched(
      shop,
      ["paths /items get responses 200 content application/json", GONE],
      [
        "paths /items get responses 200 content Application/JSON;charset=utf-8",
        shop.paths["/items"].get.responses["200"].content["application/json"],
      ],
      ["paths /orders post requestBody content image/*", { schema: { type: "string", format: "binary" } }],
      [
        "paths /items post requestBody content application/x-www-form-urlencoded encoding tags explode",
        false,
      ],
    ),
    changes: [
      ["breaking", "encoding-changed", "POST /items body application/x-www-form-urlencoded tags"],
      ["compatible", "media-type-added", "POST /orders body image/*"],
    ],
  },
  {
    name: "what requests may hold is narrowed, and so is what responses hold",
    before: shop,
    after: patched(
      shop,
      [`${NEW_ITEM} required`, ["name", "price", "note"]],
      [`${NEW_ITEM} properties name maxLength`, 40],
      [`${NEW_ITEM} properties note nullable`, GONE],
      [`${NEW_ITEM} properties price type`, "integer"],
      [`${NEW_ITEM} properties price format`, GONE],
      [`${NEW_ITEM} properties colour enum`, ["red"]],
    ),
    changes: bothWays("compatible", "breaking", [
      ["enum-value-removed", "colour"],
      ["limit-narrowed", "name"],
      ["null-removed", "note"],
      ["property-became-required", ""],
      ["format-removed", "price", "swapped"],
      ["type-narrowed", "price"],
    ]),
  },
  {
    name: "what requests may hold is widened, and so is what responses hold",
    before: shop,
    after: patched(
      shop,
      [`${NEW_ITEM} required`, ["name"]],
      [`${NEW_ITEM} properties name minLength`, GONE],
      [`${NEW_ITEM} properties name nullable`, true],
      [`${NEW_ITEM} properties price exclusiveMinimum`, false],
      [`${NEW_ITEM} properties colour enum`, ["red", "green", "blue"]],
    ),
    changes: bothWays("breaking", "compatible", [
      ["enum-value-added", "colour"],
      ["limit-widened", "name"],
      ["null-added", "name"],
      ["property-became-optional", ""],
      ["limit-widened", "price"],
    ]),
  },
  {
    name: "properties come and go",
    before: shop,
    after: patched(
      shop,
      [`${NEW_ITEM} properties note`, GONE],
      [`${NEW_ITEM} properties size`, { type: "number" }],
      ["components schemas Order properties express", { type: "boolean" }],
      ["components schemas Order required", ["item", "payment", "callback", "express"]],
      ["components schemas Parcel properties weight", GONE],
      ["components schemas Parcel required", GONE],
    ),
    changes: [
      ...items((at) => ["breaking", "property-removed", at]),
      ...items((at) => ["compatible", "property-added", at]),
      ["breaking", "required-property-added", "POST /orders body application/json"],
      ["breaking", "property-removed", parcel],
    ],
  },
  {
    name: "limits, patterns and formats of a request",
    before: shop,
    after: patched(
      shop,
      ["components schemas Order properties count", { type: "integer", format: "int64", multipleOf: 3 }],
      ["components schemas Order properties callback format", "uri-reference"],
      ["components schemas Order properties code pattern", "^[A-Z]{2,3}$"],
      ["components schemas Order properties labels additionalProperties", { type: "string", maxLength: 9 }],
      ["components schemas Order additionalProperties", GONE],
      ["components schemas Order properties item not", { enum: ["none"] }],
    ),
    changes: [
      ["compatible", "additional-properties-allowed", "POST /orders body application/json"],
      ["breaking", "format-changed", "POST /orders body application/json callback"],
      ["breaking", "pattern-changed", "POST /orders body application/json code"],
      ["compatible", "format-widened", "POST /orders body application/json count"],
      ["breaking", "limit-changed", "POST /orders body application/json count"],
      ["breaking", "constraint-added", "POST /orders body application/json item"],
      ["breaking", "limit-narrowed", "POST /orders body application/json labels{*}"],
    ],
  },
  {
    name: "read-only and write-only",
    before: shop,
    after: patched(
      shop,
      [`${NEW_ITEM} properties note readOnly`, true],
      ["components schemas Card properties secret writeOnly", false],
      ["components schemas Item allOf 1 properties id readOnly", false],
    ),
    changes: [
      ["breaking", "read-only-added", "POST /items body application/json"],
      ["documentation", "read-only-added", "GET /items response 200 application/json []"],
      ["documentation", "read-only-removed", "GET /items response 200 application/json []"],
      ["documentation", "read-only-added", "POST /items response 201 application/json"],
      ["documentation", "read-only-removed", "POST /items response 201 application/json"],
      ["documentation", "read-only-added", "GET /items/{id} response 200 application/json"],
      ["documentation", "read-only-removed", "GET /items/{id} response 200 application/json"],
      ["documentation", "write-only-removed", "POST /orders body application/json payment<Card>"],
    ],
  },
  {
    name: "alternatives come and go, and the discriminator changes",
    before: shop,
    after: patched(
      shop,
      [
        "components schemas Voucher",
        { type: "object", required: ["by"], properties: { by: { type: "string" } } },
      ],
      ["components schemas Payment oneOf 1", { $ref: "#/components/schemas/Voucher" }],
      [
        "components schemas Payment discriminator mapping",
        { "credit-card": "#/components/schemas/Card", voucher: "#/components/schemas/Voucher" },
      ],
      ["components schemas Card properties number maxLength", 16],
    ),
    changes: [
      ["compatible", "alternative-added", "POST /orders body application/json payment"],
      ["breaking", "alternative-removed", "POST /orders body application/json payment"],
      ["breaking", "discriminator-changed", "POST /orders body application/json payment"],
      ["breaking", "discriminator-changed", "POST /orders body application/json payment"],
      ["breaking", "limit-narrowed", "POST /orders body application/json payment<Card>.number"],
    ],
  },
  {
    name: "statuses and header fields of responses",
    before: shop,
    after: patched(
      shop,
      ["paths /items get responses 200 headers X-Total", GONE],
      ["paths /items get responses 200 headers ETag", { schema: { type: "string" } }],
      ["paths /items get responses 200 content text/csv", GONE],
      ["paths /items post responses 201", GONE],
      ["paths /items post responses 200", shop.paths["/items"].post.responses["201"]],
      ["paths /items post responses 409", shop.paths["/items"].post.responses["422"]],
      ["paths /items/{id} get responses 404", GONE],
      ["paths /items/{id} get responses 304", { description: "As it was" }],
      ["paths /orders post responses", { "2XX": { description: "Some way" } }],
    ),
    changes: [
      ["compatible", "header-added", "GET /items response 200 header ETag"],
      ["breaking", "header-removed", "GET /items response 200 header X-Total"],
      ["breaking", "media-type-removed", "GET /items response 200 text/csv"],
      ["breaking", "success-status-changed", "POST /items response 200"],
      ["compatible", "error-status-added", "POST /items response 409"],
      ["compatible", "success-status-added", "GET /items/{id} response 304"],
      ["compatible", "error-status-removed", "GET /items/{id} response 404"],
      ["documentation", "description-changed", "POST /orders response 202"],
      ["compatible", "success-status-added", "POST /orders response 2XX"],
    ],
  },
  {
    name: "what callbacks send is widened, and one goes",
    before: patched(shop, [
      "paths /orders post callbacks lost",
      { "{$request.body#/callback}": { post: { responses: { "204": { description: "Oh" } } } } },
    ]),
    after: patched(
      shop,
      ["components schemas Parcel required", []],
      ["components schemas Parcel properties state enum", ["sent", "lost", "found"]],
      ["components schemas Parcel properties weight minimum", 0],
    ),
    changes: [
      ["breaking", "callback-removed", "POST /orders callback lost {$request.body#/callback} POST"],
      ["breaking", "property-became-optional", parcel],
      ["breaking", "enum-value-added", `${parcel} state`],
      ["compatible", "limit-narrowed", `${parcel} weight`],
    ],
  },
  {
    name: "security of operations",
    before: shop,
    after: patched(
      shop,
      ["paths /items get security", [{ key: [] }]],
      ["paths /items post security", [{ key: [], login: ["shop:read"] }, { login: ["shop:write"] }]],
      ["paths /items/{id} delete security", [{ login: ["shop:read", "shop:write"] }]],
      ["paths /items/{id} get security", [{ key: [] }]],
      ["paths /orders post security", [{}, { key: [] }]],
    ),
    changes: [
      ["breaking", "security-added", "GET /items security"],
      ["breaking", "security-scheme-added", "POST /items security"],
      ["breaking", "security-scope-added", "POST /items security"],
      ["compatible", "security-scope-removed", "POST /items security"],
      ["breaking", "security-scope-added", "DELETE /items/{id} security"],
      ["breaking", "security-alternative-removed", "GET /items/{id} security"],
      ["compatible", "security-removed", "POST /orders security"],
    ],
  },
  {
    name: "security schemes have other names, and carry something else",
    before: shop,
    after: patched(
      shop,
      ["security", [{ apiKey: [] }, { login: ["shop:read"] }]],
      ["components securitySchemes key", GONE],
      [
        "components securitySchemes apiKey",
        { type: "apiKey", in: "header", name: "x-key", description: "Ask us" },
      ],
      ["components securitySchemes login flows clientCredentials tokenUrl", "https://id.example.com/token"],
      [
        "components securitySchemes login flows authorizationCode",
        { authorizationUrl: "https://id.example.com/", tokenUrl: "https://id.example.com/token", scopes: {} },
      ],
    ),
    changes: [
      ["compatible", "security-scheme-changed", "security scheme login"],
      ["compatible", "security-scheme-changed", "security scheme login"],
      ["breaking", "security-scheme-changed", "security scheme login"],
    ],
  },
];

type Kind = Pair["changes"][number][0];
type Code = Pair["changes"][number][1];

/** Changes of NewItem: in one request, and in the three responses whose items are made of it. */
function bothWays(
  sent: Kind,
  received: Kind,
  list: readonly (readonly [Code, string, "swapped"?])[],
): Pair["changes"] {
  return list.flatMap(([code, property, swapped]) => {
    const [out, in_] = swapped === undefined ? [sent, received] : [received, sent];
    const list_ = property === "" ? "[]" : `[].${property}`;
    const one = property === "" ? "" : ` ${property}`;
    return [
      [in_, code, `POST /items body application/json${one}`],
      [out, code, `GET /items response 200 application/json ${list_}`],
      [out, code, `POST /items response 201 application/json${one}`],
      [out, code, `GET /items/{id} response 200 application/json${one}`],
    ] as const;
  });
}

function items(expected: (at: string) => Pair["changes"][number]): Pair["changes"] {
  return [
    "POST /items body application/json",
    "GET /items response 200 application/json []",
    "POST /items response 201 application/json",
    "GET /items/{id} response 200 application/json",
  ].map(expected);
}
