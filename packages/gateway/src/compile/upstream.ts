import type {
  BreakerConfig,
  CanaryConfig,
  DiscoverConfig,
  HealthConfig,
  RetryConfig,
  TargetConfig,
  TimeoutConfig,
  UpstreamConfig,
  UpstreamDefaults,
} from "../config/config.ts";
import { parseDuration, parseShare, parseSize } from "../config/units.ts";
import type {
  Balance,
  Breaker,
  Canary,
  Discovery,
  Health,
  Retry,
  Target,
  Timeouts,
  Upstream,
  UpstreamTls,
} from "../snapshot.ts";

const SECOND = 1000;

const TIMEOUTS: Timeouts = { connect: 2 * SECOND, firstByte: 30 * SECOND, idle: 60 * SECOND, total: null };
const RETRY: Retry = {
  attempts: 1,
  statuses: [502, 503, 504],
  budget: { ratio: 0.2, min: 3 },
  backoff: { base: 25, max: 1000 },
  bodyLimit: 64 * 1024,
};
/**
 * Requests that wait for a connection: their time bounds them before their number does. Where the gateway itself cannot keep
 * up, to refuse one costs nearly as much as to pass it on, and refused clients ask again.
 */
const WAITING = 8192;
const BREAKER: Breaker = {
  failureRatio: 0.5,
  minimum: 20,
  window: 10 * SECOND,
  openFor: 5 * SECOND,
  probes: 3,
};

/** What the upstream is, besides where: the service's own words, then those for all services, then the defaults. */
export function upstreamOf(
  own: UpstreamConfig,
  defaults: UpstreamDefaults,
  discovery: Discovery,
  basePath: string,
): Upstream {
  const { breaker = defaults.breaker, concurrency = defaults.concurrency } = own;
  const pool = { ...defaults.pool, ...own.pool };
  return {
    discovery,
    balance: balanceOf(own.balance ?? defaults.balance ?? "p2c"),
    basePath,
    host: own.host ?? defaults.host ?? "upstream",
    protocol: own.protocol ?? defaults.protocol ?? "http1",
    tls: tlsOf({ ...defaults.tls, ...own.tls }),
    timeouts: timeoutsOf(timeoutsOf(TIMEOUTS, defaults.timeout), own.timeout),
    retry: retryOf(retryOf(RETRY, defaults.retry), own.retry),
    breaker: breakerOf(breaker),
    health: healthOf({ ...defaults.health, ...own.health }),
    pool: {
      connections: pool.connections ?? 256,
      waiting: pool.waiting ?? WAITING,
      waitTimeout: parseDuration(pool.waitTimeout) ?? 2 * SECOND,
      idleTimeout: parseDuration(pool.idleTimeout) ?? 4 * SECOND,
      ...(pool.requests !== undefined && { requests: pool.requests }),
    },
    concurrency: concurrency ?? null,
    canary: own.canary === undefined ? null : canaryOf(own.canary),
  };
}

function balanceOf(text: string): Balance {
  const on = /^hash\((.+)\)$/.exec(text)?.[1];
  if (on !== undefined) return { kind: "hash", on };
  return { kind: text as "p2c" | "round-robin" | "least-connections" };
}

function tlsOf({
  insecureSkipVerify,
  serverName,
  ca,
  cert,
  key,
}: NonNullable<UpstreamDefaults["tls"]>): UpstreamTls {
  return {
    verify: insecureSkipVerify !== true,
    serverName: serverName ?? null,
    ca: ca ?? null,
    cert: cert ?? null,
    key: key ?? null,
  };
}

export function timeoutsOf(inherited: Timeouts, own: TimeoutConfig | undefined): Timeouts {
  if (own === undefined) return inherited;
  return {
    connect: parseDuration(own.connect) ?? inherited.connect,
    firstByte: parseDuration(own.firstByte) ?? inherited.firstByte,
    idle: parseDuration(own.idle) ?? inherited.idle,
    total: parseDuration(own.total) ?? inherited.total,
  };
}

