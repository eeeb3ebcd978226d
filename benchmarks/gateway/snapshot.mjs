// What `compile` would make of a document with GET and POST /items and the gateway's defaults.
import { createHash } from "node:crypto";

export const KEY = "benchmark-key-0123456789abcdef";

export function snapshot(origin) {
  const timeouts = { connect: 1000, firstByte: 30_000, idle: 30_000, total: null };
  const retry = {
    attempts: 1,
    statuses: [502, 503, 504],
    budget: { ratio: 0.2, min: 3 },
    backoff: { base: 25, max: 1000 },
    bodyLimit: 65_536,
  };
  const place = { file: "items.yaml", line: 1, pointer: "" };
  const upstream = {
    discovery: { kind: "static", targets: [{ origin, weight: 1 }] },
    balance: { kind: "p2c" },
    basePath: "",
    host: "upstream",
    protocol: "http1",
    tls: { verify: true, serverName: null, ca: null, cert: null, key: null },
    timeouts,
    retry,
    breaker: { failureRatio: 0.5, minimum: 20, window: 10_000, openFor: 5000, probes: 3 },
    health: { active: null, passive: { failures: 5, ejectFor: 10_000, maxEjected: 0.5 } },
    pool: { connections: 256, waiting: 1024, waitTimeout: 5000, idleTimeout: 20_000 },
    concurrency: null,
    canary: null,
  };
  const operation = (method, template) => ({
    id: `items:${method}`,
    service: "items",
    operationId: method,
    summary: null,
    tags: [],
    method,
    hosts: null,
    template,
    target: template,
    choice: null,
    bind: [],
    parameters: [],
    requestBody:
      method === "GET" ? null : { required: true, content: { "application/json": { schema: null } } },
    responses: {},
    security: [],
    deprecation: null,
    retired: false,
    internal: false,
    policies: [],
    limits: { body: 1_048_576, head: 16_384 },
    timeouts,
    retry,
    origin: place,
  });
  return {
    format: 1,
    hash: "benchmark",
    gateway: {
      title: "Benchmark",
      listen: { host: "127.0.0.1", port: 0 },
      trustedProxies: [],
      paths: { encodedSlash: "refuse", emptySegments: "refuse" },
      docs: null,
      admin: null,
      redis: null,
      accessLog: false,
      drainTimeout: 10_000,
    },
    services: {
      items: {
        name: "items",
        title: "Items",
        version: "1.0.0",
        major: "1",
        description: null,
        upstream,
        securitySchemes: {},
        origin: place,
      },
    },
    operations: [operation("GET", "/items/{id}"), operation("POST", "/items")],
    schemas: {},
    consumers: [],
  };
}

/** The same with an API key, a rate limit, and every value of a request validated. */
export function secured(origin) {
  const plain = snapshot(origin);
  const { items } = plain.services;
  const limit = {
    phase: "limit",
    kind: "limit",
    options: { rate: "60000000/min", by: "app" },
    origin: items.origin,
  };
  const operations = plain.operations.map((operation) => ({
    ...operation,
    security: [{ key: [] }],
    policies: [limit],
    ...(operation.method === "GET" ? { parameters: [ID] } : { requestBody: ITEM }),
  }));
  const hash = createHash("sha256").update(KEY).digest("hex");
  const nobody = { basic: [], certificates: [], scopes: [], claims: {} };
  return {
    ...plain,
    hash: "benchmark, secured",
    services: {
      items: { ...items, securitySchemes: { key: { kind: "apiKey", in: "header", name: "x-api-key" } } },
    },
    operations,
    consumers: [{ id: "benchmark", keys: [{ hash, scheme: null }], ...nobody }],
  };
}

const ID = {
  in: "path",
  name: "id",
  required: true,
  style: "simple",
  explode: false,
  allowReserved: false,
  schema: { type: "integer", minimum: 1 },
  mediaType: null,
};
const ITEM = {
  required: true,
  content: {
    "application/json": {
      schema: {
        type: "object",
        required: ["name", "tags"],
        additionalProperties: false,
        properties: {
          name: { type: "string", minLength: 1, maxLength: 100 },
          tags: { type: "array", maxItems: 100, items: { type: "string", pattern: "^tag-[0-9]+$" } },
        },
      },
    },
  },
};
