import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sourceOf } from "../documents/source-file.ts";
import { ConfigurationError } from "../configuration-error.ts";
import { explain } from "./explain.ts";
import { compile, tryCompile } from "./compile.ts";
import {
  compiledOf,
  documentOf,
  mistakesOf,
  operationOf,
  orders,
  snapshotOf,
  texts,
} from "./compile.fixture.ts";

const DOCUMENT = orders(`security: [{ key: [] }]
paths:
  /orders/{orderId}:
    parameters:
      - { name: orderId, in: path, required: true, schema: { type: integer } }
      - { name: verbose, in: query, schema: { type: boolean } }
    get:
      operationId: readOrder
      summary: Read an order
      description: By its number.
      tags: [orders]
      parameters:
        - { name: verbose, in: query, allowEmptyValue: true, schema: { type: string } }
        - { name: Accept, in: header, schema: { type: string } }
        - { name: X-Trace, in: header, description: Shown in logs, schema: { type: string } }
        - { name: filter, in: query, style: deepObject, explode: true, schema: { type: object } }
        - { name: where, in: query, content: { application/json: { schema: { type: object } } } }
      responses:
        "200": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } }
        4XX: { $ref: "#/components/responses/Problem" }
    put:
      requestBody:
        required: true
        content:
          Application/JSON; charset=utf-8: { schema: { $ref: "#/components/schemas/Order" } }
          image/*: {}
      responses: { default: { description: any } }
      security: []
    trace: { responses: {} }
components:
  schemas: { Order: { type: object } }
  responses: { Problem: { description: wrong, content: { application/problem+json: { schema: { type: object } } } } }
  securitySchemes: { key: { type: apiKey, in: header, name: x-api-key } }
`);

