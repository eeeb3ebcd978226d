import type { Service, Upstream } from "../snapshot.ts";
import type { LiveTarget, TargetSet } from "../upstream/target-set.ts";
import { makeTargetSet } from "../upstream/targets.ts";
import { ConnectFaults } from "./connect-faults.ts";
import { Http1Link } from "./http1-link.ts";
import { Http2HealthRequests } from "./http2-health.ts";
import { Http2Link } from "./http2-link.ts";
import { ModuleLink } from "./module-link.ts";
import { RetryBudget } from "./retry-budget.ts";
import type { UpstreamLink } from "./upstream-link.ts";

/** What runs of one service: its targets, the way to each, and the account of its retries. Generations share it. */
export class ServiceRuntime {
  readonly budget: RetryBudget = new RetryBudget();
  readonly targets: TargetSet;
  readonly connectFaults: ConnectFaults;
  readonly #service: Service;
  readonly #links = new Map<LiveTarget, UpstreamLink>();
  #lastTarget: LiveTarget | undefined;
  #lastLink: UpstreamLink | undefined;
  #isClosed = false;

  /** @param before the targets of the service so far. */
  constructor(
    service: Service,
    report: (problem: string, error?: unknown) => void,
    before: readonly LiveTarget[] = [],
  ) {
    this.#service = service;
    this.connectFaults = new ConnectFaults(report);
    const { protocol } = service.upstream;
    this.targets = makeTargetSet(asked(service.upstream), {
      report,
      before,
      ...(protocol === "http2" && { healthRequests: new Http2HealthRequests(service) }),
    });
    this.targets.onRemoved((target) => {
      void this.#links.get(target)?.close();
      this.#links.delete(target);
      this.#lastTarget = undefined;
    });
  }

  async start(): Promise<void> {
    await this.targets.start();
    const { discovery } = this.#service.upstream;
    if (discovery.kind !== "module") return;
    const link = await ModuleLink.load(discovery.path, discovery.export);
    if (this.#isClosed) await link.close();
    else this.#links.set(this.targets.targets[0]!, link);
  }

  linkOf(target: LiveTarget): UpstreamLink {
    if (target === this.#lastTarget) return this.#lastLink!;
    let link = this.#links.get(target);
    if (link === undefined) {
      link =
        this.#service.upstream.protocol === "http2"
          ? new Http2Link(this.#service, target)
          : new Http1Link(this.#service, target);
      // A target that left while it was chosen gets no link that nobody would close.
      if (target.state !== "draining") this.#links.set(target, link);
    }
    this.#lastTarget = target;
    return (this.#lastLink = link);
  }

  /** Ends what an application in this process would send without end. */
  endStreams(): void {
    for (const link of this.#links.values()) link.endStreams?.();
  }

  /** What is under way ends in peace. Resolves when an application in this process has cleaned up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.targets.close();
    await Promise.all([...this.#links.values()].map(async (link) => link.close()));
  }
}

/** Of an application in this process only how much it gets at a time: it is there, as long as anybody is. */
function asked(upstream: Upstream): Upstream {
  if (upstream.discovery.kind !== "module") return upstream;
  return { ...upstream, breaker: null, health: { active: null, passive: null }, canary: null };
}
