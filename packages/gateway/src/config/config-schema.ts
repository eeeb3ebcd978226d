import type { JsonSchema } from "../snapshot.ts";
import {
  aliasSchema,
  anyOf,
  COUNT,
  DURATION,
  FLAG,
  HOSTS,
  kindSchemas,
  listOf,
  object,
  SETTING_SCHEMAS,
  SHARE,
  SIZE,
  TEXT,
} from "./level-schema.ts";
import { SCHEME_SCHEMA } from "./scheme-schema.ts";

const PORT: JsonSchema = { type: "integer", minimum: 0, maximum: 65_535 };
const PATH: JsonSchema = { type: "string", format: "path" };
const NAME: JsonSchema = { type: "string", pattern: "^[!#$%&'*+\\-.^_`|~0-9A-Za-z]+$", title: "a name" };
const TEXTS: JsonSchema = listOf(TEXT);
const ADDRESS: JsonSchema = { type: "string", format: "http-address" };
const ORIGIN: JsonSchema = { type: "string", format: "http-origin" };
const TARGETS: JsonSchema = listOf(
  anyOf(ORIGIN, object({ url: ORIGIN, weight: { type: "number", minimum: 0 } }, ["url"])),
  1,
);

const DISCOVER = anyOf(
  { type: "string", format: "discovery" },
  object({
    dns: TEXT,
    srv: TEXT,
    record: { enum: ["A", "AAAA"] },
    port: PORT,
    secure: FLAG,
    resolvers: TEXTS,
    file: TEXT,
    module: TEXT,
    export: TEXT,
  }),
);

const UPSTREAM_DEFAULTS = {
  balance: {
    type: "string",
    format: "balance",
    description: "p2c (default), round-robin, least-connections, or hash(header:x-tenant).",
  },
  host: { enum: ["upstream", "client"], description: "Which Host the service sees. Default: its own." },
  protocol: { enum: ["http1", "http2"] },
  timeout: SETTING_SCHEMAS["timeout"]!,
  retry: SETTING_SCHEMAS["retry"]!,
  breaker: anyOf(
    { const: false, title: "false" },
    object({
      failureRatio: SHARE,
      minimum: COUNT,
      window: DURATION,
      openFor: DURATION,
      probes: { type: "integer", minimum: 1 },
    }),
  ),
  health: object({
    path: { type: "string", pattern: "^/", title: "a path such as /healthz" },
    interval: DURATION,
    timeout: DURATION,
    healthyAfter: { type: "integer", minimum: 1 },
    unhealthyAfter: { type: "integer", minimum: 1 },
    statuses: {
      type: "array",
      items: { type: "integer", minimum: 100, maximum: 599 },
      minItems: 2,
      maxItems: 2,
    },
    passive: anyOf(
      { const: false, title: "false" },
      object({ failures: { type: "integer", minimum: 1 }, ejectFor: DURATION, maxEjected: SHARE }),
    ),
  }),
  pool: object({
    connections: { type: "integer", minimum: 1 },
    waiting: COUNT,
    waitTimeout: DURATION,
    idleTimeout: DURATION,
  }),
  tls: object({
    insecureSkipVerify: {
      type: "boolean",
      description: "Certificates of the service are not verified: anybody on the way can read along.",
    },
    serverName: TEXT,
    ca: TEXT,
    cert: TEXT,
    key: TEXT,
  }),
  concurrency: {
    type: "integer",
    minimum: 1,
    description: "Requests that may be in flight to the service; more are answered 503.",
  },
} satisfies Record<string, JsonSchema>;

const CANARY = object(
  {
    targets: TARGETS,
    weight: anyOf(SHARE, { type: "number", minimum: 0, maximum: 100, title: "per cent" }),
    header: anyOf(NAME, object({ name: NAME, value: TEXT }, ["name"])),
  },
  ["targets"],
  "A part of the traffic that goes to other targets.",
);

const UPSTREAM = anyOf(
  ADDRESS,
  object(
    { ...UPSTREAM_DEFAULTS, url: ADDRESS, targets: TARGETS, discover: DISCOVER, path: PATH, canary: CANARY },
    [],
    "Where the service runs. Default: `servers[0]` of the document.",
  ),
);