describe("a document alone", () => {
  it("says where its service runs, what may be asked, and by whom", () => {
    const snapshot = snapshotOf({ orders: DOCUMENT });
    expect(snapshot.services["orders"]).toMatchObject({
      title: "Orders",
      version: "1.2.0",
      major: "1",
      upstream: {
        discovery: { kind: "static", targets: [{ origin: "https://orders.example.com", weight: 1 }] },
        basePath: "/v1",
        balance: { kind: "p2c" },
        tls: { verify: true },
      },
      securitySchemes: { key: { kind: "apiKey", in: "header", name: "x-api-key" } },
    });
    const plain = { required: false, explode: false, allowReserved: false, mediaType: null };
    expect(operationOf(snapshot, "orders:readOrder")).toEqual({
      id: "orders:readOrder",
      service: "orders",
      operationId: "readOrder",
      summary: "Read an order",
      description: "By its number.",
      tags: ["orders"],
      method: "GET",
      hosts: null,
      template: "/v1/orders/{orderId}",
      target: "/v1/orders/{orderId}",
      choice: null,
      bind: [],
      parameters: [
        {
          ...plain,
          in: "path",
          name: "orderId",
          required: true,
          style: "simple",
          schema: { type: "integer" },
        },
        {
          ...plain,
          in: "query",
          name: "verbose",
          style: "form",
          explode: true,
          schema: { type: "string" },
          allowEmptyValue: true,
        },
        {
          ...plain,
          in: "header",
          name: "X-Trace",
          description: "Shown in logs",
          style: "simple",
          schema: { type: "string" },
        },
        {
          ...plain,
          in: "query",
          name: "filter",
          style: "deepObject",
          explode: true,
          schema: { type: "object" },
        },
        {
          ...plain,
          in: "query",
          name: "where",
          style: "form",
          explode: true,
          schema: { type: "object" },
          mediaType: "application/json",
        },
      ],
      requestBody: null,
      responses: {
        "200": {
          description: "ok",
          content: { "application/json": { schema: { $ref: "#/schemas/orders.Order" } } },
        },
        "4XX": {
          description: "wrong",
          content: { "application/problem+json": { schema: { type: "object" } } },
        },
      },
      security: [{ key: [] }],
      deprecation: null,
      retired: false,
      internal: false,
      policies: [],
      limits: { body: 1_048_576, head: 16_384 },
      timeouts: { connect: 2000, firstByte: 30_000, idle: 60_000, total: null },
      retry: {
        attempts: 1,
        statuses: [502, 503, 504],
        budget: { ratio: 0.2, min: 3 },
        backoff: { base: 25, max: 1000 },
        bodyLimit: 65_536,
      },
      origin: { file: "orders.yaml", line: 10, pointer: "/paths/~1orders~1{orderId}/get" },
    });
    expect(operationOf(snapshot, "orders:put_orders_orderId")).toMatchObject({
      security: [],
      requestBody: {
        required: true,
        content: {
          "application/json": { schema: { $ref: "#/schemas/orders.Order" } },
          "image/*": { schema: null },
        },
      },
    });
    expect(snapshot.schemas).toEqual({ "orders.Order": { type: "object" } });
    expect(texts(compiledOf({ orders: DOCUMENT }).warnings)).toEqual([
      "orders.yaml:32: TRACE /orders/{orderId} is not served by the gateway. Requests for it are answered by 405. [GW608]",
    ]);
  });

  it("of 3.2 may have QUERY and further methods", () => {
    const text = orders(
      `paths:
  /orders:
    query: { operationId: search, responses: {} }
    additionalOperations: { COPY: { operationId: copy, responses: {} } }
`,
      "3.2.0",
    );
    const { snapshot, warnings } = compiledOf({ orders: text });
    expect(snapshot?.operations.map(({ method, id }) => `${method} ${id}`)).toEqual(["QUERY orders:search"]);
    expect(texts(warnings)[0]).toContain("COPY /orders is not served by the gateway");
  });

  it("of Waymark may have WebSockets, beside a GET as well, each with its own security", () => {
    const text = orders(`security: [{ key: [] }]
paths: { /both: { get: { operationId: both, responses: {} } } }
x-waymark-sockets:
  - { path: "/rooms/{room}", operationId: join, parameters: [{ name: room, in: path, required: true, schema: { type: string } }] }
  - { path: /both, operationId: bothSocket, security: [] }
  - 7
components: { securitySchemes: { key: { type: apiKey, in: header, name: k } } }
`);
    expect(mistakesOf(text)).toEqual([
      "orders.yaml:9: '' must start with '/'. A path is like /items/{itemId}, without query and fragment. [GW303]",
    ]);
    const { operations } = snapshotOf({ orders: text.replace("  - 7\n", "") });
    expect(operations.map(({ id, method, template, security }) => [id, method, template, security])).toEqual([
      ["orders:both", "GET", "/v1/both", [{ key: [] }]],
      ["orders:bothSocket", "WEBSOCKET", "/v1/both", []],
      ["orders:join", "WEBSOCKET", "/v1/rooms/{room}", [{ key: [] }]],
    ]);
    const asked = (path: string): string | undefined =>
      explain(snapshotOf({ orders: text.replace("  - 7\n", "") }), {
        method: "GET",
        path,
        host: undefined,
        headers: new Map(),
      })?.operation.id;
    expect([asked("/v1/both"), asked("/v1/rooms/1")]).toEqual(["orders:both", "orders:join"]);
    expect(mistakesOf(text.replace("- 7", '- { path: "/rooms/{other}" }'))).toEqual([
      expect.stringContaining("orders.yaml:9: '/rooms/{other}' and '/rooms/{room}'"),
    ]);
  });

  it("has policies of GET on WebSockets too, and some on them alone", () => {
    const text = orders(
      "paths: { /a: { get: { operationId: a, responses: {} } } }\nx-waymark-sockets: [{ path: /a, operationId: b }]\n",
    );
    const { operations } = snapshotOf(
      { orders: text },
      {
        policies: [
          { match: { methods: ["GET"] }, bodyLimit: { max: 1 } },
          { match: { methods: ["websocket"] }, concurrency: { requests: 1 } },
        ],
      },
    );
    expect(operations.map(({ method, policies }) => [method, ...policies.map(({ kind }) => kind)])).toEqual([
      ["GET", "bodyLimit"],
      ["WEBSOCKET", "bodyLimit", "concurrency"],
    ]);
  });

  it("may name parameters as templates do not", () => {
    const text = orders(`paths:
  /a/{user.id}/{proxy+}:
    get: { operationId: a, parameters: [{ name: user.id, in: path, required: true, schema: { type: integer } }], responses: {} }
`);
    const { snapshot, warnings } = compiledOf({ orders: text });
    expect(snapshot?.operations[0]).toMatchObject({
      template: "/v1/a/{user_id}/{proxy:path}",
      target: "/v1/a/{user_id}/{proxy:path}",
    });
    expect(snapshot?.operations[0]?.parameters.map(({ name }) => name)).toEqual(["user_id", "proxy"]);
    expect(texts(warnings)).toContain(
      "orders.yaml:6: {proxy+} of '/a/{user_id}/{proxy:path}' is not among the parameters. Declare it with a schema: any text passes until then. [GW605]",
    );
  });

  it("has every fault named at once, with its line", () => {
    const text = orders(`paths:
  /a?b=c: { get: { responses: {} } }
  /b/{x}: { get: { operationId: same, responses: { 2000: {} } } }
  /b/{y}: { get: { responses: {} }, put: { operationId: same, parameters: [{ name: q, in: body, schema: {} }, 7], responses: {} } }
  /c: { post: { requestBody: { content: { json: {} } }, responses: {} }, get: 5 }
  /d: []
`);
    expect(mistakesOf(text)).toEqual([
      "orders.yaml:5: '/a?b=c' has a '?' or '#': a template is a path without query and fragment. A path is like /items/{itemId}, without query and fragment. [GW303]",
      "orders.yaml:6: '2000' stands where a status, a range such as 4XX, or default should. Correct the document. [GW306]",
      "orders.yaml:7: '/b/{y}' and '/b/{x}' differ in nothing but the names of their parameters. Join them, or remove one. [GW304]",
      "orders.yaml:7: \"body\" stands where path, query, header or cookie (of the parameter 'q') should. Correct the document. [GW306]",
      "orders.yaml:7: 7 stands where a parameter should. Correct the document. [GW306]",
      "orders.yaml:8: 5 stands where an operation should. Correct the document. [GW306]",
      "orders.yaml:8: 'json' is no media type. Write one such as application/json. [GW308]",
      "orders.yaml:9: [] stands where a path item should. Correct the document. [GW306]",
      "orders.yaml:7: the operationId 'same' is also that of GET /b/{x} (orders.yaml:6). Each operation of a document needs one of its own. [GW305]",
    ]);
    expect(() => compile({ services: { orders: { spec: "x" } } }, { orders: documentOf(text) })).toThrow(
      ConfigurationError,
    );
  });
});

