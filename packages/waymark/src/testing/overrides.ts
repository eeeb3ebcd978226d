import type { AnyDependency, Dependency } from "../dependency.ts";
import type { TestedApp } from "./test-client.ts";

/** Dependencies that others stand in for, until it is disposed of. */
export class Overrides implements Disposable {
  readonly #app: Pick<TestedApp, "override">;
  readonly #made: Disposable[] = [];

  constructor(app: Pick<TestedApp, "override">) {
    this.#app = app;
  }

  /** A further one: `client.override(currentUser, () => ada).and(clock, () => noon)`. */
  and<T>(
    dependency: AnyDependency & Pick<Dependency<{}, T>, "~value">,
    replacement: AnyDependency | (() => NoInfer<T> | Promise<NoInfer<T>>),
  ): this {
    this.#made.push(this.#app.override(dependency, replacement));
    return this;
  }

  /** Undoes them, the last one first. */
  [Symbol.dispose](): void {
    for (const made of this.#made.splice(0).toReversed()) made[Symbol.dispose]();
  }
}
