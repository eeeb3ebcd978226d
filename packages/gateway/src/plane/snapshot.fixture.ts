import type { Operation, Policy, Service, Snapshot, Upstream } from "../snapshot.ts";

/** Deep parts of a snapshot that a test leaves as they are usually. */
export type Loose<T> = { readonly [K in keyof T]?: T[K] };

export function upstreamOf(origins: readonly string[], changes: Loose<Upstream> = {}): Upstream {
  return {
    discovery: { kind: "static", targets: origins.map((origin) => ({ origin, weight: 1 })) },
    balance: { kind: "round-robin" },
    basePath: "",
    host: "upstream",
    protocol: "http1",
    tls: { verify: true, serverName: null, ca: null, cert: null, key: null },
    timeouts: TIMEOUTS,
    retry: NO_RETRY,
    breaker: null,
    health: { active: null, passive: null },
    pool: { connections: 256, waiting: 1024, waitTimeout: 5000, idleTimeout: 4000 },
    concurrency: null,
    canary: null,
    ...changes,
  };
}

export const TIMEOUTS: Upstream["timeouts"] = { connect: 1000, firstByte: 5000, idle: 5000, total: null };
export const NO_RETRY: Upstream["retry"] = {
  attempts: 0,
  statuses: [502, 503, 504],
  budget: { ratio: 0.2, min: 3 },
  backoff: { base: 5, max: 50 },
  bodyLimit: 64 * 1024,
};

export const ORIGIN = { file: "test.yaml", line: 1, pointer: "" };

export function serviceOf(upstream: Upstream, changes: Loose<Service> = {}): Service {
  return {
    name: "shop",
    title: "Shop",
    version: "1.0.0",
    major: "1",
    description: null,
    upstream,
    securitySchemes: {},
    origin: ORIGIN,
    ...changes,
  };
}

/** @param what method and template; the upstream's path is the same unless `changes` says otherwise. */
export function operationOf(what: string, changes: Loose<Operation> = {}): Operation {
  const [method = "GET", template = "/"] = what.split(" ");
  return {
    id: `shop:${what}`,
    service: "shop",
    operationId: what,
    summary: null,
    tags: [],
    method,
    hosts: null,
    template,
    target: template,
    choice: null,
    bind: [],
    parameters: [],
    requestBody: null,
    responses: {},
    security: [],
    deprecation: null,
    retired: false,
    internal: false,
    policies: [],
    limits: { body: 1024 * 1024, head: 16 * 1024 },
    timeouts: TIMEOUTS,
    retry: NO_RETRY,
    origin: ORIGIN,
    ...changes,
  };
}

export function policyOf(phase: Policy["phase"], kind: string, options: object = {}): Policy {
  return { phase, kind, options: options as Policy["options"], origin: ORIGIN };
}

let hashes = 0;

export function snapshotOf(
  service: Service,
  operations: readonly Operation[],
  gateway: Loose<Snapshot["gateway"]> = {},
): Snapshot {
  return {
    format: 1,
    hash: String(hashes++),
    gateway: {
      title: "Test",
      listen: { host: "127.0.0.1", port: 0 },
      trustedProxies: [],
      paths: { encodedSlash: "refuse", emptySegments: "refuse" },
      docs: null,
      admin: null,
      redis: null,
      accessLog: false,
      drainTimeout: 1000,
      ...gateway,
    },
    services: { [service.name]: service },
    operations,
    schemas: {},
    consumers: [],
  };
}
