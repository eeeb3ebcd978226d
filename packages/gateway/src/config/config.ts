import type { AuthnOptions } from "../policies/authn/authn.ts";
import type { AuthzOptions } from "../policies/authz.ts";
import type { BodyLimitOptions } from "../policies/body-limit.ts";
import type { CorsOptions } from "../policies/cors.ts";
import type { IpOptions } from "../policies/ip.ts";
import type { ConcurrencyOptions } from "../policies/limit/concurrency-rule.ts";
import type { LimitOptions } from "../policies/limit/rate-rule.ts";
import type { QuotaOptions } from "../policies/limit/quota-rule.ts";
import type { BodyOptions } from "../policies/transform/body-edits.ts";
import type { HeaderOptions } from "../policies/transform/header-options.ts";
import type { QueryOptions } from "../policies/transform/query.ts";
import type { ResponseFilterOptions } from "../policies/transform/response-filter.ts";
import type { UseOptions } from "../policies/use.ts";
import type { ValidateRequestOptions } from "../policies/validate/validate-request.ts";
import type { ValidateResponseOptions } from "../policies/validate/validate-response.ts";

/** "250ms", "1s", "5min", "1h", "7d"; a number is seconds. */
export type Duration = string | number;
/** "512B", "64KB", "1MB", "2GB" (each 1,024 times the one before); a number is bytes. */
export type Size = string | number;

/** What gateway.yaml says, and what `defineGateway` takes in gateway.config.ts. Files are relative to that file. */
export interface GatewayConfig {
  /** Where editors find the JSON Schema of this file. */
  readonly $schema?: string;
  /** Of the merged document and the docs pages. Default: "Gateway". */
  readonly title?: string;
  /** Default: 127.0.0.1, port 8080. */
  readonly listen?: ListenConfig;
  /** Addresses and ranges whose `X-Forwarded-*` count; `Forwarded` is written for upstreams, and not read. Default: none. */
  readonly trustedProxies?: readonly string[];
  /** What is done with `%2F` and empty segments in paths. Default: both are refused. */
  readonly paths?: {
    readonly encodedSlash?: "refuse" | "forward";
    readonly emptySegments?: "refuse" | "forward";
  };
  /** Default: the document at /openapi.json, the pages at /docs; false for neither. */
  readonly docs?: boolean | { readonly document?: string; readonly ui?: string };
  /**
   * Metrics, health and the status page, apart from the traffic. Default: nowhere. `hosts` are names by which they may be asked
   * for; addresses, `localhost` and names of private networks always may.
   */
  readonly admin?:
    | false
    | { readonly host?: string; readonly port: number; readonly hosts?: readonly string[] };
  /** The Redis that counts for all instances: an address, which may be `${NAME}`. Default: each counts in memory. */
  readonly redis?: string | { readonly url: string; readonly prefix?: string };
  /** One JSON line a request, and what else is in it. Default: true. */
  readonly accessLog?: boolean | { readonly bytes?: boolean; readonly userAgent?: boolean };
  /** The field by which each request has a name, for the service, the client and the log: "x-request-id". Default: none. */
  readonly requestId?: string | null;
  /** How long requests in flight may take when the gateway ends or reloads. Default: 30s. */
  readonly drainTimeout?: Duration;
  /** The largest requests. Default: bodies of 1MB, heads of 16KB. */
  readonly limits?: LimitsConfig;
  /** What holds for the upstreams of all services that say nothing else. */
  readonly upstream?: UpstreamDefaults;
  readonly services: { readonly [name: string]: ServiceConfig };
  /** Schemes that `security` here may name for every service, and what documents do not say of theirs. */
  readonly securitySchemes?: { readonly [name: string]: DeclaredScheme };
  readonly policies?: readonly PolicyConfig[];
  readonly aliases?: readonly AliasConfig[];
  readonly consumers?: { readonly [id: string]: ConsumerConfig };
  /**
   * Where documents from addresses are kept, for a start while one of them does not answer; false keeps none. Default:
   * node_modules/.cache/waymark-gateway beside this file, where there is a node_modules.
   */
  readonly documents?: { readonly cache?: string | false };
  /** Values of `${NAME}`; `loadConfig` takes them from the environment. Not a key of the file. */
  readonly environment?: { readonly [name: string]: string | undefined };
}

