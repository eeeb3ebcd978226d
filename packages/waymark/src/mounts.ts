import type { Mounted } from "./http/mounted.ts";
import type { AppScope } from "./plan/app-scope.ts";
import type { Route } from "./routing/route.ts";
import { StartUpError, type Mistake } from "./start-up-error.ts";

/** What is mounted in an application, which lives as long as that does. */
export class Mounts {
  readonly #routes: readonly Route[];
  readonly #all: ReadonlySet<Mounted>;

  constructor(routes: readonly Route[]) {
    this.#routes = routes.filter(({ mount }) => mount !== undefined);
    this.#all = new Set(this.#routes.map(({ mount }) => mount!));
  }

  /** Rejects with a `StartUpError` of all that is wrong with them. */
  async check(): Promise<void> {
    const found: Mistake[] = [];
    for (const mount of this.#all) {
      const { template, declaredAt } = this.#routes.find((route) => route.mount === mount)!;
      const route = `mount ${template.text.replace(/\/?\{rest:path\}$/, "") || "/"}`;
      const mistakes = (await mount.check?.()) ?? [];
      found.push(...mistakes.map((mistake) => ({ ...mistake, route, at: declaredAt })));
    }
    if (found.length > 0) throw new StartUpError(found);
  }

  /** Starts them one after the other; when one fails, those before it are stopped, and its error is thrown. */
  async start(): Promise<AppScope> {
    const started: Mounted[] = [];
    const stop = async (): Promise<void> => {
      for (let each = started.pop(); each !== undefined; each = started.pop()) await each.stop?.();
    };
    try {
      for (const mount of this.#all) {
        await mount.start?.(false);
        started.push(mount);
      }
    } catch (error) {
      await stop();
      throw error;
    }
    return { values: new Map(), stop };
  }

  /** Tells them that they are served from now on. */
  async serve(): Promise<void> {
    for (const mount of this.#all) await mount.start?.(true);
  }

  /** Whether any of them has routes for WebSockets. */
  get haveSockets(): boolean {
    return [...this.#all].some((mount) => mount.hasSockets?.() === true);
  }

  drain(draining: boolean): void {
    for (const mount of this.#all) mount.drain?.(draining);
  }
}
