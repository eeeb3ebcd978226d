import { HttpError, isPromise } from "waymark/internal";
import type { Call, StepContext } from "../../call.ts";
import { countersOf } from "../limit/counting-step.ts";
import type { LimitRule } from "../limit/limit-rule.ts";
import { limitRule, NOWHERE } from "../limit/rate-rule.ts";
import type { Verdict } from "../limit/verdict.ts";
import { type Alternative, judged, type Outcome } from "./alternatives.ts";
import type { SchemeCheck } from "./scheme-check.ts";

export interface FailureOptions {
  readonly rate: string;
  readonly failure?: "open" | "closed";
}

/** Throws a `TypeError` for a rate that is none. Its counts are those of the whole gateway, whichever operation is tried. */
export function failureRule({ rate, failure = "open" }: FailureOptions): LimitRule {
  const policy = { kind: "authn", origin: NOWHERE, scope: "failures" };
  const rule = limitRule(policy, { rate, failure, by: "ip", headers: false });
  if (rule.limit < 1) throw new TypeError(`failures: the rate '${rate}' lets nobody in`);
  return rule;
}

/**
 * Keeps an address from trying one key or password after the other: while as many as the rate says were wrong, what it shows
 * is not looked at, right or wrong, so that a guess that hits looks like all the others. A token is not guessed, and not
 * counted: one that has run out is shown in good faith.
 */
export class Guesses {
  readonly #counters: ReturnType<typeof countersOf>;
  readonly #counted: LimitRule;
  /** Asks whether there is room for one more failure, and spends nothing: spent ≤ limit − 1. */
  readonly #asked: LimitRule;

  constructor(options: FailureOptions, context: StepContext) {
    this.#counters = countersOf(context);
    this.#counted = failureRule(options);
    this.#asked = { ...this.#counted, limit: this.#counted.limit - 1, cost: 0 };
  }

  judged(call: Call, alternative: Alternative): Outcome | Promise<Outcome> {
    if (!alternative.demands.some(({ check }) => isGuessable(check) && isShown(call, check)))
      return judged(call, alternative);
    return then(this.#take(call, this.#asked), ({ allowed, wait }) =>
      allowed
        ? then(judged(call, alternative), (outcome) => this.#told(call, outcome))
        : new HttpError(429, "Too many credentials were wrong.", {
            headers: { "retry-after": String(Math.max(Math.ceil(wait / 1000), 1)) },
          }),
    );
  }

  #told(call: Call, outcome: Outcome): Outcome | Promise<Outcome> {
    if (!(outcome instanceof HttpError) || outcome.status !== 401) return outcome;
    return then(this.#take(call, this.#counted), () => outcome);
  }

  #take(call: Call, rule: LimitRule): Verdict | Promise<Verdict> {
    const taken = this.#counters.take([rule], [rule.subject(call)], () => undefined);
    return then(taken, ([verdict]) => verdict!);
  }
}

function isGuessable({ kind }: SchemeCheck): boolean {
  return kind === "apiKey" || kind === "basic";
}

function isShown(call: Call, check: SchemeCheck): boolean {
  try {
    return check.find(call) !== undefined;
  } catch {
    // Malformed ones cost a guesser nothing more.
    return true;
  }
}

/** Without a promise where there is none. */
function then<T, U>(value: T | Promise<T>, make: (value: T) => U | Promise<U>): U | Promise<U> {
  return isPromise(value) ? (value as Promise<T>).then(make) : make(value as T);
}
