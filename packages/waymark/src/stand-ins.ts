import type { AnyDependency } from "./dependency.ts";
import type { Overrides } from "./routing/uses.ts";

/** What stands in for an application's dependencies. Of several for one the last that is left does, in whatever order they go. */
export class StandIns {
  readonly #all = new Set<readonly [dependency: AnyDependency, by: AnyDependency]>();

  get current(): Overrides {
    return new Map(this.#all);
  }

  /** Gives what takes it away again. */
  add(dependency: AnyDependency, by: AnyDependency): () => void {
    const standIn = [dependency, by] as const;
    this.#all.add(standIn);
    return () => this.#all.delete(standIn);
  }
}
