import type { ObservedRoute, ObservedStep, Observation, Observer, Outcome } from "../http/observer.ts";
import type { Route } from "../routing/route.ts";
import type { Fill } from "./fill.ts";
import { CLIENT_GONE } from "./failure.ts";
import type { DependencyStep } from "./dependencies.ts";
import { answerInstead, replyFailed, settle } from "./finish.ts";
import type { Layer } from "./middleware.ts";
import { isGenerator } from "./generators.ts";
import type { Phase } from "./phases.ts";
import { routeInfo } from "./route-info.ts";
import type { Run } from "./run.ts";
import { hidingOf, secretsOf } from "./secrets.ts";

/** Runs an exchange's filling in and what follows it, while somebody watches. */
export interface Watch {
  readonly answer: (run: Run, fill: Fill) => void | Promise<void>;
  /** The same for a plan that sends by itself; `rest` says what became of it. */
  readonly around: (run: Run, rest: (over: Over) => Promise<void>) => Promise<void>;
  /** The same function, with those around it who want to see it run. */
  readonly step: <F extends (values: any) => unknown>(step: ObservedStep, call: F) => F;
}

/** The same phases, their dependencies being watched. */
export function watchPhases(phases: readonly Phase[], watch: Watch | undefined): readonly Phase[] {
  if (watch === undefined) return phases;
  const watched = (step: DependencyStep): DependencyStep => ({
    ...step,
    call: watch.step({ kind: "dependency", name: step.name }, step.call),
  });
  return phases.map((phase) => ({ ...phase, dependencies: phase.dependencies.map(watched) }));
}

export type Over = (run: Run, ending?: { readonly failed?: boolean }) => void;

/** Those who watch a route, outermost first; undefined where nobody does, so that nothing is asked at a request. */
export function compileWatch(layers: readonly Layer[], route: Route | undefined): Watch | undefined {
  const observed = route === undefined ? undefined : observedRoute(route);
  const observers = layers.flatMap(
    ({ middleware }) => middleware["~middleware"]?.observe?.(observed) ?? ([] as Observer[]),
  );
  if (observers.length === 0) return undefined;
  return {
    answer: (run, fill) => {
      const watched = new Watched(run, observers);
      return watched.within(() => {
        const pending = fill(run);
        return pending === undefined
          ? finishWatched(run, watched.over)
          : pending.then(() => finishWatched(run, watched.over));
      });
    },
    around: (run, rest) => {
      const watched = new Watched(run, observers);
      return watched.within(() => rest(watched.over));
    },
    step: (step, call) =>
      observers.reduceRight(
        (inner, observer) =>
          observer.step === undefined ? inner : (around(observer.step, step, inner) as typeof call),
        call,
      ),
  };
}

/** What a generator does before its yield belongs to its step, so it is taken there within. */
function around(
  watch: NonNullable<Observer["step"]>,
  step: ObservedStep,
  call: (values: any) => unknown,
): (values: any) => unknown {
  return (values) => {
    let generator: (Generator | AsyncGenerator) | undefined;
    const result = watch(step, () => {
      const made = call(values);
      if (typeof made !== "object" || made === null || !isGenerator(made)) return made;
      generator = made;
      return made.next();
    });
    return generator === undefined ? result : given(generator, result);
  };
}

/** A generator that gives what it gave already, and then goes on. */
function given(generator: Generator | AsyncGenerator, first: unknown): Generator | AsyncGenerator {
  const next = (): unknown => {
    delete (generator as { next?: unknown }).next;
    return first;
  };
  return Object.defineProperty(generator, "next", { value: next, configurable: true });
}

function observedRoute(route: Route): ObservedRoute {
  // The plain name is the canonical route's (DESIGN: operationIds).
  const canonical = route.canonical || route.operationId === route.name;
  return Object.freeze({ ...routeInfo(route), canonical, secretNames: secretsOf(route).names });
}

class Watched {
  readonly #run: Run;
  readonly #observations: Observation[] = [];
  #isOver = false;

  constructor(run: Run, observers: readonly Observer[]) {
    this.#run = run;
    for (const observer of observers)
      this.#guarded(() => {
        const observation = observer.begin(run.request);
        if (observation !== undefined) this.#observations.push(observation);
      });
  }

  within<T>(rest: () => T): T {
    return this.#observations.reduceRight<() => T>((inner, { within }) => {
      return within === undefined ? inner : () => this.#entered(within, inner);
    }, rest)();
  }

  /** `rest` runs once, and what comes of it counts, whatever becomes of the one who wanted to watch it. */
  #entered<T>(within: NonNullable<Observation["within"]>, rest: () => T): T {
    let result: { readonly value: T } | undefined;
    const once = (): T => (result ??= { value: rest() }).value;
    this.#guarded(() => within(once));
    return once();
  }

  readonly over: Over = (run, { failed = false } = {}) => {
    if (this.#isOver) return;
    this.#isOver = true;
    const outcome = new RunOutcome(run, failed);
    // The innermost first: what began later ends earlier.
    for (const observation of this.#observations.toReversed()) this.#guarded(() => observation.over(outcome));
  };

  #guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#run.log("error", "what watches requests failed", error);
    }
  }
}

class RunOutcome implements Outcome {
  readonly status: number;
  readonly error: unknown;
  readonly failed: boolean;
  readonly aborted: boolean;
  readonly #run: Run;
  #hiding: ReturnType<typeof hidingOf> | undefined;

  constructor(run: Run, failed: boolean) {
    this.#run = run;
    this.status = run.exchange.status;
    this.error = run.failure;
    this.failed = failed;
    this.aborted = this.status === CLIENT_GONE || (run.exchange.aborted && !run.gaveUp);
  }

  get bytes(): number | undefined {
    const { exchange } = this.#run;
    const { payload, status, method } = exchange;
    if (method === "HEAD" || status === 204 || status === 304 || payload === null) return 0;
    if (typeof payload === "string") return encodedLength(payload);
    if (payload instanceof Uint8Array) return payload.length;
    const length = exchange.getField("content-length");
    return length === undefined ? undefined : Number(length);
  }

  readonly hide = (text: string): string => (this.#hiding ??= hidingOf(this.#run)).text(text);
  readonly hideIn = (value: unknown): unknown => (this.#hiding ??= hidingOf(this.#run)).value(value);
}

const encoder = new TextEncoder();
/** Bytes of a text in UTF-8. Node counts them without making them. */
const encodedLength: (text: string) => number =
  globalThis.Buffer === undefined ? (text) => encoder.encode(text).length : (text) => Buffer.byteLength(text);

/** As `finish`, and tells when the reply is over, before tasks and clean-ups. */
export function finishWatched(run: Run, over: Over): void | Promise<void> {
  const lost = (error: unknown): void | Promise<void> => {
    run.failure = error;
    over(run, { failed: true });
    return replyFailed(run, error);
  };
  let sent: void | Promise<void>;
  try {
    sent = run.exchange.end();
  } catch (error) {
    answerInstead(run);
    return lost(error);
  }
  if (sent === undefined) {
    over(run);
    return settle(run);
  }
  return sent.then(() => {
    over(run);
    return settle(run);
  }, lost);
}