const MOUNT = anyOf(PATH, object({ path: PATH, host: HOSTS, aliases: listOf(PATH) }));

const VERSION = object(
  {
    by: { enum: ["path", "header", "query"] },
    name: NAME,
    value: { type: "string", pattern: "^[\\w.-]+$", title: "a version such as 2" },
    default: FLAG,
  },
  ["by"],
  "Several majors of a service side by side: what chooses this one.",
);

const SERVICE = object(
  {
    spec: { type: "string", description: "The OpenAPI document: a file, an address, or ts:./app.ts." },
    overlay: anyOf(TEXT, TEXTS),
    references: {
      enum: ["folder", "anywhere"],
      description: "Files that references may reach. Default: those in the document's folder.",
    },
    allowHosts: {
      ...(listOf(TEXT) as object),
      description:
        "Hosts of this machine and its network that a document may lead to: one from the network, and any to the keys of tokens.",
    },
    mount: MOUNT,
    upstream: UPSTREAM,
    variables: {
      type: "object",
      additionalProperties: TEXT,
      description: "Values of the variables of servers[0].",
    },
    authentication: {
      enum: ["gateway", "upstream"],
      description: "Who checks credentials. Default: the gateway.",
    },
    securitySchemes: { type: "object", additionalProperties: SCHEME_SCHEMA },
    version: VERSION,
    ...SETTING_SCHEMAS,
  },
  ["spec"],
);

const MATCH = object(
  { services: TEXTS, operations: TEXTS, tags: TEXTS, methods: TEXTS, paths: TEXTS },
  [],
  "Which operations: every condition has to hold, and of each list one. `*` stands for any text.",
);

const CONSUMER = object(
  {
    keys: listOf(
      anyOf(
        { type: "string", format: "key-hash" },
        object({ hash: { type: "string", format: "key-hash" }, scheme: TEXT }, ["hash"]),
      ),
    ),
    basic: listOf(
      object({ user: TEXT, password: { type: "string", format: "password-hash" } }, ["user", "password"]),
    ),
    certificates: listOf({ type: "string", format: "fingerprint" }),
    scopes: TEXTS,
    claims: { type: "object" },
  },
  [],
  "An application that calls.",
);

/** Names stand in operations' ids and in metrics. */
const SERVICES: JsonSchema = {
  type: "object",
  additionalProperties: SERVICE,
  propertyNames: { pattern: "^[A-Za-z0-9][\\w.-]*$" },
  minProperties: 1,
};

let known: JsonSchema | undefined;

/** JSON Schema of gateway.yaml: what is published for editors, and what the gateway itself checks by. */
export function configSchema(): JsonSchema {
  return (known ??= make());
}

function make(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "a configuration of a gateway",
    ...(object(
      {
        $schema: TEXT,
        title: TEXT,
        listen: object({ host: TEXT, port: PORT }),
        trustedProxies: TEXTS,
        paths: object({
          encodedSlash: { enum: ["refuse", "forward"] },
          emptySegments: { enum: ["refuse", "forward"] },
        }),
        docs: anyOf(FLAG, object({ document: PATH, ui: PATH })),
        admin: anyOf({ const: false, title: "false" }, object({ host: TEXT, port: PORT }, ["port"])),
        redis: anyOf(TEXT, object({ url: TEXT, prefix: TEXT }, ["url"])),
        accessLog: FLAG,
        drainTimeout: DURATION,
        limits: object({ body: SIZE, head: SIZE }),
        upstream: object(UPSTREAM_DEFAULTS, [], "What holds for all services that say nothing else."),
        services: SERVICES,
        policies: listOf(
          object(
            { match: MATCH, ...kindSchemas(), ...SETTING_SCHEMAS },
            [],
            "`match`, and exactly one kind.",
          ),
        ),
        aliases: listOf(aliasSchema(false)),
        consumers: { type: "object", additionalProperties: CONSUMER },
      },
      ["services"],
    ) as object),
  };
}
