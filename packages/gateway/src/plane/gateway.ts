import { DEFAULT_LIMITS, type Exchange, type Limits, type ServableApp } from "waymark/internal";
import type { LoadedPolicy, Step, StepContext } from "../call.ts";
import { operatorLog, reportTo } from "../observe/operator-log.ts";
import type { Watcher } from "../observe/watcher.ts";
import { loadPolicies } from "../policies/load-policies.ts";
import { stepsOf } from "../policies/steps-of.ts";
import type { Operation, Service, Snapshot } from "../snapshot.ts";
import type { TargetSet } from "../upstream/target-set.ts";
import type { Report } from "./answer-problem.ts";
import { located } from "./located.ts";
import { Generation } from "./generation.ts";
import { routesOf } from "./routes-of.ts";
import { ServiceRuntime } from "./service-runtime.ts";
import { SharedThings } from "./shared-things.ts";

export interface GatewayOptions {
  /** What the modules of policies in TypeScript are relative to. Default: the working directory. */
  readonly folder?: string;
  /** Makes the steps of an operation of its policies. Default: all kinds that the gateway has. */
  readonly stepsOf?: (operation: Operation, context: StepContext) => readonly Step[];
  /** Hears of what an operator has to know. Default: standard error. */
  readonly report?: Report;
  /** Watches requests, for logs, metrics and traces. Left out, nothing is measured. */
  readonly watcher?: Watcher;
  /** Of the listener. Bodies and heads of an operation have their own. */
  readonly limits?: Limits;
}

/**
 * The data plane: runs a snapshot, and takes another one into service without dropping a request. It is an application like
 * any other: `serve(gateway, { port })`.
 */
export class Gateway implements ServableApp {
  readonly limits: Limits;
  draining = false;
  readonly #options: GatewayOptions;
  readonly #report: Report;
  readonly #makeSteps: (operation: Operation, context: StepContext) => readonly Step[];
  readonly #runtimes: SharedThings<ServiceRuntime>;
  readonly #shared: SharedThings<unknown>;
  /** Those before, whose last requests are not over. */
  readonly #old = new Set<Generation>();
  #generation: Generation | undefined;
  #snapshot: Snapshot;
  #changing: Promise<unknown> = Promise.resolve();
  #isStopped = false;

  constructor(snapshot: Snapshot, options: GatewayOptions = {}) {
    this.#snapshot = snapshot;
    this.#options = options;
    this.limits = options.limits ?? limitsFor(snapshot);
    this.#report = options.report ?? reportTo(operatorLog());
    this.#makeSteps = options.stepsOf ?? stepsOf;
    this.#runtimes = new SharedThings((error) => this.#report("A service could not be closed.", error));
    this.#shared = new SharedThings((error) => this.#report("A policy could not be closed.", error));
  }

  /** What answers now. */
  get snapshot(): Snapshot {
    return this.#generation?.snapshot ?? this.#snapshot;
  }
  /** Requests that are not over, of all generations. */
  get active(): number {
    let count = this.#generation?.active ?? 0;
    for (const { active } of this.#old) count += active;
    return count;
  }
  /** Generations that have requests: 1 but for a while after a change. */
  get generations(): number {
    return this.#old.size + (this.#generation === undefined ? 0 : 1);
  }

  /** The targets of every service that answers now, by its name. */
  get targets(): ReadonlyMap<string, TargetSet> {
    return this.#generation?.targets ?? new Map();
  }

  // -- requests --------------------------------------------------------------------------------------------------------

  handle(exchange: Exchange): void {
    this.#generation!.handle(exchange);
  }
  /** Drivers take it from its object. */
  readonly upgrade = (exchange: Exchange): void => this.#generation!.upgrade(exchange);

  // -- generations -----------------------------------------------------------------------------------------------------

  start(): Promise<void> {
    this.#isStopped = false;
    return this.#next(async () => {
      if (this.#generation === undefined) await this.#use(this.#snapshot);
    });
  }

  /**
   * Takes a snapshot into service: makes everything ready first, then lets new requests come to it, while those under way
   * end with what they began with. Rejects, and changes nothing, where it cannot be run, and where the gateway has been stopped.
   */
  use(snapshot: Snapshot): Promise<void> {
    return this.#next(() => this.#use(snapshot));
  }

