import { abortForFailure, saysClientGone } from "./client-gone.ts";
import type { InputsShape } from "./inputs-object.ts";
import { inputsObject } from "./inputs-object.ts";
import { isGenerator, openGenerator } from "./generators.ts";
import { isPromise, toPromise } from "./is-promise.ts";
import type { Run } from "./run.ts";

/** A dependency of a route, everything about it decided. */
export interface DependencyStep {
  readonly name: string;
  readonly call: (inputs: any) => unknown;
  readonly inputs: InputsShape;
  /** Where its value goes. */
  readonly slot: number;
  /** Positions, in the same list of steps, of those whose values it takes; all of them come before it. */
  readonly after: readonly number[];
  readonly early: boolean;
}

/**
 * Runs dependencies, each after those it uses. Synchronous ones run without a promise; from the first promise on,
 * independent ones run concurrently. The first failure aborts the exchange and is thrown once everything that had started
 * has come to its end; nothing else is started.
 */
export function runDependencies(run: Run, steps: readonly DependencyStep[]): void | Promise<void> {
  for (let i = 0; i < steps.length; i++) {
    let pending: void | Promise<void>;
    try {
      pending = start(run, steps[i]!);
    } catch (error) {
      abortForFailure(run, error);
      throw error;
    }
    if (pending !== undefined) return runConcurrently(run, steps, i, pending);
  }
  return undefined;
}

function start(run: Run, step: DependencyStep): void | Promise<void> {
  const { values } = run;
  const { slot } = step;
  const given = step.call(inputsObject(step.inputs, values));
  if (typeof given === "object" && given !== null) {
    if (isPromise(given))
      return toPromise(given).then((value) => {
        values[slot] = value;
      });
    if (isGenerator(given))
      return openGenerator(run, step, given, (value) => {
        values[slot] = value;
      });
  }
  values[slot] = given;
  return undefined;
}

/** Goes on from step `from`, whose promise is the first that was met. */
function runConcurrently(
  run: Run,
  steps: readonly DependencyStep[],
  from: number,
  pending: Promise<void>,
): Promise<void> {
  const { exchange } = run;
  let failed = false;
  let failure: unknown;
  const fail = (error: unknown): void => {
    if (!failed) {
      failed = true;
      failure = error;
      abortForFailure(run, error);
    } else if (error !== failure && !saysClientGone(run, error))
      run.frame.log("error", "a further dependency failed", error);
  };
  /** A failure counts at once, so that nothing that waits for the same promise starts after it. */
  const tryStart = (step: DependencyStep): void | Promise<void> => {
    if (failed || exchange.aborted) return undefined;
    try {
      return start(run, step)?.catch(fail);
    } catch (error) {
      return fail(error);
    }
  };

  const running: (Promise<void> | undefined)[] = [];
  running[from] = pending.catch(fail);
  for (let i = from + 1; i < steps.length; i++) {
    const step = steps[i]!;
    const waits = step.after.map((index) => running[index]).filter((each) => each !== undefined);
    running[i] =
      waits.length === 0 ? (tryStart(step) ?? undefined) : Promise.all(waits).then(() => tryStart(step));
  }
  return Promise.all(running.filter((each) => each !== undefined)).then(() => {
    if (failed) throw failure;
  });
}