export function retryOf(inherited: Retry, own: RetryConfig | false | undefined): Retry {
  if (own === undefined) return inherited;
  if (own === false) return { ...inherited, attempts: 0 };
  const { ratio, min } = typeof own.budget === "object" ? own.budget : { ratio: own.budget, min: undefined };
  const { idempotencyKey = inherited.idempotencyKey } = own;
  return {
    attempts: own.attempts ?? inherited.attempts,
    statuses: own.statuses ?? inherited.statuses,
    budget: {
      ratio: parseShare(ratio) ?? inherited.budget.ratio,
      min: min ?? inherited.budget.min,
    },
    backoff: {
      base: parseDuration(own.backoff?.base) ?? inherited.backoff.base,
      max: parseDuration(own.backoff?.max) ?? inherited.backoff.max,
    },
    bodyLimit: parseSize(own.bodyLimit) ?? inherited.bodyLimit,
    ...(idempotencyKey === true && { idempotencyKey }),
  };
}

function breakerOf(own: BreakerConfig | false | undefined): Breaker | null {
  if (own === false) return null;
  return {
    failureRatio: parseShare(own?.failureRatio) ?? BREAKER.failureRatio,
    minimum: own?.minimum ?? BREAKER.minimum,
    window: parseDuration(own?.window) ?? BREAKER.window,
    openFor: parseDuration(own?.openFor) ?? BREAKER.openFor,
    probes: own?.probes ?? BREAKER.probes,
  };
}

function healthOf(own: HealthConfig): Health {
  const { passive } = own;
  return {
    active:
      own.path === undefined
        ? null
        : {
            path: own.path,
            interval: parseDuration(own.interval) ?? 5 * SECOND,
            timeout: parseDuration(own.timeout) ?? SECOND,
            healthyAfter: own.healthyAfter ?? 2,
            unhealthyAfter: own.unhealthyAfter ?? 3,
            statuses: own.statuses ?? [200, 399],
          },
    passive:
      passive === false
        ? null
        : {
            failures: passive?.failures ?? 5,
            ejectFor: parseDuration(passive?.ejectFor) ?? 10 * SECOND,
            maxEjected: parseShare(passive?.maxEjected) ?? 0.5,
          },
  };
}

function canaryOf({ targets, weight, header }: CanaryConfig): Canary {
  const share = typeof weight === "string" ? (parseShare(weight) ?? 0) * 100 : weight;
  return {
    targets: targets.map(targetOf),
    weight: share ?? 0,
    header:
      header === undefined
        ? null
        : typeof header === "string"
          ? { name: header.toLowerCase(), value: null }
          : { name: header.name.toLowerCase(), value: header.value ?? null },
  };
}

export function targetOf(target: string | TargetConfig): Target {
  const { url, weight = 1 } = typeof target === "string" ? { url: target } : target;
  return { origin: new URL(url).origin, weight };
}

/** `dns://users:3000`, `srv://_http._tcp.users`, `file:./targets.json`, `ts:./app.ts#name`, or the same as an object. */
export function discoveryOf(discover: string | DiscoverConfig): Discovery {
  const given = typeof discover === "string" ? parseDiscover(discover) : discover;
  const { dns, srv, record = "A", port = null, secure = false, resolvers = [] } = given;
  if (given.file !== undefined) return { kind: "file", path: given.file };
  if (given.module !== undefined)
    return { kind: "module", path: given.module, export: given.export ?? "default" };
  return {
    kind: "dns",
    record: srv === undefined ? record : "SRV",
    name: srv ?? dns ?? "",
    port: srv === undefined ? (port ?? (secure ? 443 : 80)) : null,
    secure,
    resolvers,
  };
}

function parseDiscover(text: string): DiscoverConfig {
  const [, kind, rest = ""] = /^(dns|srv|file|ts):(?:\/\/)?(.*)$/.exec(text) ?? [];
  if (kind === "file") return { file: rest };
  if (kind === "ts") {
    const [path = "", name] = rest.split("#");
    return { module: path, export: name ?? "default" };
  }
  const [, name = rest, port] = /^(.*):(\d+)$/.exec(rest) ?? [];
  if (kind === "srv") return { srv: rest };
  return { dns: name, ...(port === undefined ? {} : { port: Number(port) }) };
}
