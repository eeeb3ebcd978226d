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
    if (pending !== undefined) return new Concurrently(run, steps).from(i, pending);
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

const WAITING = 0;
const RUNNING = 1;
const DONE = 2;

/** Dependencies from the first promise on. They are counted: a promise for each that waits would cost more than they do. */
class Concurrently {
  readonly #run: Run;
  readonly #steps: readonly DependencyStep[];
  readonly #states: number[];
  #running = 0;
  #failed = false;
  #failure: unknown;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;

  constructor(run: Run, steps: readonly DependencyStep[]) {
    this.#run = run;
    this.#steps = steps;
    this.#states = steps.map(() => WAITING);
  }

  /** Goes on from step `from`, whose promise is the first that was met. */
  from(from: number, pending: Promise<void>): Promise<void> {
    this.#states.fill(DONE, 0, from);
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#follow(from, pending);
      this.#startFrom(from + 1);
    });
  }

  #follow(index: number, pending: Promise<void>): void {
    this.#states[index] = RUNNING;
    this.#running++;
    pending.then(
      () => {
        this.#states[index] = DONE;
        this.#running--;
        this.#startFrom(index + 1);
      },
      (error: unknown) => {
        this.#fail(error);
        this.#running--;
        this.#settle();
      },
    );
  }

  /** Starts whatever has all that it takes. Steps stand behind those they use, so one pass finds all. */
  #startFrom(from: number): void {
    for (let i = from; i < this.#steps.length; i++) {
      if (this.#failed || this.#run.exchange.aborted) break;
      const step = this.#steps[i]!;
      if (this.#states[i] !== WAITING || !this.#isReady(step)) continue;
      try {
        const pending = start(this.#run, step);
        if (pending === undefined) this.#states[i] = DONE;
        else this.#follow(i, pending);
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#settle();
  }

  #isReady({ after }: DependencyStep): boolean {
    for (const index of after) if (this.#states[index] !== DONE) return false;
    return true;
  }

  #settle(): void {
    if (this.#running > 0) return;
    if (this.#failed) this.#reject(this.#failure);
    else this.#resolve();
  }

  #fail(error: unknown): void {
    const run = this.#run;
    if (!this.#failed) {
      this.#failed = true;
      this.#failure = error;
      abortForFailure(run, error);
    } else if (error !== this.#failure && !saysClientGone(run, error))
      run.log("error", "a further dependency failed", error);
  }
}