/** The same value with the keys of its objects in another order. */
function shuffled(value: unknown, order: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, order));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map((entry) => [order(), entry] as const)
      .toSorted(([a], [b]) => a - b)
      .map(([, [key, member]]) => [key, shuffled(member, order)]),
  );
}

describe("the hash", () => {
  const config = {
    services: {
      orders: { spec: "orders.yaml", mount: "/shop", timeout: { total: "5s", connect: "1s" } },
      more: { spec: "more.yaml", mount: "/more" },
    },
    policies: [{ limit: { by: "ip", rate: "10/min" }, match: { tags: ["orders"], methods: ["GET"] } }],
    aliases: [
      {
        path: "/old/{number}",
        operation: "orders:readOrder",
        bind: { orderId: "number", "header:x-trace": { query: "trace" }, filter: { constant: "x" } },
      },
    ],
  };
  const value = documentOf(DOCUMENT).main.value;
  const hashOf = (order: () => number): string => {
    const document = {
      main: sourceOf(shuffled(value, order), "orders.yaml"),
      siblings: new Map(),
      overlays: [],
    };
    return compile(shuffled(config, order) as typeof config, { orders: document, more: document }).hash;
  };

  it("does not depend on the order in which keys are written", () => {
    const plain = hashOf(() => 0);
    const orderings = fc.array(fc.nat(), { minLength: 200, maxLength: 200 });
    fc.assert(
      fc.property(orderings, (numbers) => {
        let at = 0;
        expect(hashOf(() => numbers[at++ % numbers.length]!)).toBe(plain);
      }),
      { numRuns: 25 },
    );
  });

  it("does not depend on where something is written, and does on what", () => {
    const { hash } = snapshotOf({ orders: DOCUMENT });
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(snapshotOf({ orders: `# a comment\n${DOCUMENT}` }).hash).toBe(hash);
    const limited = `${DOCUMENT}\nx-waymark: { limit: { rate: 5/s } }\n`;
    expect(snapshotOf({ orders: `# a comment\n${limited}` }).hash).toBe(snapshotOf({ orders: limited }).hash);
    expect(snapshotOf({ orders: limited }).hash).not.toBe(hash);
    expect(snapshotOf({ orders: DOCUMENT.replace("x-api-key", "x-key") }).hash).not.toBe(hash);
    expect(snapshotOf({ orders: DOCUMENT.replace("type: integer", "type: number") }).hash).not.toBe(hash);
  });

  it("leaves its inputs as they were", () => {
    const document = documentOf(DOCUMENT);
    const before = JSON.stringify([document.main.value, config]);
    compile(config, { orders: document, more: document });
    expect(JSON.stringify([document.main.value, config])).toBe(before);
  });

  it("leaves out no service whose document it was not given", () => {
    const services = { constructor: { spec: "a.yaml" }, orders: { spec: "orders.yaml" } };
    const { snapshot, mistakes } = tryCompile({ services }, { orders: documentOf(DOCUMENT) });
    expect(snapshot).toBeUndefined();
    expect(texts(mistakes)).toEqual([
      "gateway.config.ts#/services/constructor/spec: the document of 'constructor' is not among those that were given. Give what `loadDocuments` makes of this configuration, or write `spec: false` if it has none. [GW224]",
    ]);
  });

  it.each([
    [0.5, { ratio: 0.5, min: 3 }],
    ["50%", { ratio: 0.5, min: 3 }],
    [
      { ratio: 0.5, min: 9 },
      { ratio: 0.5, min: 9 },
    ],
    [{ min: 9 }, { ratio: 0.2, min: 9 }],
  ])("takes a budget of further attempts as %o", (budget, expected) => {
    const services = { orders: { retry: { budget } } };
    const snapshot = snapshotOf({ orders: DOCUMENT }, { services });
    expect(operationOf(snapshot, "orders:readOrder").retry.budget).toEqual(expected);
  });
});
