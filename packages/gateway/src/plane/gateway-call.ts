import type { Exchange } from "waymark/internal";
import type { Call, ClientCertificate, Principal, Step } from "../call.ts";
import type { Operation, Service } from "../snapshot.ts";
import type { Route } from "./route.ts";

/** A request as the policies see it. Made where an operation has any; its maps where somebody asks for them. */
export class GatewayCall implements Call {
  readonly exchange: Exchange;
  readonly route: Route;
  /** By `performance.now`, where somebody measures. */
  begunAt = 0;
  /** What the watcher gave. */
  begun: unknown = undefined;
  /** The one that runs, or is waited for; undefined between them, and while the client's body is. */
  step: Step | undefined = undefined;
  /** Milliseconds that steps were waited for: a part of the time that an operation may take. */
  waited = 0;
  principal: Principal | null = null;
  body: Uint8Array | undefined = undefined;
  upstreamSearch: string | undefined = undefined;
  upstreamBody: Uint8Array | undefined = undefined;
  /** It was answered, or nobody waits for it: steps that were waited for have no successor. */
  isOver = false;
  readonly #values: readonly string[];
  readonly #addressOf: (exchange: Exchange) => string;
  #params: Map<string, string> | undefined;
  #address: string | undefined;
  #upstreamHeaders: Map<string, string | null> | undefined;
  #replyHeaders: Map<string, string | null> | undefined;
  #log: Record<string, unknown> | undefined;
  #finishers: (() => void)[] | undefined;

  constructor(
    exchange: Exchange,
    route: Route,
    values: readonly string[],
    addressOf: (exchange: Exchange) => string,
  ) {
    this.exchange = exchange;
    this.route = route;
    this.#values = values;
    this.#addressOf = addressOf;
  }

  get operation(): Operation {
    return this.route.operation;
  }
  get service(): Service {
    return this.route.service;
  }
  get params(): ReadonlyMap<string, string> {
    if (this.#params === undefined) {
      this.#params = new Map();
      const { names } = this.route;
      for (let i = 0; i < names.length; i++) this.#params.set(names[i]!, this.#values[i]!);
    }
    return this.#params;
  }
  get clientAddress(): string {
    return (this.#address ??= this.#addressOf(this.exchange));
  }
  get clientCertificate(): ClientCertificate | undefined {
    const { exchange, route } = this;
    if (route.wantsVerifiedClients && !exchange.isClientVerified) return undefined;
    const fingerprint = exchange.clientFingerprint;
    return fingerprint === undefined ? undefined : { fingerprint };
  }
  get upstreamHeaders(): Map<string, string | null> {
    return (this.#upstreamHeaders ??= new Map());
  }
  get replyHeaders(): Map<string, string | null> {
    return (this.#replyHeaders ??= new Map());
  }
  get log(): Record<string, unknown> {
    return (this.#log ??= Object.create(null) as Record<string, unknown>);
  }

  /** What was set so far; undefined where nobody has asked. */
  get sentHeaders(): ReadonlyMap<string, string | null> | undefined {
    return this.#upstreamHeaders;
  }
  get givenHeaders(): ReadonlyMap<string, string | null> | undefined {
    return this.#replyHeaders;
  }
  get noted(): Readonly<Record<string, unknown>> | undefined {
    return this.#log;
  }
  /** The query that goes on. */
  get search(): string {
    return this.upstreamSearch ?? this.exchange.search;
  }

  onEnd(finish: () => void): void {
    if (this.isOver) finish();
    else (this.#finishers ??= []).push(finish);
  }
  /** The call is over. What fails here concerns nobody else's clean-up. */
  end(report: (problem: string, error: unknown) => void): void {
    this.isOver = true;
    const finishers = this.#finishers;
    if (finishers === undefined) return;
    this.#finishers = undefined;
    for (const finish of finishers) {
      try {
        finish();
      } catch (error) {
        report("A policy failed in giving back what it held.", error);
      }
    }
  }
}
