/**
 * What a gateway runs: plain data without functions, the same for the same configuration and documents, and readable by a
 * data plane in any language. `compile` makes it; the data plane takes it into service; `explain`, `diff` and the exports
 * walk it. Times are milliseconds and sizes bytes, whatever unit the configuration used.
 */
export interface Snapshot {
  /** The shape of this data. It rises when a data plane that knows the former would do the wrong thing. */
  readonly format: 1;
  /** SHA-256 in hexadecimal of everything else here but origins, as canonical JSON (RFC 8785 order of keys). */
  readonly hash: string;
  readonly gateway: GatewaySettings;
  readonly services: Readonly<Record<string, Service>>;
  /** Ordered by service, public path and method. An alias is an operation of its own. */
  readonly operations: readonly Operation[];
  /** JSON Schemas (2020-12) that others refer to by `#/schemas/{name}`; names begin with the service's: `orders.Order`. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** Credentials that may call: secrets are hashed. */
  readonly consumers: readonly Consumer[];
}

export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/** Where something was said, for people: file, line from 1, and the JSON pointer in that file. */
export interface Origin {
  readonly file: string;
  readonly line: number | null;
  readonly pointer: string;
}

export interface GatewaySettings {
  readonly title: string;
  readonly listen: Listen;
  /** Addresses and ranges whose X-Forwarded-* count; none by default. */
  readonly trustedProxies: readonly string[];
  /** What paths may hold besides plain text: each is refused by 400 unless it is allowed here. */
  readonly paths: {
    readonly encodedSlash: "refuse" | "forward";
    readonly emptySegments: "refuse" | "forward";
  };
  /** Where the merged document and the docs pages are; null for none. */
  readonly docs: { readonly document: string; readonly ui: string } | null;
  /**
   * Where metrics, health and the status page are served, apart from the traffic; null for nowhere. `hosts`: names by which it
   * may be asked besides addresses and private ones; left out where there are none.
   */
  readonly admin: { readonly host: string; readonly port: number; readonly hosts?: readonly string[] } | null;
  /** The Redis that counts for all instances; null counts in memory. `${NAME}` is taken from the environment when started. */
  readonly redis: { readonly url: string; readonly prefix: string } | null;
  readonly accessLog: boolean | { readonly bytes: boolean; readonly userAgent: boolean };
  /** The field that names each request; left out where requests have no names. */
  readonly requestId?: string;
  /** At a stop, until requests under way are ended. */
  readonly drainTimeout: number;
}

export interface Listen {
  readonly host: string;
  readonly port: number;
  /** Left out where the gateway speaks plain HTTP. */
  readonly tls?: ListenTls;
  /** Left out where it is off. */
  readonly http2?: true;
}

/** Files in PEM, as the configuration names them: relative to its folder. */
export interface ListenTls {
  readonly cert: string;
  readonly key: string;
  /** For other names, chosen by the one that a client asks for. */
  readonly certificates: readonly { readonly cert: string; readonly key: string }[];
  readonly clientCertificates: "request" | "require" | null;
  /** Who vouches for clients; null where a fingerprint is all that is known of one. */
  readonly clientCa: string | null;
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
}

// -- services and where they are ---------------------------------------------------------------------------------------

export interface Service {
  readonly name: string;
  readonly title: string;
  /** `info.version`, and its first number: what a client asks for by a header or a query. */
  readonly version: string;
  readonly major: string | null;
  readonly description: string | null;
  /** It has no document: all below its mount goes through as it is. Left out of those that have one. */
  readonly undocumented?: true;
  readonly upstream: Upstream;
  /**
   * Addresses that its document knows of besides those of the upstream, and what the public finds in their place: what a
   * reply's Location says is turned back by them. Left out where there are none.
   */
  readonly addresses?: readonly { readonly url: string; readonly prefix: string }[];
  /** What the published document says of this service: security schemes by name, tags. */
  readonly securitySchemes: Readonly<Record<string, SecurityScheme>>;
  /** Schemes of `passedSecurity`, for the published document alone; left out where there are none. */
  readonly passedSchemes?: Readonly<Record<string, PassedScheme>>;
  readonly origin: Origin;
}

export interface Upstream {
  readonly discovery: Discovery;
  readonly balance: Balance;
  /** What is in front of every path there: "/v2"; "" for nothing. */
  readonly basePath: string;
  /** Which Host the upstream sees: its own address, or what the client asked for. */
  readonly host: "upstream" | "client";
  readonly protocol: "http1" | "http2";
  readonly tls: UpstreamTls;
  readonly timeouts: Timeouts;
  readonly retry: Retry;
  readonly breaker: Breaker | null;
  readonly health: Health;
  /** Connections that each target may have open; requests that may wait for one, and how long. */
  readonly pool: {
    readonly connections: number;
    readonly waiting: number;
    readonly waitTimeout: number;
    readonly idleTimeout: number;
    /** Requests that a connection of HTTP/1.1 serves; left out for any number. */
    readonly requests?: number;
  };
  /** Requests that may be in flight to the whole service; more answer 503 with Retry-After. null for no limit. */
  readonly concurrency: number | null;
  /** A part of the traffic that goes to other targets. */
  readonly canary: Canary | null;
}

