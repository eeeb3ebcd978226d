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
  said,
  SETTING_SCHEMAS,
  SHARE,
  TEXT,
} from "./level-schema.ts";
import { DECLARED_SCHEME_SCHEMA, SECURITY_SCHEMA } from "./scheme-schema.ts";

const PORT: JsonSchema = { type: "integer", minimum: 0, maximum: 65_535 };
const PATH: JsonSchema = { type: "string", format: "path" };
const PAGE: JsonSchema = { ...PATH, minLength: 1 };
const NAME: JsonSchema = { type: "string", pattern: "^[!#$%&'*+\\-.^_`|~0-9A-Za-z]+$", title: "a name" };
const TEXTS: JsonSchema = listOf(TEXT);
/** Or all names below it, by `*.`. */
const HOST_NAME: JsonSchema = {
  type: "string",
  pattern: "^(\\*\\.)?[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*$",
  title: "a host name",
};
const ADDRESS: JsonSchema = { type: "string", format: "http-address" };
const REDIS: JsonSchema = { type: "string", format: "redis-address" };
const ORIGIN: JsonSchema = { type: "string", format: "http-origin" };
const TARGETS: JsonSchema = listOf(
  anyOf(
    ORIGIN,
    object(
      {
        url: ORIGIN,
        weight: said({ type: "number", minimum: 0 }, "In proportion to the others; 0 gets none.", 1),
      },
      ["url"],
    ),
  ),
  1,
);

const DISCOVER = anyOf(
  {
    type: "string",
    format: "discovery",
    description: "dns://users:3000, srv://_http._tcp.users, file:./targets.json, ts:./app.ts",
  },
  object({
    dns: said(TEXT, "A name whose addresses are the targets, asked again when they expire."),
    srv: said(TEXT, "A name whose SRV records are the targets, with their ports and weights."),
    record: { enum: ["A", "AAAA"], default: "A", description: "Of `dns`." },
    port: said(PORT, "Of `dns`. Default: 80, or 443 where it is secure."),
    secure: said(FLAG, "Whether the targets of `dns` and `srv` speak TLS.", false),
    resolvers: said(TEXTS, "Addresses of resolvers. Default: the system's."),
    file: said(
      TEXT,
      'A file of JSON, read when it changes: ["http://10.0.0.1:3000", { "url": …, "weight": 2 }].',
    ),
    module: said(TEXT, "A Waymark application in this process."),
    export: said(TEXT, "Of `module`. Default: default, else app."),
  }),
);

const UPSTREAM_DEFAULTS = {
  balance: {
    type: "string",
    default: "p2c",
    format: "balance",
    description: "p2c (default), round-robin, least-connections, or hash(header:x-tenant).",
  },
  host: { enum: ["upstream", "client"], description: "Which Host the service sees. Default: its own." },
  protocol: {
    enum: ["http1", "http2"],
    default: "http1",
    description: "http2 without TLS is spoken with prior knowledge.",
  },
  timeout: SETTING_SCHEMAS["timeout"]!,
  retry: SETTING_SCHEMAS["retry"]!,
  breaker: said(
    anyOf(
      { const: false, title: "false" },
      object({
        failureRatio: said(SHARE, "Of the requests in the window.", "50%"),
        minimum: said(COUNT, "Requests in the window below which it stays closed.", 20),
        window: said(DURATION, "What is looked back at.", "10s"),
        openFor: said(DURATION, "It answers 503 so long.", "5s"),
        probes: said({ type: "integer", minimum: 1 }, "Requests that then decide.", 3),
      }),
    ),
    "Answers 503 at once where too many requests to the service fail; false for none.",
  ),
  health: object(
    {
      path: {
        type: "string",
        pattern: "^/",
        title: "a path such as /healthz",
        description: "Each target is asked for it; without it none is asked.",
      },
      interval: said(DURATION, "Between two checks.", "5s"),
      timeout: said(DURATION, "Of a check.", "1s"),
      healthyAfter: said({ type: "integer", minimum: 1 }, "Checks in a row that bring a target back.", 2),
      unhealthyAfter: said({ type: "integer", minimum: 1 }, "Failed checks in a row that take it out.", 3),
      statuses: said(
        {
          type: "array",
          items: { type: "integer", minimum: 100, maximum: 599 },
          minItems: 2,
          maxItems: 2,
        },
        "From and to: what counts as healthy.",
        [200, 399],
      ),
      passive: said(
        anyOf(
          { const: false, title: "false" },
          object({
            failures: said({ type: "integer", minimum: 1 }, "In a row.", 5),
            ejectFor: said(
              DURATION,
              "The first time; the second twice, the third three times that, and 5min at most.",
              "10s",
            ),
            maxEjected: said(SHARE, "Of the targets that may be out.", "50%"),
          }),
        ),
        "Takes out a target whose requests fail; false for none.",
      ),
    },
    [],
    "How targets that fail are found.",
  ),
  pool: object(
    {
      connections: said({ type: "integer", minimum: 1 }, "To each target.", 256),
      waiting: said(COUNT, "Requests that may wait for one; more are answered 503.", 8192),
      waitTimeout: said(DURATION, "How long they may wait.", "2s"),
      idleTimeout: said(DURATION, "How long a connection without requests is kept.", "4s"),
      requests: {
        type: "integer",
        minimum: 1,
        description:
          "Requests that a connection serves; 1 trusts none with a second answer. Any number by default.",
      },
    },
    [],
    "Connections to the service.",
  ),
  tls: object(
    {
      insecureSkipVerify: {
        type: "boolean",
        default: false,
        description: "Certificates of the service are not verified: anybody on the way can read along.",
      },
      serverName: said(
        TEXT,
        "The name that its certificate has to have (SNI). Default: the host of the address.",
      ),
      ca: said(TEXT, "A file in PEM: who vouches for it, in the place of the system's authorities."),
      cert: said(TEXT, "A file in PEM: the certificate that the gateway shows the service."),
      key: said(TEXT, "A file in PEM: the key of `cert`."),
    },
    [],
    "How a service with https:// is recognised, and recognises the gateway.",
  ),
  concurrency: {
    type: "integer",
    minimum: 1,
    description: "Requests that may be in flight to the service; more are answered 503.",
  },
} satisfies Record<string, JsonSchema>;

