import type { Upstream } from "../snapshot.ts";
import { makeBalancer, type Balancer } from "./balance/balancer.ts";
import { Breaker } from "./breaker.ts";
import { sourceOf } from "./discovery/source.ts";
import { Ejection } from "./ejection.ts";
import { HealthChecks } from "./health-checks.ts";
import { type HealthRequests, Http1HealthRequests } from "./health-requests.ts";
import { identityOf, Live } from "./live-target.ts";
import type {
  DiscoverySource,
  FoundTarget,
  LiveTarget,
  Outcome,
  PickHints,
  Refusal,
  TargetSet,
} from "./target-set.ts";

/** When fewer of the targets than this are well, health is not asked: better some answers than none (Envoy's panic). */
const PANIC = 0.5;
/** Seconds, beside a refusal that does not know better. */
const RETRY_AFTER = 1;
/** No era of the breaker: it was told already. */
const TOLD = -1;
/** What a gateway in front of the target would answer, and says that it is not well (RFC 9110 §15.6.3–5). */
const isBad = (status: number): boolean => status === 502 || status === 503 || status === 504;

export interface TargetSetOptions {
  /** Hears, in a sentence, of what went wrong with the discovery. */
  readonly report: (problem: string) => void;
  /** Milliseconds of a clock that never goes back. Default `performance.now`. */
  readonly now?: () => number;
  /** Default: what the upstream's discovery says. */
  readonly source?: DiscoverySource;
  /** Default: by HTTP/1.1. */
  readonly healthRequests?: HealthRequests;
  /** Of a set whose place this one takes: what was found down stays so until its checks pass here. */
  readonly before?: readonly LiveTarget[];
}

/** Makes the targets of a service from its part of the snapshot. Nothing is asked before `start`. */
export function makeTargetSet(upstream: Upstream, options: TargetSetOptions): TargetSet {
  return new Targets(upstream, options);
}

/** Those among which one choice is made: the service's own, or its canaries. */
class Group {
  all: Live[] = [];
  #balancer: Balancer | undefined;
  readonly #kind: Upstream["balance"]["kind"];
  readonly #panic: number;

  /** @param panic of the targets the share that has to be well: below it all of them are asked; 0 asks no others ever. */
  constructor(kind: Upstream["balance"]["kind"], panic: number) {
    this.#kind = kind;
    this.#panic = panic;
  }

  refresh(): void {
    const usable = this.usable();
    this.#balancer = usable.length === 0 ? undefined : makeBalancer(this.#kind, usable);
  }

  /** Targets that are well, or all of them where too few are; without weight only where nothing has one. */
  usable(): Live[] {
    const present = this.all.filter(({ isDraining }) => !isDraining);
    const weighted = present.filter(({ weight }) => weight > 0);
    const asked = weighted.length > 0 ? weighted : present;
    const well = asked.filter(({ state }) => state === "up");
    return well.length < this.#panic * asked.length ? asked : well;
  }

  pick({ hashKey, tried }: PickHints): LiveTarget | undefined {
    if (tried.length === 0) return this.#balancer?.pick(hashKey);
    const isNew = (target: Live): boolean => !tried.includes(target) && !target.isDraining;
    const well = this.usable().filter(isNew);
    // One that was found ill may be well again; one that has just failed this request is not.
    const others = well.length > 0 ? well : this.all.filter(isNew);
    return others.length === 0
      ? this.#balancer?.pick(hashKey)
      : makeBalancer(this.#kind, others).pick(hashKey);
  }
}

class Targets implements TargetSet {
  readonly #upstream: Upstream;
  readonly #report: (problem: string) => void;
  readonly #source: DiscoverySource;
  readonly #own: Group;
  readonly #canary: Group;
  readonly #breaker: Breaker | undefined;
  readonly #ejection: Ejection | undefined;
  readonly #checks: HealthChecks | undefined;
  readonly #removed: ((target: LiveTarget) => void)[] = [];
  #before: readonly LiveTarget[];
  #active = 0;
  #isClosed = false;

