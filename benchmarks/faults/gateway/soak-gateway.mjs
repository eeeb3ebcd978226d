// What the gateway of the soak runs: two documents and a configuration, which changes again and again.
import { createHash, generateKeyPairSync, sign } from "node:crypto";

export const KEY = "soak-key-0123456789abcdef0123456789";
export const CONNECTIONS = 64;
/** Milliseconds after which the gateway closes a connection to a service that nobody uses. */
export const IDLE = 4000;

const number = { type: "integer", minimum: 1 };
const id = { name: "id", in: "path", required: true, schema: number };
const item = {
  type: "object",
  required: ["id", "name", "tags"],
  properties: {
    id: number,
    name: { type: "string" },
    tags: { type: "array", items: { type: "string" } },
    note: { type: "string" },
  },
};
const order = {
  type: "object",
  required: ["sku", "quantity", "note"],
  additionalProperties: false,
  properties: { sku: { type: "string" }, quantity: number, note: { type: "string", maxLength: 2000 } },
};
const json = (schema) => ({ content: { "application/json": { schema } } });
const replying = (schema) => ({ 200: { description: "Done", ...json(schema) } });
const DONE = { 200: { description: "Done" } };
const read = (members) => ({ get: { parameters: [id], responses: replying(item), ...members } });
const take = (members) => ({
  post: { requestBody: { required: true, ...json(order) }, responses: replying(order), ...members },
});
const plain = { get: { responses: DONE } };
const named = (paths) => {
  for (const [path, item] of Object.entries(paths))
    for (const [method, operation] of Object.entries(item))
      operation.operationId = `${method}${path.replaceAll(/\W+/g, "_")}`;
  return paths;
};

/** The services' documents. */
export const DOCUMENTS = {
  "main.json": {
    openapi: "3.1.0",
    info: { title: "Main", version: "1.0.0" },
    components: {
      securitySchemes: {
        key: { type: "apiKey", in: "header", name: "x-api-key" },
        token: { type: "http", scheme: "bearer" },
      },
    },
    paths: named({
      "/items/{id}": read(),
      "/echo": take(),
      "/secure/items/{id}": read({ security: [{ key: [] }] }),
      "/secure/echo": take({ security: [{ key: [] }] }),
      "/token/items/{id}": read({ security: [{ token: [] }] }),
      "/limited/{id}": read(),
      "/filtered/{id}": read(),
      "/rewritten": take(),
      "/upload": {
        post: {
          requestBody: { content: { "application/octet-stream": {} } },
          responses: DONE,
        },
      },
      "/large": plain,
      "/pieces": { get: { responses: DONE } },
      "/events": {
        get: {
          parameters: [{ name: "endless", in: "query", schema: { type: "boolean" } }],
          responses: DONE,
        },
      },
      "/slow": { get: { responses: DONE } },
      "/socket": { get: { responses: { 101: { description: "A WebSocket" } } } },
    }),
  },
  "faulty.json": {
    openapi: "3.1.0",
    info: { title: "Faulty", version: "1.0.0" },
    paths: named({
      "/flaky/{id}": {
        get: {
          parameters: [id, { name: "by", in: "query", schema: { enum: ["status", "reset"] } }],
          responses: DONE,
        },
      },
      "/broken": { post: { responses: DONE } },
      "/refused": { post: { responses: DONE } },
      "/cut": { get: { responses: DONE } },
      "/stalled": {
        get: { responses: DONE, "x-waymark": { timeout: { firstByte: "200ms" }, retry: false } },
      },
      "/closing": { get: { responses: DONE } },
    }),
  },
};

/** gateway.yaml, the `revision`-th. Another one changes what all have in common, others the ways to the services as well. */
export function configuration([first, second, third], revision) {
  const target = (port) => `http://127.0.0.1:${port}`;
  const pool = { connections: CONNECTIONS, idleTimeout: `${IDLE}ms` };
  return {
    title: `Soak ${revision}`,
    services: {
      main: {
        spec: "./main.json",
        securitySchemes: { token: { keys: "./keys.json", algorithms: ["EdDSA"], audiences: ["soak"] } },
        upstream: {
          targets: [target(first), target(second)],
          // Every fourth one parts with all connections to the services.
          pool: { ...pool, waiting: 1024 + (Math.floor(revision / 4) % 2) },
        },
      },
      faulty: {
        spec: "./faulty.json",
        upstream: {
          targets: [target(third)],
          pool: { ...pool, waiting: 1024 + (Math.floor(revision / 2) % 2) },
          retry: { attempts: 2, budget: "100%", backoff: { base: "5ms", max: "20ms" } },
          breaker: false,
          health: { passive: false },
        },
      },
    },
    consumers: { soak: { keys: [`sha256:${createHash("sha256").update(KEY).digest("hex")}`] } },
    policies: [
      { match: { paths: ["/secure/**"] }, limit: { rate: "60000000/min", by: "app" } },
      { match: { paths: ["/secure/**"] }, concurrency: { requests: 1000, by: "app" } },
      {
        match: { paths: ["/limited/**"] },
        limit: { rate: "5/s", by: "header:x-tenant", algorithm: "token-bucket" },
      },
      { match: { paths: ["/filtered/**"] }, validateResponse: { mode: "enforce" } },
      { match: { paths: ["/filtered/**"] }, responseFilter: { keep: ["/id", "/name", "/tags"] } },
      { match: { paths: ["/filtered/**"] }, requestHeaders: { set: { "x-revision": String(revision) } } },
      { match: { paths: ["/rewritten"] }, rewriteBody: { set: { "/sku": "${ip}" } } },
      { cors: { origins: ["https://shop.example"] } },
    ],
  };
}

/** A mistake in it: it is not taken. */
export const MISTAKEN = { services: { main: { spec: "./nowhere.json" } } };

/** Whoever issues tokens: the file of its keys, and new tokens of one of many callers. */
export function issuer() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const keys = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "soak", alg: "EdDSA", use: "sig" }] };
  let count = 0;
  const token = () => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { sub: `caller ${count++}`, aud: "soak", iat: now, exp: now + 3600 };
    const text = `${part({ alg: "EdDSA", kid: "soak" })}.${part(claims)}`;
    return `${text}.${sign(null, Buffer.from(text), privateKey).toString("base64url")}`;
  };
  return { keys, token };
}
