import type { Mistake } from "../start-up-error.ts";
import type { Template } from "./template.ts";

/** One route while it is being resolved: what its inputs and dependencies are matched with, and whom to tell. */
export class Site {
  readonly template: Template;
  /** Names of the route's own path, those of prefixes left out: only they can be leftover. */
  readonly ownNames: readonly string[];
  /** Names of the template that something reads. */
  readonly read: Set<string> = new Set();
  /** Names that the template lacks, each told of once however many read it. */
  readonly #missing = new Set<string>();
  /** What is wrong with this route. */
  readonly report: (mistake: Mistake) => void;
  /** What is wrong with something that other routes may share: told once, at the first of them. */
  readonly reportOnce: (mistake: Mistake) => void;

  constructor(
    template: Template,
    ownNames: readonly string[],
    report: (mistake: Mistake) => void,
    reportOnce: (mistake: Mistake) => void,
  ) {
    this.template = template;
    this.ownNames = ownNames;
    this.report = report;
    this.reportOnce = reportOnce;
  }

  /** Whether the template has a name, which then counts as read. */
  reads(name: string): boolean {
    const has = this.template.names.includes(name);
    if (has) this.read.add(name);
    return has;
  }

  get isMissingNames(): boolean {
    return this.#missing.size > 0;
  }

  /** Tells of a name that the template lacks. */
  misses(name: string, mistake: Mistake): void {
    if (!this.#missing.has(name)) this.report(mistake);
    this.#missing.add(name);
  }
}