export interface ListenConfig {
  readonly host?: string;
  readonly port?: number;
  /** With it the gateway speaks https. The files are read again at a reload. */
  readonly tls?: ListenTlsConfig;
  /** Speaks HTTP/2 with clients that can, on the same port; needs `tls`. Default: false. */
  readonly http2?: boolean;
}

/** Files in PEM, relative to the configuration. */
export interface ListenTlsConfig {
  /** The certificate, and behind it those that vouch for it. */
  readonly cert: string;
  readonly key: string;
  /** Further ones for other names, chosen by the name that a client asks for (SNI, RFC 6066). */
  readonly certificates?: readonly { readonly cert: string; readonly key: string }[];
  /** Whether clients are asked for a certificate, and whether one without is turned away. Default: they are not asked. */
  readonly clientCertificates?: "request" | "require";
  /** Who vouches for clients. Without it a certificate says no more than its fingerprint does. */
  readonly clientCa?: string;
  /** Default: TLSv1.2. */
  readonly minVersion?: "TLSv1.2" | "TLSv1.3";
}

export interface LimitsConfig {
  readonly body?: Size;
  readonly head?: Size;
}

export interface ServiceConfig {
  /**
   * The OpenAPI document: a file, an address, or `ts:./app.ts` (a Waymark application, asked in this process). `false`: it has
   * none, and every path at its mount and below goes through unvalidated, from everybody unless `security` or a policy says who.
   */
  readonly spec: string | false;
  /** OpenAPI Overlays (1.0, 1.1), applied in this order. */
  readonly overlay?: string | readonly string[];
  /** Files that references may reach. Default: those in the document's folder and below. */
  readonly references?: "folder" | "anywhere";
  /** Hosts of this machine and its network that a document may lead to: one from the network, and any to the keys of tokens. */
  readonly allowHosts?: readonly string[];
  /** Where the public finds it. Default: the path of the server's address, on every host. */
  readonly mount?:
    | string
    | {
        readonly path?: string;
        readonly host?: string | readonly string[];
        readonly aliases?: readonly string[];
      };
  /** Where it runs. Default: `servers[0]` of the document. */
  readonly upstream?: string | UpstreamConfig;
  /** Values of the variables of `servers[0]`. Default: the environment's `ORDERS_REGION`, then the document's default. */
  readonly variables?: { readonly [name: string]: string };
  /** Who checks credentials: "upstream" leaves it to the service, and its operations are open here. Default: "gateway". */
  readonly authentication?: "gateway" | "upstream";
  /** What the document does not say of its security schemes; with a `type`, schemes that it does not have. */
  readonly securitySchemes?: { readonly [name: string]: DeclaredScheme };
  /**
   * What operations ask for of which the document says nothing, as its root would; `[]` says that they are public. Of
   * `authentication: upstream` what the gateway asks for besides, of every operation.
   */
  readonly security?: SecurityConfig;
  /** Several majors side by side, and what chooses this one. */
  readonly version?: VersionConfig;
  readonly deprecated?: boolean | DeprecatedConfig;
  /** Every operation answers 410. */
  readonly retired?: boolean | { readonly successor?: string };
  /** Left out of the published document. */
  readonly internal?: boolean;
  readonly limits?: LimitsConfig;
  readonly timeout?: TimeoutConfig;
  readonly retry?: RetryConfig | false;
}

export interface VersionConfig {
  readonly by: "path" | "header" | "query";
  /** Of the header or query parameter. */
  readonly name?: string;
  /** Default: the first number of `info.version`; by path with a "v" before it. */
  readonly value?: string;
  /** Answers clients that name no version. */
  readonly default?: boolean;
}

export interface DeprecatedConfig {
  /** ISO 8601 date: `Deprecation` (RFC 9745). */
  readonly since?: string;
  /** ISO 8601 date: `Sunset` (RFC 8594). */
  readonly sunset?: string;
  /** A path template, or the name of a service whose path of the same name is meant. */
  readonly successor?: string;
  /** An address with more about it. */
  readonly documentation?: string;
}

