import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Operation } from "../snapshot.ts";
import type { TargetSet } from "../upstream/target-set.ts";
import type { Finished, Watcher } from "./watcher.ts";

export interface GatewayMetricsOptions {
  /** Whether event loop lag, heap, memory, CPU time and garbage collection are measured too. Default true. */
  readonly process?: boolean;
}

/** Upper bounds of the durations' buckets, in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const LABELS = ["service", "operation", "status"] as const;
const STATES = ["up", "down", "ejected", "draining"] as const;

/** What an operation's series are, one for each class of status; made when the first request of that class is over. */
interface Series {
  readonly count: () => void;
  readonly time: (seconds: number) => void;
}

/**
 * Measures for Prometheus. The labels are service, operation and class of status: nothing that a client chooses is in one,
 * so there are as many series as the documents have operations, and those of an operation go with it.
 */
export class GatewayMetrics implements Watcher {
  readonly registry: Registry = new Registry();
  readonly #requests: Counter<(typeof LABELS)[number]>;
  readonly #duration: Histogram<(typeof LABELS)[number]>;
  readonly #upstream: Histogram<"service">;
  readonly #failures: Counter<"service" | "reason">;
  readonly #refused: Counter<"service" | "reason">;
  readonly #attempts: Counter<"service">;
  /** By service, operation and class of status. */
  readonly #series = new Map<string, Map<string, Map<string, Series>>>();
  #targets: () => ReadonlyMap<string, TargetSet> = () => new Map();

  constructor({ process = true }: GatewayMetricsOptions = {}) {
    const registers = [this.registry];
    this.#requests = new Counter({
      name: "gateway_requests_total",
      help: "Requests that were answered, by operation and class of status.",
      labelNames: LABELS,
      registers,
    });
    this.#duration = new Histogram({
      name: "gateway_request_duration_seconds",
      help: "Seconds until the reply was sent, its stream included.",
      labelNames: LABELS,
      buckets: BUCKETS,
      registers,
    });
    this.#upstream = new Histogram({
      name: "gateway_upstream_duration_seconds",
      help: "Seconds until the first byte of the upstream's reply.",
      labelNames: ["service"],
      buckets: BUCKETS,
      registers,
    });
    this.#failures = new Counter({
      name: "gateway_upstream_failures_total",
      help: "Requests that the gateway answered itself since the upstream could not.",
      labelNames: ["service", "reason"],
      registers,
    });
    this.#refused = new Counter({
      name: "gateway_refused_total",
      help: "Requests that did not pass the gateway's own judgement, by the phase that refused them.",
      labelNames: ["service", "reason"],
      registers,
    });
    this.#attempts = new Counter({
      name: "gateway_upstream_attempts_total",
      help: "Attempts to ask an upstream, retries included.",
      labelNames: ["service"],
      registers,
    });
    this.#registerTargets(registers);
    if (process) collectDefaultMetrics({ register: this.registry });
  }

  /** @param targets the targets of each service, asked for when Prometheus asks. */
  watchTargets(targets: () => ReadonlyMap<string, TargetSet>): void {
    this.#targets = targets;
  }

  over(finished: Finished): void {
    const { operation, status, milliseconds, upstreamMilliseconds, failure, refused, attempts } = finished;
    const service = operation?.service ?? "";
    const series = this.#seriesOf(service, operation?.id ?? "", `${Math.floor(status / 100)}xx`);
    series.count();
    // A connection that stays open is no request that took long.
    if (status !== 101) series.time(milliseconds / 1000);
    if (upstreamMilliseconds !== undefined) this.#upstream.observe({ service }, upstreamMilliseconds / 1000);
    if (failure !== undefined) this.#failures.inc({ service, reason: failure });
    if (refused !== undefined) this.#refused.inc({ service, reason: refused });
    if (attempts > 0) this.#attempts.inc({ service }, attempts);
  }

  /** Forgets the series of operations that are not there any more. */
  keepOnly(operations: readonly Operation[]): void {
    const kept = new Set(operations.map(({ service, id }) => `${service} ${id}`));
    for (const [service, byOperation] of this.#series)
      for (const [operation, byStatus] of byOperation) {
        if (operation === "" || kept.has(`${service} ${operation}`)) continue;
        for (const status of byStatus.keys()) {
          this.#requests.remove({ service, operation, status });
          this.#duration.remove({ service, operation, status });
        }
        byOperation.delete(operation);
      }
  }

  #seriesOf(service: string, operation: string, status: string): Series {
    let byOperation = this.#series.get(service);
    if (byOperation === undefined) this.#series.set(service, (byOperation = new Map()));
    let byStatus = byOperation.get(operation);
    if (byStatus === undefined) byOperation.set(operation, (byStatus = new Map()));
    let series = byStatus.get(status);
    if (series === undefined) {
      const labels = { service, operation, status };
      const counter = this.#requests.labels(labels);
      const histogram = this.#duration.labels(labels);
      series = { count: () => counter.inc(), time: (seconds) => histogram.observe(seconds) };
      byStatus.set(status, series);
    }
    return series;
  }

  #registerTargets(registers: Registry[]): void {
    const all = (): ReadonlyMap<string, TargetSet> => this.#targets();
    new Gauge({
      name: "gateway_targets",
      help: "Addresses of a service, by what is known of their health.",
      labelNames: ["service", "state"],
      registers,
      collect() {
        this.reset();
        for (const [service, set] of all())
          for (const state of STATES)
            this.set({ service, state }, set.targets.filter((target) => target.state === state).length);
      },
    });
    new Gauge({
      name: "gateway_upstream_requests_in_flight",
      help: "Requests that an upstream has not answered yet.",
      labelNames: ["service"],
      registers,
      collect() {
        this.reset();
        for (const [service, set] of all())
          this.set(
            { service },
            set.targets.reduce((sum, { active }) => sum + active, 0),
          );
      },
    });
    new Gauge({
      name: "gateway_breaker_open",
      help: "1 while the breaker of a service keeps requests from it, 0.5 while it probes.",
      labelNames: ["service"],
      registers,
      collect() {
        this.reset();
        for (const [service, { breaker }] of all())
          this.set({ service }, breaker === "open" ? 1 : breaker === "half-open" ? 0.5 : 0);
      },
    });
  }
}