const CANARY = object(
  {
    targets: TARGETS,
    weight: said(
      anyOf(
        { type: "string", format: "share" },
        { type: "integer", minimum: 0, maximum: 100, title: "a whole number of per cent" },
      ),
      "Of the requests: 5%; a number is per cent.",
      "0%",
    ),
    header: said(
      anyOf(NAME, object({ name: NAME, value: TEXT }, ["name"])),
      "Requests with this field go there; with `value` only where it is that.",
    ),
  },
  ["targets"],
  "A part of the traffic that goes to other targets.",
);

const UPSTREAM = anyOf(
  ADDRESS,
  object(
    {
      ...UPSTREAM_DEFAULTS,
      url: said(ADDRESS, "One address; its path stands before every path there."),
      targets: said(TARGETS, "Several, without a path."),
      discover: said(DISCOVER, "Where targets come from that change."),
      path: said(PATH, "What stands before every path there. Default: the path of the server's address."),
      canary: CANARY,
    },
    [],
    "Where the service runs. Default: `servers[0]` of the document.",
  ),
);

const PLACE: JsonSchema = {
  type: "string",
  format: "mount",
  description: "/shop; / and nothing are the root.",
};
const MOUNT = said(
  anyOf(
    PLACE,
    object({
      path: PLACE,
      host: said(HOSTS, "api.example.com, or *.example.com. Default: every host."),
      aliases: said(listOf(PLACE), "Further paths of the same."),
    }),
  ),
  "Where the public finds it. Default: the path of the server's address.",
);

const VERSION = object(
  {
    by: { enum: ["path", "header", "query"] },
    name: said(NAME, "Of the header (default: api-version) or the query parameter (default: version)."),
    value: {
      type: "string",
      pattern: "^[\\w.-]+$",
      title: "a version such as 2",
      description: "Default: the first number of `info.version`; by path with a v before it.",
    },
    default: said(FLAG, "Answers clients that name none.", false),
  },
  ["by"],
  "Several majors of a service side by side: what chooses this one.",
);

const SERVICE = object(
  {
    spec: said(
      anyOf({ type: "string", title: "the place of a document" }, { const: false, title: "false" }),
      "The OpenAPI document: a file, an address, or ts:./app.ts. false: there is none, and every path at `mount` and below goes through unvalidated, from everybody unless `security` or a policy says who.",
    ),
    overlay: said(anyOf(TEXT, TEXTS), "OpenAPI Overlays (1.0, 1.1), applied in this order."),
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
    securitySchemes: {
      type: "object",
      additionalProperties: DECLARED_SCHEME_SCHEMA,
      description: "By their names: what the document does not say of them.",
    },
    security: SECURITY_SCHEMA,
    version: VERSION,
    ...SETTING_SCHEMAS,
  },
  ["spec"],
);

const MATCH = object(
  {
    services: TEXTS,
    operations: said(TEXTS, "service:operationId, as `waymark gateway explain` lists them: orders:read*."),
    tags: TEXTS,
    methods: said(TEXTS, "GET, POST, …; WEBSOCKET for these alone."),
    paths: said(TEXTS, "Public paths as documents write them: /admin/**, /orders/{id}."),
  },
  [],
  "Which operations: every condition has to hold, and of each list one. `*` stands for any text.",
);

