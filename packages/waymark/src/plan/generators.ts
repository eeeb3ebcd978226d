import { isPromise, toPromise } from "./is-promise.ts";
import type { Run } from "./run.ts";

type AnyGenerator = Generator | AsyncGenerator;

/** A dependency's generator that has reached its yield and has to be resumed exactly once. */
export interface OpenGenerator {
  readonly name: string;
  readonly generator: AnyGenerator;
  /** Its clean-up belongs before the reply. */
  readonly early: boolean;
}

/** Told by what was returned, not by the function: a wrapped generator function is as good as a bare one. */
export function isGenerator(value: object): value is AnyGenerator {
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return tag === "Generator" || tag === "AsyncGenerator";
}

/** Runs a generator to its yield and hands over what it gave. Throws when there is none. */
export function openGenerator(
  run: Run,
  of: { readonly name: string; readonly early: boolean },
  generator: AnyGenerator,
  give: (value: unknown) => void,
): void | Promise<void> {
  const reached = (result: IteratorResult<unknown>): void => {
    if (result.done) throw new Error(`dependency ${of.name} is a generator that returned without a yield`);
    (run.open ??= []).push({ name: of.name, generator, early: of.early });
    give(result.value);
  };
  const result = generator.next();
  return isPromise(result) ? result.then(reached) : reached(result);
}

/** Ends one generator, `error` being thrown at its yield if there is one; throws or rejects with what it throws. */
function resume(run: Run, open: OpenGenerator, failed: boolean): void | Promise<void> {
  const { generator } = open;
  const result = failed ? generator.throw(run.failure) : generator.next();
  if (isPromise(result)) return result.then((settled) => endedOnce(run, open, settled));
  return endedOnce(run, open, result);
}

function endedOnce(run: Run, open: OpenGenerator, result: IteratorResult<unknown>): void | Promise<void> {
  if (result.done) return undefined;
  run.log("error", `dependency ${open.name} yielded a second time; one yield parts set-up from clean-up`);
  const returned = open.generator.return(undefined);
  return isPromise(returned) ? toPromise(returned).then(() => {}) : undefined;
}

/**
 * Cleans up, before the reply, whatever has to be done by then; the latest to reach its yield goes first. What one throws
 * is thrown, the others stay open: they see it as the error of the request.
 */
export function closeEarly(run: Run): void | Promise<void> {
  const { open } = run;
  if (open === undefined) return undefined;
  for (let i = open.length - 1; i >= 0; i--) {
    if (!open[i]!.early) continue;
    const pending = resume(run, open.splice(i, 1)[0]!, false);
    if (pending !== undefined) return pending.then(() => closeEarly(run));
  }
  return undefined;
}

/** Cleans up all that is open, the latest to reach its yield first. Never throws: failures are logged. */
export function closeAll(run: Run): void | Promise<void> {
  const { open } = run;
  for (let each = open?.pop(); each !== undefined; each = open?.pop()) {
    const { name } = each;
    const failed = (error: unknown): void =>
      run.log("error", `the clean-up of dependency ${name} failed`, error);
    try {
      const pending = resume(run, each, false);
      if (pending !== undefined) return pending.then(undefined, failed).then(() => closeAll(run));
    } catch (error) {
      failed(error);
    }
  }
  return undefined;
}

/**
 * Shows `run.failure` to every open generator at its yield, the latest first. One that throws another error replaces it,
 * for those that come after too; one that swallows it changes nothing. Never throws.
 */
export function throwIntoAll(run: Run): void | Promise<void> {
  const { open } = run;
  for (let each = open?.pop(); each !== undefined; each = open?.pop()) {
    const replace = (error: unknown): void => {
      run.failure = error;
    };
    try {
      const pending = resume(run, each, true);
      if (pending !== undefined) return pending.then(undefined, replace).then(() => throwIntoAll(run));
    } catch (error) {
      replace(error);
    }
  }
  return undefined;
}
