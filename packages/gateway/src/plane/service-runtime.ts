import type { Service } from "../snapshot.ts";
import type { LiveTarget, TargetSet } from "../upstream/target-set.ts";
import { makeTargetSet } from "../upstream/targets.ts";
import { ConnectFaults } from "./connect-faults.ts";
import { Http1Link } from "./http1-link.ts";
import { Http2Link } from "./http2-link.ts";
import { ModuleLink } from "./module-link.ts";
import { RetryBudget } from "./retry-budget.ts";
import type { UpstreamLink } from "./upstream-link.ts";

/** An application in this process is one target that is always there. */
const IN_PROCESS: LiveTarget = {
  origin: "module:",
  host: "localhost",
  port: 80,
  secure: false,
  serverName: null,
  weight: 1,
  active: 0,
  state: "up",
};

/** What runs of one service: its targets, the way to each, and the account of its retries. Generations share it. */
export class ServiceRuntime {
  readonly budget: RetryBudget = new RetryBudget();
  readonly targets: TargetSet;
  readonly connectFaults: ConnectFaults;
  readonly #service: Service;
  readonly #links = new Map<LiveTarget, UpstreamLink>();
  #lastTarget: LiveTarget | undefined;
  #lastLink: UpstreamLink | undefined;

  constructor(service: Service, report: (problem: string, error?: unknown) => void) {
    this.#service = service;
    this.connectFaults = new ConnectFaults(report);
    const { upstream } = service;
    this.targets = upstream.discovery.kind === "module" ? inProcess() : makeTargetSet(upstream, { report });
    this.targets.onRemoved((target) => {
      this.#links.get(target)?.close();
      this.#links.delete(target);
      this.#lastTarget = undefined;
    });
  }

  async start(): Promise<void> {
    const { discovery } = this.#service.upstream;
    if (discovery.kind === "module")
      this.#links.set(IN_PROCESS, await ModuleLink.load(discovery.path, discovery.export));
    await this.targets.start();
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

  /** @param isForced cuts what is under way as well. */
  close(isForced: boolean): void {
    this.targets.close();
    for (const link of this.#links.values()) {
      if (isForced) link.destroy();
      else link.close();
    }
  }
}

function inProcess(): TargetSet {
  return {
    take: () => IN_PROCESS,
    release: () => undefined,
    retryAfter: 1,
    targets: [IN_PROCESS],
    breaker: "closed",
    start: () => Promise.resolve(),
    onRemoved: () => undefined,
    close: () => undefined,
  };
}