  constructor(
    upstream: Upstream,
    { report, now = () => performance.now(), source, healthRequests, before = [] }: TargetSetOptions,
  ) {
    this.#upstream = upstream;
    this.#before = before;
    this.#report = report;
    this.#source = source ?? sourceOf(upstream.discovery);
    this.#own = new Group(upstream.balance.kind, PANIC);
    // A canary that fails is to harm nobody: what it cannot answer the others do.
    this.#canary = new Group(upstream.balance.kind, 0);
    const changed = (): void => {
      this.#own.refresh();
      this.#canary.refresh();
    };
    const { active, passive } = upstream.health;
    if (upstream.breaker !== null) this.#breaker = new Breaker(upstream.breaker, now);
    if (passive !== null)
      this.#ejection = new Ejection(passive, now, (target) => {
        changed();
        if (target.isEjected) this.#checks?.hurry(target);
      });
    // A target whose checks failed as well is seen to return, and need not sit out its time. Where they pass all along
    // they say nothing of what its requests meet.
    if (active !== null)
      this.#checks = new HealthChecks(active, healthRequests ?? new Http1HealthRequests(upstream.tls), {
        changed,
        recovered: (target) => {
          this.#ejection?.end(target);
          this.#breaker?.hasten();
        },
      });
  }

  async start(): Promise<void> {
    if (this.#upstream.canary !== null) this.#update(this.#canary, this.#upstream.canary.targets, true);
    await this.#source.start((targets) => this.#update(this.#own, targets, false), this.#report);
    // What is found later is news.
    this.#before = [];
  }

  take(hints: PickHints): LiveTarget | Refusal {
    const { concurrency } = this.#upstream;
    if (concurrency !== null && this.#active >= concurrency) return "overloaded";
    const isForCanary = hints.isCanary && hints.tried.length === 0;
    const target = (isForCanary ? this.#canary.pick(hints) : undefined) ?? this.#own.pick(hints);
    if (target === undefined) return "no-target";
    if (this.#breaker !== undefined && !this.#breaker.admit()) return "breaker-open";
    (target as Live).active++;
    this.#active++;
    return target;
  }

  get era(): number {
    return this.#breaker?.era ?? 0;
  }

  answered(status: number, era: number): number {
    if (status >= 500 || this.breaker !== "half-open") return era;
    this.#breaker!.record(false, era);
    return TOLD;
  }

  release(target: LiveTarget, outcome: Outcome, status: number, era: number): void {
    const live = target as Live;
    live.active--;
    this.#active--;
    if (outcome === "aborted") {
      this.#breaker?.forget(era);
      return;
    }
    const isBusy = outcome === "busy";
    const failed = outcome === "failed" || isBad(status);
    // To open for a service that sheds load would refuse what it still does. A 500 is an answer: it may be one request's
    // own fault, so no target goes out for it.
    this.#breaker?.record(!isBusy && (failed || status >= 500), era);
    this.#ejection?.record(live, failed, isBusy, live.isCanary ? this.targets : this.#own.all);
  }

  get retryAfter(): number {
    const { remaining = 0 } = this.#breaker ?? {};
    return Math.max(RETRY_AFTER, Math.ceil(remaining / 1000));
  }
  get targets(): readonly Live[] {
    return [...this.#own.all, ...this.#canary.all];
  }
  get breaker(): "closed" | "open" | "half-open" {
    return this.#breaker?.state ?? "closed";
  }

  onRemoved(listener: (target: LiveTarget) => void): void {
    this.#removed.push(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#source.close();
    this.#ejection?.close();
    this.#checks?.close();
  }

  /** Targets that were there keep what is known of them; an empty answer is not believed. */
  #update(group: Group, found: readonly FoundTarget[], isCanary: boolean): void {
    // What was asked for before the end may be answered after it.
    if (this.#isClosed) return;
    if (found.length === 0 && group.all.length > 0) {
      this.#report("The discovery found no address any more: the last ones stay in use.");
      return;
    }
    const before = new Map(group.all.map((live) => [live.identity, live]));
    group.all = merged(found, isCanary).map((each) => {
      const identity = identityOf(each, isCanary);
      const known = before.get(identity);
      before.delete(identity);
      if (known !== undefined) {
        known.weight = each.weight;
        return known;
      }
      const live = new Live(each, isCanary);
      if (this.#checks !== undefined) {
        live.isDown = this.#before.some((other) => other.state === "down" && isSame(other, live));
        this.#checks.watch(live);
      }
      return live;
    });
    group.refresh();
    for (const gone of before.values()) {
      gone.isDraining = true;
      this.#checks?.forget(gone);
      this.#ejection?.forget(gone);
      for (const listener of this.#removed) listener(gone);
    }
  }
}

function isSame(one: LiveTarget, other: LiveTarget): boolean {
  return one.origin === other.origin && one.serverName === other.serverName;
}

/** An address that is named twice is one with both weights. */
function merged(found: readonly FoundTarget[], isCanary: boolean): FoundTarget[] {
  const byIdentity = new Map<string, FoundTarget>();
  for (const each of found) {
    const identity = identityOf(each, isCanary);
    const known = byIdentity.get(identity);
    byIdentity.set(identity, known === undefined ? each : { ...known, weight: known.weight + each.weight });
  }
  return [...byIdentity.values()];
}
