import type { Logger } from "./logger.ts";
import { startAppDependencies, type AppScope } from "./plan/app-scope.ts";
import type { Route } from "./routing/route.ts";

/**
 * What an application has started and not cleaned up yet. Starts and stops run one after the other: a start must not take over
 * what a stop is about to clean up.
 */
export class AppScopes {
  readonly #scopes: AppScope[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Starts the app-scope dependencies of routes that are not running yet. Those who call it are in turn. */
  start(routes: readonly Route[], logger: Logger): Promise<AppScope> {
    return startAppDependencies(routes, logger, this.#scopes);
  }

  /** What is to be cleaned up by the next stop, the last one first. */
  keep(...scopes: readonly AppScope[]): void {
    this.#scopes.push(...scopes);
  }

  /** Starts what a job needs, and keeps it. */
  startForJob(route: Route, logger: Logger): Promise<AppScope> {
    return this.inTurn(async () => {
      const running = new Set(this.#scopes.flatMap(({ values }) => [...values.keys()]));
      const started = await this.start([route], logger);
      // Most jobs find all that they need: a scope for each of them would pile up.
      if ([...started.values.keys()].some((each) => !running.has(each))) this.keep(started);
      return started;
    });
  }

  /** Cleans up everything, in reverse. Never rejects: clean-ups that fail are logged. */
  stop(): Promise<void> {
    return this.inTurn(async () => {
      for (let scope = this.#scopes.pop(); scope !== undefined; scope = this.#scopes.pop())
        await scope.stop();
    });
  }
}
