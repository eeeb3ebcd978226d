import {
  operationOf as plainOperation,
  serviceOf,
  snapshotOf as plainSnapshot,
  upstreamOf,
} from "../plane/snapshot.fixture.ts";
import type { Operation, Snapshot } from "../snapshot.ts";
import type { Finished } from "./watcher.ts";

export function operationOf(id = "orders:readOrder", given: Partial<Operation> = {}): Operation {
  const [service, operationId] = id.split(":") as [string, string];
  return plainOperation("GET /orders/{id}", { id, service, operationId, ...given });
}

/** With secrets in it that nobody is to see. */
export function snapshotOf(operations: readonly Operation[]): Snapshot {
  const services = [...new Set(operations.map(({ service }) => service))].map((name) =>
    serviceOf(upstreamOf(["http://10.0.0.1:8080"]), { name, title: `The ${name}`, version: "1.2.0" }),
  );
  const redis = { url: "redis://:hunter2@10.0.0.9", prefix: "shop" };
  return {
    ...plainSnapshot(serviceOf(upstreamOf([])), operations, { title: "Shop", redis, accessLog: true }),
    hash: "0123456789abcdef".repeat(4),
    services: Object.fromEntries(services.map((service) => [service.name, service])),
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
    reason: undefined,
    refused: undefined,
    bytes: undefined,
    userAgent: undefined,
    clientAddress: "192.0.2.7",
    principal: undefined,
    isAborted: false,
    log: undefined,
    ...given,
  };
}
