import type { Exchange } from "waymark/internal";
import type { Consumer, GatewaySettings, JsonSchema, Operation, Phase, Service } from "./snapshot.ts";

/** Who calls, as the authentication found it; everything behind it asks here and nowhere else. */
export interface Principal {
  /** Stable and unique: `consumer:mobile-app`, `sub:8f2…@issuer`. */
  readonly id: string;
  readonly consumer: string | null;
  readonly scheme: string;
  /** Tells credentials of one principal apart without being one: the beginning of a digest. */
  readonly credential: string;
  readonly scopes: ReadonlySet<string>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The certificate of the client, which the TLS handshake has proven that it holds the key of. */
export interface ClientCertificate {
  /** SHA-256 of its DER, hexadecimal in lower case without colons. */
  readonly fingerprint: string;
}

/**
 * One request on its way through the gateway: one reading, made once, that is judged and forwarded alike. Policies read
 * it, and change only what stands under "what the upstream gets" and "what the client gets".
 */
export interface Call {
  readonly exchange: Exchange;
  readonly operation: Operation;
  readonly service: Service;
  /** Values of the path's parameters by their public names: decoded once. */
  readonly params: ReadonlyMap<string, string>;
  /** The client's address: the peer's, or what proxies that are trusted say. */
  readonly clientAddress: string;
  /** Of a client that showed one in the TLS handshake, for which `listen.tls.clientCa` vouches where it is set; undefined for others. */
  readonly clientCertificate?: ClientCertificate | undefined;
  /** Null until the authentication ran, and for anonymous callers of public operations. */
  principal: Principal | null;
  /**
   * The whole body where some policy needs it; else undefined, and it streams. Either way it has no more bytes than
   * `exchange.bodyLimit` where a step has set that, and than `operation.limits.body` otherwise.
   */
  body: Uint8Array | undefined;

  // -- what the upstream gets ------------------------------------------------------------------------------------------
  /**
   * Set (a string), or removed (null), after hop-by-hop fields were dropped: what a client sent by these names is gone, also
   * where it wrote `_` for `-`, which CGI and its kin take for the same (RFC 3875 §4.1.18).
   */
  readonly upstreamHeaders: Map<string, string | null>;
  /** The query that goes on, without "?"; undefined leaves it as it was sent. */
  upstreamSearch: string | undefined;
  /** A body in the place of the client's; needs `["body"]`. */
  upstreamBody: Uint8Array | undefined;

  // -- what the client gets --------------------------------------------------------------------------------------------
  /**
   * Fields for whatever reply is sent, errors of the gateway included: RateLimit, CORS, Deprecation. Each takes the place of
   * the upstream's, but `vary`, which is added to it.
   */
  readonly replyHeaders: Map<string, string | null>;

  /** What else the access log shows. */
  readonly log: Record<string, unknown>;
  /** Called once when the call is over, whatever became of it, and at once where it is already: leases are given back here. */
  onEnd(finish: () => void): void;
}

/** A reply that a policy gives in the place of the upstream's; `replyHeaders` of the call go with it. */
export interface EarlyReply {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string | Uint8Array | null;
}

/** The upstream's reply as policies of the phase "response" see it. */
export interface UpstreamReply {
  readonly status: number;
  /** Lower-case names; without hop-by-hop fields. */
  readonly headers: ReadonlyMap<string, string>;
  /** The whole body where the step needs it, decoded of its content coding; undefined where it streams. */
  readonly body: Uint8Array | undefined;
}

/**
 * What a step puts in the place of the upstream's reply; what is undefined stays. With a body of its own the reply loses the
 * fields that described the other one: Content-Encoding, ETag, digests.
 */
export interface ReplyChange {
  readonly status?: number;
  readonly body?: Uint8Array;
}

/** What a step reads beyond the head: what nobody needs streams through. */
export type Need = "body" | "response-body";

/**
 * A policy made ready for one operation when a snapshot is taken into service. `run` judges a request: it throws an
 * `HttpError` to refuse it, gives a reply of its own where nobody else is to answer, and returns a promise only where it has
 * to wait. A step of the phase "response" has `respond` instead; what it throws takes the place of the reply. Steps are
 * called in the order of the phases. `stepsOf` (policies/steps-of.ts) makes all of an operation: what its policies say, and
 * what is there in any case, authentication and validation; several limits become one step.
 */
export interface Step {
  readonly phase: Phase;
  readonly kind: string;
  readonly needs: readonly Need[];
  /** Request fields that never go on as a client sent them, in lower case: known beforehand, they cost no request anything. */
  readonly drops?: readonly string[];
  /** Reply fields that `run` sets whenever it lets a request pass, in lower case: known beforehand as well. */
  readonly gives?: readonly string[];
  /**
   * What the head alone decides, of a step that needs the body: throws like `run`, before anybody waits for a body that is
   * still to come. A client that asks first (`Expect: 100-continue`) then keeps it.
   */
  readonly beforeBody?: (call: Call) => void;
  readonly run?: (call: Call) => EarlyReply | void | Promise<EarlyReply | void>;
  readonly respond?: (
    call: Call,
    reply: UpstreamReply,
  ) => ReplyChange | undefined | Promise<ReplyChange | undefined>;
  /** Of `cors` alone: the fields of the 204 that answers a preflight (OPTIONS with Access-Control-Request-Method). */
  readonly preflight?: (exchange: Exchange) => ReadonlyMap<string, string>;
}

/** What kinds get to make their steps with: one for each generation of a snapshot. */
export interface StepContext {
  readonly operation: Operation;
  readonly service: Service;
  /** A schema by its reference, `#/schemas/orders.Order`. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly consumers: readonly Consumer[];
  /** Where limits are counted for all instances; null counts in memory. */
  readonly redis: GatewaySettings["redis"];
  /** Modules of `use`, loaded by `loadPolicies` before; by the `module` of their options. */
  readonly modules: ReadonlyMap<string, LoadedPolicy>;
  /** A line for the gateway's own log: what an operator has to know, such as a Redis that is gone. */
  report(problem: string, error?: unknown): void;
  /** What several operations share (a limiter's counters, key sets): made on first use, ended with the gateway. */
  shared<T>(key: string, make: () => T, end?: (value: T) => void | Promise<void>): T;
}

/** What `definePolicy` makes of a policy in TypeScript. */
export interface LoadedPolicy {
  readonly kind: string;
  readonly phase: Phase;
  /** JSON Schema of its options; undefined: it has none. */
  readonly schema: JsonSchema | undefined;
  readonly step: (options: Readonly<Record<string, unknown>>, context: StepContext) => Step | undefined;
}

/** A kind of policy: in which phase it lives, what its options may be, and how it becomes a step. */
export interface PolicyKind {
  readonly kind: string;
  readonly phase: Phase;
  /** JSON Schema of `options`; unknown keys are mistakes. */
  readonly schema: JsonSchema;
  /** Of several for one operation one alone counts: the configuration's last one, else the document's most particular. */
  readonly isSingle?: boolean;
  /** What is wrong with options that the schema lets pass, as a sentence; undefined where nothing is. */
  readonly check?: (options: any) => string | undefined;
  readonly step: (options: any, context: StepContext) => Step | undefined;
}