/** How tokens of a scheme are verified; all of it may stand as `x-waymark` at the scheme. */
export interface SchemeConfig {
  /** Its OpenID Connect discovery gives the keys, unless `jwks` or `keys` does. */
  readonly issuer?: string;
  readonly jwks?: string;
  readonly discovery?: string;
  /** A file with a JWK set. */
  readonly keys?: string;
  readonly audiences?: readonly string[];
  /** Default: RS256, PS256, ES256, EdDSA. */
  readonly algorithms?: readonly string[];
  /** Of clocks. Default: 30s. */
  readonly leeway?: Duration;
  /** Default: "scope". */
  readonly scopeClaim?: string;
}

/** A security scheme of the configuration's own, as OpenAPI has it, and how its tokens are verified. */
export interface DeclaredScheme extends SchemeConfig {
  readonly type?: "apiKey" | "http" | "oauth2" | "openIdConnect" | "mutualTLS";
  /** Of an API key. */
  readonly in?: "header" | "query" | "cookie";
  readonly name?: string;
  /** Of the type http: "basic" or "bearer". */
  readonly scheme?: string;
  readonly openIdConnectUrl?: string;
}

/** Security requirements as OpenAPI has them: one of the list has to hold, with all schemes in it and their scopes. */
export type SecurityConfig = readonly { readonly [scheme: string]: readonly string[] }[];

export interface TargetConfig {
  readonly url: string;
  readonly weight?: number;
}

export interface TimeoutConfig {
  /** Default: 2s. */
  readonly connect?: Duration;
  /** Default: 30s. */
  readonly firstByte?: Duration;
  /** Default: 60s. */
  readonly idle?: Duration;
  /** Of everything until the reply's head; "none" by default. */
  readonly total?: Duration;
}

export interface RetryConfig {
  /** Further attempts; default: 1. */
  readonly attempts?: number;
  /** Default: 502, 503, 504. */
  readonly statuses?: readonly number[];
  /** Share of the requests in flight, "20%", of which at least 3. */
  readonly budget?: string | number | { readonly ratio?: string | number; readonly min?: number };
  readonly backoff?: { readonly base?: Duration; readonly max?: Duration };
  readonly bodyLimit?: Size;
  /**
   * Repeats a POST or PATCH that has an `Idempotency-Key` as well: for services that do what they are asked by one key once.
   * Default: false.
   */
  readonly idempotencyKey?: boolean;
}

export interface UpstreamDefaults {
  /** Default: "p2c". */
  readonly balance?: string;
  readonly host?: "upstream" | "client";
  readonly protocol?: "http1" | "http2";
  readonly timeout?: TimeoutConfig;
  readonly retry?: RetryConfig | false;
  readonly breaker?: BreakerConfig | false;
  readonly health?: HealthConfig;
  readonly pool?: PoolConfig;
  readonly tls?: TlsConfig;
  readonly concurrency?: number;
}

export interface UpstreamConfig extends UpstreamDefaults {
  readonly url?: string;
  readonly targets?: readonly (string | TargetConfig)[];
  readonly discover?: string | DiscoverConfig;
  /** What stands before every path at the upstream. Default: the path of the server's address. */
  readonly path?: string;
  readonly canary?: CanaryConfig;
}

export interface DiscoverConfig {
  readonly dns?: string;
  readonly srv?: string;
  readonly record?: "A" | "AAAA";
  readonly port?: number;
  readonly secure?: boolean;
  readonly resolvers?: readonly string[];
  readonly file?: string;
  readonly module?: string;
  readonly export?: string;
}

export interface BreakerConfig {
  readonly failureRatio?: string | number;
  readonly minimum?: number;
  readonly window?: Duration;
  readonly openFor?: Duration;
  readonly probes?: number;
}

export interface HealthConfig {
  readonly path?: string;
  readonly interval?: Duration;
  readonly timeout?: Duration;
  readonly healthyAfter?: number;
  readonly unhealthyAfter?: number;
  readonly statuses?: readonly [from: number, to: number];
  readonly passive?:
    | false
    | { readonly failures?: number; readonly ejectFor?: Duration; readonly maxEjected?: string | number };
}

