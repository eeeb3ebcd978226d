import { ClientGone } from "./client-gone.ts";
import { runDependencies } from "./dependencies.ts";
import { isPromise, toPromise } from "./is-promise.ts";
import type { CredentialStep, Phase } from "./phases.ts";
import { readInputs } from "./read-inputs.ts";
import type { Run } from "./run.ts";

/** Runs a phase: credentials, body, inputs, dependencies. Throws or rejects with what is wrong, as soon as it is known. */
export function runPhase(run: Run, phase: Phase): void | Promise<void> {
  if (run.exchange.aborted) throw new ClientGone();
  run.inFunction = false;
  const pending = readCredentials(run, phase.credentials, 0);
  return pending === undefined ? withBody(run, phase, 0) : pending.then(() => withBody(run, phase, 0));
}

function readCredentials(run: Run, steps: readonly CredentialStep[], from: number): void | Promise<void> {
  for (let i = from; i < steps.length; i++) {
    const { read, scopes, slot } = steps[i]!;
    const found = read(run.exchange, scopes);
    if (isPromise(found))
      return toPromise(found).then((value: unknown) => {
        run.values[slot] = value;
        return readCredentials(run, steps, i + 1);
      });
    run.values[slot] = found;
  }
  return undefined;
}

function withBody(run: Run, phase: Phase, from: number): void | Promise<void> {
  const { bodies } = phase;
  for (let i = from; i < bodies.length; i++) {
    const step = bodies[i]!;
    const read = step.read(run);
    if (read instanceof Promise)
      return read.then((body: unknown) => {
        step.take(run, body);
        return withBody(run, phase, i + 1);
      });
    step.take(run, read);
  }
  return withInputs(run, phase);
}

function withInputs(run: Run, phase: Phase): void | Promise<void> {
  const pending = readInputs(run, phase.inputs);
  const { dependencies } = phase;
  if (dependencies.length === 0) return pending;
  return pending === undefined
    ? withDependencies(run, phase)
    : pending.then(() => withDependencies(run, phase));
}

function withDependencies(run: Run, { dependencies }: Phase): void | Promise<void> {
  if (run.exchange.aborted) throw new ClientGone();
  run.inFunction = true;
  return runDependencies(run, dependencies);
}