export type Discovery =
  | { readonly kind: "static"; readonly targets: readonly Target[] }
  | {
      readonly kind: "dns";
      readonly record: "A" | "AAAA" | "SRV";
      readonly name: string;
      readonly port: number | null;
      readonly secure: boolean;
      /** Addresses of resolvers; none asks the system's. */
      readonly resolvers: readonly string[];
    }
  | { readonly kind: "file"; readonly path: string }
  /** A Waymark application in this process, asked without a network: the module, and its export. */
  | { readonly kind: "module"; readonly path: string; readonly export: string };

export interface Target {
  /** `http://10.0.0.1:8080`: scheme, host and port, nothing else. */
  readonly origin: string;
  /** Of the traffic, in proportion to the others; 0 gets none. */
  readonly weight: number;
}

export type Balance =
  | { readonly kind: "p2c" }
  | { readonly kind: "round-robin" }
  | { readonly kind: "least-connections" }
  /** Consistent hashing of what `on` names; without a value there, as p2c. */
  | { readonly kind: "hash"; readonly on: Selector };

/** One value of a request: `ip`, `header:x-tenant`, `query:q`, `cookie:session`, `path:id`, `consumer`, `claim:tenant`. */
export type Selector = string;

export interface UpstreamTls {
  /** Whether certificates are verified. Off only where the configuration says `insecureSkipVerify`. */
  readonly verify: boolean;
  readonly serverName: string | null;
  /** Files in PEM. */
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

export interface Timeouts {
  readonly connect: number;
  /** From the last byte of the request to the first of the reply. */
  readonly firstByte: number;
  /** Without any byte in the middle of a reply. */
  readonly idle: number;
  /** Of everything, retries included, until the reply's head; null for none. */
  readonly total: number | null;
}

export interface Retry {
  /** Further attempts after the first. */
  readonly attempts: number;
  /** Statuses that are tried again, besides connections that fail. */
  readonly statuses: readonly number[];
  /** Share of the requests in flight that may be retries, and the number that always may. */
  readonly budget: { readonly ratio: number; readonly min: number };
  /** Full jitter between 0 and `base` × 2^n, at most `max`. */
  readonly backoff: { readonly base: number; readonly max: number };
  /** Bytes of a request body that are kept so that it can be sent again. */
  readonly bodyLimit: number;
  /**
   * Whether a POST or PATCH that has an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header) may be repeated like a
   * GET: the service promises to do it once. Left out where it may not.
   */
  readonly idempotencyKey?: true;
}

export interface Breaker {
  /** Opens when of the last `window` ms at least `minimum` requests and this share of them failed. */
  readonly failureRatio: number;
  readonly minimum: number;
  readonly window: number;
  /** Stays open so long; then so many probes decide. */
  readonly openFor: number;
  readonly probes: number;
}

export interface Health {
  readonly active: {
    readonly path: string;
    readonly interval: number;
    readonly timeout: number;
    readonly healthyAfter: number;
    readonly unhealthyAfter: number;
    readonly statuses: readonly [from: number, to: number];
  } | null;
  /** Outlier ejection: consecutive failures, for how long the first time, and the share of targets that may be out. */
  readonly passive: {
    readonly failures: number;
    readonly ejectFor: number;
    readonly maxEjected: number;
  } | null;
}

export interface Canary {
  readonly targets: readonly Target[];
  /** Per cent of the traffic. */
  readonly weight: number;
  /** Requests with this field go there, and with `value` only where it is that. */
  readonly header: { readonly name: string; readonly value: string | null } | null;
}

// -- operations --------------------------------------------------------------------------------------------------------

export interface Operation {
  /**
   * `service:operationId`, and for an alias `service:operationId@template`; `…@host/template` where it has that template on
   * other hosts already. Stable, and unique.
   */
  readonly id: string;
  readonly service: string;
  readonly operationId: string;
  readonly summary: string | null;
  /** What its document tells people, in CommonMark; for the published document alone. */
  readonly description?: string;
  readonly tags: readonly string[];
  /** WEBSOCKET is a GET that asks for a WebSocket (RFC 6455 §4.1); a GET answers those as well where no WEBSOCKET does. */
  readonly method: string;
  /** Hosts that it answers for, lower case, without port; a leading `*.` stands for any labels. null for every host. */
  readonly hosts: readonly string[] | null;
  /** The public path, mount included: `/shop/orders/{orderId}`. */
  readonly template: string;
  /** The path at the upstream, its base path included, by the *upstream's* names: `/v2/orders/{orderId}`. */
  readonly target: string;
  /**
   * What stands in front of the service's own paths there (`/v2`), and what the public finds in its place (`/shop`); left out
   * where that is the same.
   */
  readonly moved?: { readonly from: string; readonly to: string };
  /** Set where several majors share method, host and template: what chooses this one. */
  readonly choice: Choice | null;
  /** Values of the upstream's inputs that do not come from the place of the same name. Empty but for aliases. */
  readonly bind: readonly Binding[];
  /** As clients send them: those of an alias by its names, without what is constant there. */
  readonly parameters: readonly Parameter[];
  readonly requestBody: RequestBody | null;
  /** By status, range (`4XX`) or `default`; read by response validation. */
  readonly responses: Readonly<Record<string, ResponseOutline>>;
  /** One of these has to hold: schemes by name with their scopes. An empty list is public; so is an empty alternative. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  /** The same of a service that checks credentials by itself: for people, since nobody here looks at it. */
  readonly passedSecurity?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly deprecation: Deprecation | null;
  /** Answered by 410, with the successor. */
  readonly retired: boolean;
  /** Left out of the published document. */
  readonly internal: boolean;
  /** In the order in which they run: by phase and kind, then from the gateway's to the operation's own. */
  readonly policies: readonly Policy[];
  readonly limits: { readonly body: number; readonly head: number };
  /** Times that differ from those of the service. */
  readonly timeouts: Timeouts;
  readonly retry: Retry;
  readonly origin: Origin;
}

/** A version that the client names. The one that is `isDefault` answers who names none. */
export interface Choice {
  readonly by: "header" | "query";
  readonly name: string;
  readonly value: string;
  readonly isDefault: boolean;
}

/** Where an input of the upstream's operation comes from, as `bind` of a Waymark route says it. */
export interface Binding {
  readonly to: { readonly in: "path" | "query" | "header" | "cookie"; readonly name: string };
  readonly from:
    | { readonly in: "path" | "query" | "header" | "cookie"; readonly name: string }
    | { readonly constant: string };
}

export interface Parameter {
  readonly in: "path" | "query" | "header" | "cookie";
  readonly name: string;
  readonly description?: string;
  readonly required: boolean;
  readonly style: string;
  readonly explode: boolean;
  readonly allowReserved: boolean;
  readonly schema: JsonSchema;
  /** Set where the parameter is described by `content`: its media type; the value is decoded as that. */
  readonly mediaType: string | null;
  /** In the query: the name with nothing behind it may stand there as well, whatever the schema says. Left out for false. */
  readonly allowEmptyValue?: true;
}

export interface RequestBody {
  readonly required: boolean;
  readonly description?: string;
  /** Media types and ranges, lower case, without parameters. */
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema | null }>>;
}