  /** One change after the other. */
  #next(change: () => Promise<void>): Promise<void> {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  async #use(snapshot: Snapshot): Promise<void> {
    if (this.#isStopped) throw new Error("The gateway has been stopped: it takes no other snapshot");
    if (this.#generation?.snapshot.hash === snapshot.hash && snapshot.hash !== "") return;
    const policies = snapshot.operations.flatMap((operation) => operation.policies);
    const { folder = process.cwd() } = this.#options;
    const modules = await loadPolicies(policies, folder);
    const services = new Map(
      Object.values(snapshot.services).map((each) => [each.name, located(each, folder)]),
    );
    const serviceOf = ({ name }: Service): Service => services.get(name)!;
    const owner = Symbol(snapshot.hash);
    const { targets } = this;
    let generation: Generation;
    try {
      const starting: Promise<void>[] = [];
      const routes = await routesOf(snapshot, {
        runtimeOf: (service) => this.#runtimeOf(owner, serviceOf(service), targets, starting),
        stepsOf: (operation, service) =>
          this.#stepsOf(owner, snapshot, operation, serviceOf(service), modules),
      });
      await Promise.all(starting);
      const { watcher } = this.#options;
      generation = new Generation(snapshot, routes, { report: this.#report, watcher });
    } catch (error) {
      this.#release(owner);
      throw error;
    }
    const before = this.#generation;
    this.#generation = generation;
    this.#snapshot = snapshot;
    this.#owners.set(generation, owner);
    if (before !== undefined) this.#retire(before);
  }

  readonly #owners = new WeakMap<Generation, symbol>();

  #retire(generation: Generation): void {
    this.#old.add(generation);
    generation.onIdle(() => {
      this.#old.delete(generation);
      this.#release(this.#owners.get(generation)!);
    });
  }

  #release(owner: symbol): void {
    this.#runtimes.release(owner);
    this.#shared.release(owner);
  }

  /** Services that are the same in two generations are one: pools, health and breaker stay. */
  #runtimeOf(
    owner: symbol,
    service: Service,
    before: ReadonlyMap<string, TargetSet>,
    starting: Promise<void>[],
  ): ServiceRuntime {
    return this.#runtimes.take(
      owner,
      `${service.name} ${JSON.stringify(service.upstream)}`,
      () => {
        const runtime = new ServiceRuntime(
          service,
          this.#reportOf(service),
          before.get(service.name)?.targets,
        );
        const started = runtime.start();
        // It is waited for when all operations are ready: until then nobody hears of a failure.
        started.catch(() => undefined);
        starting.push(started);
        return runtime;
      },
      (runtime) => runtime.close(),
    );
  }

  /** Made apart: a function keeps whatever its neighbours use, and would keep the targets of all snapshots there ever were. */
  #reportOf({ name }: Service): Report {
    return (problem, error) => this.#report(`service '${name}': ${problem}`, error);
  }

  #stepsOf(
    owner: symbol,
    snapshot: Snapshot,
    operation: Operation,
    service: Service,
    modules: ReadonlyMap<string, LoadedPolicy>,
  ): readonly Step[] {
    const context: StepContext = {
      operation,
      service,
      schemas: snapshot.schemas,
      consumers: snapshot.consumers,
      redis: snapshot.gateway.redis,
      modules,
      report: this.#report,
      shared: <T>(key: string, make: () => T, end?: (value: T) => void | Promise<void>): T =>
        this.#shared.take(
          owner,
          key,
          make,
          end as ((value: unknown) => void | Promise<void>) | undefined,
        ) as T,
    };
    return this.#makeSteps(operation, context);
  }

  // -- the end ---------------------------------------------------------------------------------------------------------

  endStreams(): void {
    this.#generation?.closeTunnels();
    for (const generation of this.#old) generation.closeTunnels();
    for (const runtime of this.#runtimes.values()) runtime.endStreams();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#changing;
    this.endStreams();
    await Promise.all([this.#runtimes.close(), this.#shared.close()]);
    this.#generation = undefined;
  }
}

/** What the listener lets through: the operations say what each of them takes. */
function limitsFor({ operations }: Snapshot): Limits {
  const most = (of: (operation: Operation) => number, least: number): number =>
    operations.reduce((size, operation) => Math.max(size, of(operation)), least);
  return {
    ...DEFAULT_LIMITS,
    body: most(({ limits }) => limits.body, DEFAULT_LIMITS.body),
    headers: most(({ limits }) => limits.head, DEFAULT_LIMITS.headers),
  };
}
