import type { AnyDependency } from "../dependency.ts";
import type { Logger } from "../logger.ts";
import type { DependencyUse, Route, Source } from "../routing/route.ts";
import { isGenerator } from "./generators.ts";
import { nameOf } from "./phases.ts";

/** The app-scope dependencies of a running application. */
export interface AppScope {
  readonly values: ReadonlyMap<AnyDependency, unknown>;
  /**
   * Cleans up, one after the other, in reverse of starting. Never rejects: a clean-up that fails is logged and the others
   * still run. A second call waits for the first.
   */
  stop(): Promise<void>;
}

interface Started {
  readonly name: string;
  readonly generator: Generator | AsyncGenerator;
}

/**
 * Starts every app-scope dependency that a route reaches, once for the application, each after those it uses, in the order
 * of the routes. When one fails, those started are shown its error at their yield, in reverse, and it is thrown. Those that
 * run already, by an earlier start, are left alone.
 */
export async function startAppDependencies(
  routes: Iterable<Route>,
  logger: Logger = console,
  running: readonly AppScope[] = [],
): Promise<AppScope> {
  const values = new Map<AnyDependency, unknown>(running.flatMap((scope) => [...scope.values]));
  const started: Started[] = [];
  try {
    for (const use of appUses(routes)) {
      if (values.has(use.dependency)) continue;
      // One may rely on what an earlier one has set up.
      values.set(use.dependency, await start(use, values, started));
    }
  } catch (error) {
    await stopAll(started, logger, { error });
    throw error;
  }
  let stopping: Promise<void> | undefined;
  return { values, stop: () => (stopping ??= stopAll(started, logger)) };
}

/** Those that a route reaches, each after those it uses; several uses of one dependency stand beside each other. */
function* appUses(routes: Iterable<Route>): Generator<DependencyUse> {
  const seen = new Set<DependencyUse>();
  function* walk(use: DependencyUse): Generator<DependencyUse> {
    if (seen.has(use)) return;
    seen.add(use);
    yield* walkSources(use.sources.values());
    if (use.dependency.contract.scope === "app") yield use;
  }
  function* walkSources(sources: Iterable<Source>): Generator<DependencyUse> {
    for (const source of sources) if (source.from === "dependency") yield* walk(source.use);
  }
  for (const route of routes) {
    for (const guard of route.guards) yield* walk(guard);
    yield* walkSources(route.sources.values());
  }
}

async function start(
  { dependency, sources }: DependencyUse,
  values: ReadonlyMap<AnyDependency, unknown>,
  started: Started[],
): Promise<unknown> {
  const inputs: Record<string, unknown> = {};
  for (const [key, source] of sources) inputs[key] = valueOf(source, values);
  const given: unknown = dependency(inputs);
  if (typeof given !== "object" || given === null || !isGenerator(given)) return await given;
  const { done, value } = await given.next();
  const name = nameOf(dependency);
  if (done === true) throw new Error(`dependency ${name} is a generator that returned without a yield`);
  started.push({ name, generator: given });
  return value;
}

function valueOf(source: Source, values: ReadonlyMap<AnyDependency, unknown>): unknown {
  if (source.from === "constant") return source.value;
  if (source.from === "dependency") return values.get(source.use.dependency);
  throw new TypeError(`an app-scope dependency cannot read from ${source.from}`);
}

async function stopAll(
  started: Started[],
  logger: Logger,
  failed?: { readonly error: unknown },
): Promise<void> {
  for (let each = started.pop(); each !== undefined; each = started.pop()) {
    const { name, generator } = each;
    try {
      // In reverse, one after the other.
      const { done } = await (failed === undefined ? generator.next() : generator.throw(failed.error));
      if (done === true) continue;
      logger.error(`dependency ${name} yielded a second time; one yield parts set-up from clean-up`);
      // As above.
      await generator.return(undefined);
    } catch (error) {
      if (error !== failed?.error) logger.error(`the clean-up of dependency ${name} failed`, error);
    }
  }
}