export interface ResponseOutline {
  readonly description?: string;
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema | null }>>;
}

export interface Deprecation {
  /** Seconds since 1970 for `Deprecation: @…` (RFC 9745); null where only `deprecated: true` is known. */
  readonly since: number | null;
  /** HTTP-date for `Sunset` (RFC 8594). */
  readonly sunset: string | null;
  /** Template of the successor, for `Link: rel="successor-version"`. */
  readonly successor: string | null;
  readonly documentation: string | null;
}

// -- who may call ------------------------------------------------------------------------------------------------------

export type SecurityScheme =
  | { readonly kind: "apiKey"; readonly in: "header" | "query" | "cookie"; readonly name: string }
  | { readonly kind: "basic" }
  | {
      readonly kind: "jwt";
      readonly issuer: string | null;
      readonly audiences: readonly string[];
      /** Never taken from the token. */
      readonly algorithms: readonly string[];
      /** Where the keys are: a JWKS address, an OpenID Connect discovery address, or a file. */
      readonly keys: { readonly jwks: string } | { readonly discovery: string } | { readonly file: string };
      /** Hosts that keys may be fetched from although they are of this machine or its networks: of no others. */
      readonly allowHosts: readonly string[];
      readonly leeway: number;
      /** The claim that holds the scopes: "scope" or "scp". */
      readonly scopeClaim: string;
    }
  | { readonly kind: "clientCertificate" };

/** A scheme that the gateway passes on, as an OpenAPI document has it; addresses in it are for clients. */
export type PassedScheme = Readonly<Record<string, unknown>>;

/** Somebody who calls: an application of a team. */
export interface Consumer {
  readonly id: string;
  /** SHA-256 in hexadecimal of API keys of at least 128 random bits. */
  readonly keys: readonly { readonly hash: string; readonly scheme: string | null }[];
  /** User names with the hash of their password (`scrypt$N$r$p$salt$hash`, base64). */
  readonly basic: readonly { readonly user: string; readonly password: string }[];
  /** SHA-256 fingerprints of client certificates, hexadecimal without colons. */
  readonly certificates: readonly string[];
  readonly scopes: readonly string[];
  readonly claims: Readonly<Record<string, unknown>>;
}

// -- policies ----------------------------------------------------------------------------------------------------------

/** The order of everything that happens to a request. There are no priority numbers. */
export const PHASES = ["cors", "deny", "authn", "authz", "limit", "validate", "request", "response"] as const;
export type Phase = (typeof PHASES)[number];

/** One rule for one operation. A kind lives in one phase. */
export interface Policy {
  readonly phase: Phase;
  readonly kind: string;
  /** Checked by the kind's schema when the snapshot was made. */
  readonly options: { readonly [name: string]: unknown };
  /**
   * Of what counts: the level that it stands on and what it reaches, so that its counters are the same after a reload and for
   * every instance, wherever in whatever file it is written.
   */
  readonly scope?: string;
  readonly origin: Origin;
}
