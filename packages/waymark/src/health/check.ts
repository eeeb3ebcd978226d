import type { AnyDependency } from "../dependency.ts";
import type { Logger } from "../logger.ts";

/**
 * Tells whether something works: it fails by throwing, by rejecting, or by giving false. A function is told by `signal` when
 * nobody waits for it any more; a dependency is given what it uses, all of which has to be app-scope.
 */
export type Check = ((signal: AbortSignal) => unknown) | AnyDependency;

export type Verdict = "ok" | "failed" | "timeout";

export interface CheckSettings {
  /** Milliseconds that it may take. */
  readonly timeout: number;
  /** Milliseconds for which a verdict is good. */
  readonly cacheFor: number;
}

/** One check: never run twice at the same time, and not again while its last verdict is good. */
export class RunningCheck {
  readonly #name: string;
  readonly #run: (signal: AbortSignal) => unknown;
  readonly #settings: CheckSettings;
  readonly #logger: Logger;
  #verdict: Verdict | undefined;
  #goodUntil = Number.NEGATIVE_INFINITY;
  #pending: Promise<Verdict> | undefined;

  constructor(name: string, run: (signal: AbortSignal) => unknown, settings: CheckSettings, logger: Logger) {
    this.#name = name;
    this.#run = run;
    this.#settings = settings;
    this.#logger = logger;
  }

  async verdict(): Promise<Verdict> {
    if (this.#verdict !== undefined && performance.now() < this.#goodUntil) return this.#verdict;
    const controller = new AbortController();
    // One that hangs is waited for again, and not started again.
    this.#pending ??= this.#settle(controller.signal);
    const verdict = await this.#within(this.#pending, controller);
    this.#goodUntil = performance.now() + this.#settings.cacheFor;
    if (verdict === "timeout") this.#tell(verdict, `took longer than ${this.#settings.timeout} ms`);
    return verdict;
  }

  async #settle(signal: AbortSignal): Promise<Verdict> {
    try {
      const failed = (await this.#run(signal)) === false;
      this.#tell(failed ? "failed" : "ok", failed ? "failed" : "passes again");
      return failed ? "failed" : "ok";
    } catch (error) {
      this.#tell("failed", "failed", error);
      return "failed";
    } finally {
      this.#pending = undefined;
    }
  }

  #within(pending: Promise<Verdict>, controller: AbortController): Promise<Verdict> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve("timeout");
        controller.abort();
      }, this.#settings.timeout);
      void pending.then((verdict) => {
        clearTimeout(timer);
        resolve(verdict);
      });
    });
  }

  /** Once for each change: probes come every few seconds. */
  #tell(verdict: Verdict, what: string, error?: unknown): void {
    const before = this.#verdict;
    this.#verdict = verdict;
    if (verdict === before || (verdict === "ok" && before === undefined)) return;
    try {
      if (verdict === "ok") this.#logger.warn(`the health check ${this.#name} ${what}`);
      else if (error === undefined) this.#logger.error(`the health check ${this.#name} ${what}`);
      else this.#logger.error(`the health check ${this.#name} ${what}`, error);
    } catch {
      // A logger that throws must not cost the verdict.
    }
  }
}
