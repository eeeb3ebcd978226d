import { operationOf as plainOperation, ORIGIN, upstreamOf } from "../plane/snapshot.fixture.ts";
import type { Operation, Snapshot } from "../snapshot.ts";
import type { Finished } from "./watcher.ts";

export function operationOf(id = "orders:readOrder", given: Partial<Operation> = {}): Operation {
  const [service, operationId] = id.split(":") as [string, string];
  return plainOperation("GET /orders/{id}", { id, service, operationId, ...given });
}

export function snapshotOf(operations: readonly Operation[]): Snapshot {
  const services = [...new Set(operations.map(({ service }) => service))].map((name) => ({
    name,
    title: `The ${name}`,
    version: "1.2.0",
    major: "1",
    description: null,
    upstream: upstreamOf(["http://10.0.0.1:8080"]),
    securitySchemes: {},
    origin: ORIGIN,
  }));
  return {
    format: 1,
    hash: "0123456789abcdef".repeat(4),
    gateway: {
      title: "Shop",
      listen: { host: "127.0.0.1", port: 8000 },
      trustedProxies: [],
      paths: { encodedSlash: "refuse", emptySegments: "refuse" },
      docs: null,
      admin: null,
      redis: { url: "redis://:hunter2@10.0.0.9", prefix: "shop" },
      accessLog: true,
      drainTimeout: 10_000,
    },
    services: Object.fromEntries(services.map((service) => [service.name, service])),
    operations,
    schemas: {},
    consumers: [
      {
        id: "mobile",
        keys: [{ hash: "ab".repeat(32), scheme: null }],
        basic: [],
        certificates: [],
        scopes: [],
        claims: {},
      },
    ],
  };
}

export function finished(given: Partial<Finished> = {}): Finished {
  return {
    method: "GET",
    path: "/orders/1",
    host: "shop.test",
    operation: operationOf(),
    status: 200,
    milliseconds: 12.3456,
    upstreamMilliseconds: 10.5,
    target: "http://10.0.0.1:8080",
    attempts: 1,
    failure: undefined,
    clientAddress: "192.0.2.7",
    principal: undefined,
    isAborted: false,
    log: undefined,
    ...given,
  };
}