const CONSUMER = object(
  {
    keys: listOf(
      anyOf(
        { type: "string", format: "key-hash" },
        object(
          {
            hash: { type: "string", format: "key-hash" },
            scheme: said(TEXT, "The security scheme that it is for. Default: any."),
          },
          ["hash"],
        ),
      ),
    ),
    basic: listOf(
      object({ user: TEXT, password: { type: "string", format: "password-hash" } }, ["user", "password"]),
    ),
    certificates: listOf({ type: "string", format: "fingerprint" }),
    scopes: said(TEXTS, "What it may do."),
    claims: { type: "object", description: "As those of a token: for `authz`, limits and values." },
  },
  [],
  "An application that calls.",
);

/** Names stand in operations' ids and in metrics. */
const LISTEN = object({
  host: said(TEXT, "0.0.0.0 for every address of the machine.", "127.0.0.1"),
  port: said(PORT, "0 takes a free one.", 8080),
  tls: object(
    {
      cert: { type: "string", description: "PEM: the certificate, and behind it those that vouch for it." },
      key: said(TEXT, "PEM: the key of `cert`."),
      certificates: said(
        listOf(object({ cert: TEXT, key: TEXT }, ["cert", "key"])),
        "Further ones for other names, chosen by SNI.",
      ),
      clientCertificates: {
        enum: ["request", "require"],
        description: "Whether clients are asked for a certificate, and whether one without is turned away.",
      },
      clientCa: {
        type: "string",
        description:
          "PEM: who vouches for clients. Without it a certificate says no more than its fingerprint.",
      },
      minVersion: { enum: ["TLSv1.2", "TLSv1.3"], default: "TLSv1.2" },
    },
    ["cert", "key"],
    "With it the gateway speaks https. The files are read again at a reload.",
  ),
  http2: {
    type: "boolean",
    description: "Speaks HTTP/2 with clients that can, on the same port; needs `tls`.",
  },
});

const SERVICES: JsonSchema = {
  type: "object",
  title: "services by their names",
  additionalProperties: SERVICE,
  propertyNames: {
    pattern: "^[A-Za-z0-9][\\w.-]*$",
    title: "a name of letters, digits, '_', '-' and '.', such as orders-v2,",
  },
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
        title: said(TEXT, "Of the merged document and the docs pages.", "Gateway"),
        listen: LISTEN,
        trustedProxies: said(TEXTS, "Addresses and blocks whose X-Forwarded-* count. Default: none."),
        paths: object(
          {
            encodedSlash: { enum: ["refuse", "forward"], default: "refuse", description: "%2F." },
            emptySegments: { enum: ["refuse", "forward"], default: "refuse", description: "//." },
          },
          [],
          "What becomes of paths that services read in different ways; refused are 400.",
        ),
        docs: said(
          anyOf(
            FLAG,
            object({
              document: said(PAGE, "The merged document.", "/openapi.json"),
              ui: said(PAGE, "Its pages.", "/docs"),
            }),
          ),
          "The published document and its pages; false for neither.",
        ),
        admin: said(
          anyOf(
            { const: false, title: "false" },
            object(
              {
                host: said(TEXT, "Where it listens.", "127.0.0.1"),
                port: PORT,
                hosts: said(listOf(HOST_NAME), "Further names that it may be asked by."),
              },
              ["port"],
            ),
          ),
          "A second port: status page, metrics, health. Default: none.",
        ),
        redis: said(
          anyOf(
            REDIS,
            object(
              {
                url: said(REDIS, "redis://, rediss:// or redis+cluster://."),
                prefix: said(TEXT, "Of its keys.", "waymark"),
              },
              ["url"],
            ),
          ),
          "Counts limits for all instances; may be ${NAME}. Default: each counts in memory.",
        ),
        accessLog: said(
          anyOf(
            FLAG,
            object({
              bytes: said(FLAG, "Those of the reply's body.", false),
              userAgent: said(FLAG, "What the client says that it is.", false),
            }),
          ),
          "A line of JSON a request on standard output.",
          true,
        ),
        requestId: anyOf(
          {
            ...(NAME as object),
            description:
              "The field by which each request has a name, for the service, the client and the log: x-request-id.",
          },
          { type: "null", title: "null" },
        ),
        drainTimeout: said(DURATION, "What requests in flight may take at a stop or a reload.", "30s"),
        limits: SETTING_SCHEMAS["limits"]!,
        upstream: object(UPSTREAM_DEFAULTS, [], "What holds for all services that say nothing else."),
        services: SERVICES,
        securitySchemes: { type: "object", additionalProperties: DECLARED_SCHEME_SCHEMA },
        policies: listOf(
          object(
            { match: MATCH, ...kindSchemas(), ...SETTING_SCHEMAS, security: SECURITY_SCHEMA },
            [],
            "`match`, and exactly one kind.",
          ),
        ),
        aliases: listOf(aliasSchema(false)),
        consumers: { type: "object", additionalProperties: CONSUMER },
        documents: object({
          cache: {
            ...(anyOf({ const: false, title: "false" }, TEXT) as object),
            description:
              "The folder that keeps documents from addresses, for a start while one does not answer. Default: node_modules/.cache/waymark-gateway.",
          },
        }),
      },
      ["services"],
    ) as object),
  };
}