export interface PoolConfig {
  readonly connections?: number;
  readonly waiting?: number;
  readonly waitTimeout?: Duration;
  readonly idleTimeout?: Duration;
  /** Requests that a connection of HTTP/1.1 serves; 1 trusts none with a second answer. Default: any number. */
  readonly requests?: number;
}

export interface TlsConfig {
  readonly insecureSkipVerify?: boolean;
  readonly serverName?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface CanaryConfig {
  readonly targets: readonly (string | TargetConfig)[];
  readonly weight?: string | number;
  readonly header?: string | { readonly name: string; readonly value?: string };
}

/** Which operations: all conditions have to hold, and of each list one. */
export interface MatchConfig {
  readonly services?: readonly string[];
  /** Globs on `service:operationId`. */
  readonly operations?: readonly string[];
  readonly tags?: readonly string[];
  readonly methods?: readonly string[];
  /** Globs on public path templates: `/admin/**`. */
  readonly paths?: readonly string[];
}

/** The kinds of policies, with their options. */
export interface PolicyKinds {
  readonly cors?: CorsOptions;
  readonly ip?: IpOptions;
  readonly bodyLimit?: BodyLimitOptions;
  readonly authn?: AuthnOptions;
  readonly authz?: AuthzOptions;
  readonly limit?: LimitOptions;
  readonly quota?: QuotaOptions;
  readonly concurrency?: ConcurrencyOptions;
  readonly validateRequest?: ValidateRequestOptions;
  readonly validateResponse?: ValidateResponseOptions;
  readonly requestHeaders?: HeaderOptions;
  readonly responseHeaders?: HeaderOptions;
  readonly query?: QueryOptions;
  readonly rewriteBody?: BodyOptions;
  readonly responseBody?: BodyOptions;
  readonly responseFilter?: ResponseFilterOptions;
  /** A policy in TypeScript: its module, `./fraud.ts` or `./fraud.ts#name`. */
  readonly use?: string | UseOptions;
}

/** What may be said of operations besides policies. */
export interface SettingsConfig {
  readonly timeout?: TimeoutConfig;
  readonly retry?: RetryConfig | false;
  readonly limits?: LimitsConfig;
  readonly deprecated?: boolean | DeprecatedConfig;
  readonly retired?: boolean | { readonly successor?: string };
  readonly internal?: boolean;
}

/** `match`, and exactly one kind with its options, or one setting. */
export interface PolicyConfig extends PolicyKinds, SettingsConfig {
  readonly match?: MatchConfig;
  /** What operations ask for, whatever their document says; `[]` says that they are public. */
  readonly security?: SecurityConfig;
}

/** Another path of an operation. */
export interface AliasConfig {
  readonly path: string;
  /** `service:operationId`; left out in `x-waymark`, where it is the operation's own. */
  readonly operation?: string;
  readonly host?: string | readonly string[];
  /** By the operation's input: another name in the same place, another place, or a constant. */
  readonly bind?: { readonly [input: string]: string | BindConfig };
  readonly summary?: string;
  readonly deprecated?: boolean | DeprecatedConfig;
  readonly retired?: boolean | { readonly successor?: string };
  readonly internal?: boolean;
}

export interface BindConfig {
  readonly constant?: string | number | boolean;
  readonly path?: string;
  readonly query?: string;
  readonly header?: string;
  readonly cookie?: string;
}

export interface ConsumerConfig {
  /** Hashes of API keys: `sha256:…` (hexadecimal), or the same with the name of the scheme it is for. */
  readonly keys?: readonly (string | { readonly hash: string; readonly scheme?: string })[];
  readonly basic?: readonly { readonly user: string; readonly password: string }[];
  /** SHA-256 fingerprints. */
  readonly certificates?: readonly string[];
  readonly scopes?: readonly string[];
  readonly claims?: { readonly [name: string]: unknown };
}

/** What may stand under `x-waymark` at the root, a path item or an operation, besides the kinds of policies. */
export interface LevelConfig extends SettingsConfig {
  readonly aliases?: readonly AliasConfig[];
  readonly policies?: readonly PolicyKinds[];
}
