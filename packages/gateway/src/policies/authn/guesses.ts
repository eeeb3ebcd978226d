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

/** What one address has under way in this process, whichever operations it asks. */
interface Address {
  /** Requests of it that are not over; with the last one it is forgotten. */
  present: number;
  /** How many were wrong since the first of them came. */
  wrong: number;
  /** Credentials whose judgement takes its time. */
  judging: number;
  /** Requests that there is room for only if one of those is right. */
  readonly waiting: (() => void)[];
}

interface Guess {
  readonly call: Call;
  readonly alternative: Alternative;
  readonly subject: string;
  readonly address: Address;
  /** How many were wrong when it was asked whether there is room: the answer knows of these, and of no later ones. */
  readonly wrongBefore: number;
}

/**
 * Keeps an address from trying one key or password after the other: while as many as the rate says were wrong, what it shows
 * is not looked at, right or wrong, so that a guess that hits looks like all the others. As many are judged at a time as may
 * still be wrong, and others wait for them: many at once are no more guesses than one after the other, and none that is right
 * is refused for it. A token is not guessed, and not counted: one that has run out is shown in good faith.
 */
export class Guesses {
  readonly #counters: ReturnType<typeof countersOf>;
  readonly #counted: LimitRule;
  /** Asks whether there is room for one more failure, and spends nothing: spent ≤ limit − 1. */
  readonly #asked: LimitRule;
  readonly #addresses: Map<string, Address>;

  constructor(options: FailureOptions, context: StepContext) {
    this.#counters = countersOf(context);
    this.#counted = failureRule(options);
    this.#asked = { ...this.#counted, limit: this.#counted.limit - 1, cost: 0 };
    this.#addresses = context.shared(`guesses:${this.#counted.id}`, () => new Map<string, Address>());
  }

  judged(call: Call, alternative: Alternative): Outcome | Promise<Outcome> {
    if (!alternative.demands.some(({ check }) => isGuess(call, check))) return judged(call, alternative);
    const subject = this.#counted.subject(call);
    const address = this.#enter(subject);
    const guess = { call, alternative, subject, address, wrongBefore: address.wrong };
    return finishing(
      () => then(this.#take(subject, this.#asked), (verdict) => this.#inTurn(guess, verdict)),
      () => this.#leave(subject, address),
    );
  }

  #enter(subject: string): Address {
    let address = this.#addresses.get(subject);
    if (address === undefined)
      this.#addresses.set(subject, (address = { present: 0, wrong: 0, judging: 0, waiting: [] }));
    address.present++;
    return address;
  }

  /** Each that goes calls one that waits: there is always one to go as long as anybody has to wait. */
  #leave(subject: string, address: Address): void {
    address.waiting.shift()?.();
    if (--address.present === 0) this.#addresses.delete(subject);
  }

  #inTurn(guess: Guess, verdict: Verdict): Outcome | Promise<Outcome> {
    const { call, alternative, address, wrongBefore } = guess;
    const room = verdict.allowed ? Math.floor(verdict.remaining) + 1 - (address.wrong - wrongBefore) : 0;
    if (room <= 0) return this.#tooMany(verdict);
    if (address.judging >= room)
      return new Promise<void>((resolve) => address.waiting.push(resolve)).then(() =>
        this.#inTurn(guess, verdict),
      );
    const outcome = judged(call, alternative);
    if (!isPromise(outcome)) return this.#told(guess, outcome as Outcome);
    address.judging++;
    return (outcome as Promise<Outcome>).then(
      (settled) => {
        address.judging--;
        return this.#told(guess, settled);
      },
      (error: unknown) => {
        address.judging--;
        throw error;
      },
    );
  }

  #tooMany({ allowed, wait }: Verdict): HttpError {
    const { counting } = this.#counted;
    // Where there was room, and others took it, nobody has said when there will be: after the whole time there is.
    const milliseconds = allowed && "window" in counting ? counting.window : wait;
    return new HttpError(429, "Too many credentials were wrong.", {
      headers: { "retry-after": String(Math.max(Math.ceil(milliseconds / 1000), 1)) },
    });
  }

  #told({ call, alternative, subject, address }: Guess, outcome: Outcome): Outcome | Promise<Outcome> {
    if (!(outcome instanceof HttpError) || !isRefused(call, alternative, outcome)) return outcome;
    address.wrong++;
    return then(this.#take(subject, this.#counted), () => outcome);
  }

  #take(subject: string, rule: LimitRule): Verdict | Promise<Verdict> {
    const taken = this.#counters.take([rule], [subject], () => undefined);
    return then(taken, ([verdict]) => verdict!);
  }
}

/** A key or a password was refused, and not what was wanted beside it. */
function isRefused(call: Call, { demands }: Alternative, { status, headers }: HttpError): boolean {
  const challenge = headers?.["www-authenticate"];
  return status === 401 && demands.some(({ check }) => check.challenge === challenge && isGuess(call, check));
}

function isGuess(call: Call, check: SchemeCheck): boolean {
  return (check.kind === "apiKey" || check.kind === "basic") && isShown(call, check);
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

/** Ends with the work, at once where that makes no promise. */
function finishing<T>(work: () => T | Promise<T>, finish: () => void): T | Promise<T> {
  let result: T | Promise<T>;
  try {
    result = work();
  } catch (error) {
    finish();
    throw error;
  }
  if (isPromise(result)) return (result as Promise<T>).finally(finish);
  finish();
  return result;
}
