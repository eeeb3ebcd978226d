import { readJson } from "../http/body.ts";
import { ClientGone } from "./client-gone.ts";
import { runDependencies } from "./dependencies.ts";
import { isPromise, toPromise } from "./is-promise.ts";
import type { CredentialStep, Phase } from "./phases.ts";
import { readInputs } from "./read-inputs.ts";
import { UNREAD, type Run } from "./run.ts";

/** Runs a phase: credentials, body, inputs, dependencies. Throws or rejects with what is wrong, as soon as it is known. */
export function runPhase(run: Run, phase: Phase): void | Promise<void> {
  if (run.exchange.aborted) throw new ClientGone();
  run.inFunction = false;
  const pending = readCredentials(run, phase.credentials, 0);
  return pending === undefined ? withBody(run, phase) : pending.then(() => withBody(run, phase));
}

function readCredentials(run: Run, steps: readonly CredentialStep[], from: number): void | Promise<void> {
  for (let i = from; i < steps.length; i++) {
    const { read, slot } = steps[i]!;
    const found = read(run.exchange);
    if (isPromise(found))
      return toPromise(found).then((value: unknown) => {
        run.values[slot] = value;
        return readCredentials(run, steps, i + 1);
      });
    run.values[slot] = found;
  }
  return undefined;
}

function withBody(run: Run, phase: Phase): void | Promise<void> {
  if (!phase.needsBody || run.body !== UNREAD) return withInputs(run, phase);
  const { exchange, frame } = run;
  const body = exchange.hasBody ? readJson(exchange, frame.settings.limits) : undefined;
  if (body instanceof Promise)
    return body.then((read: unknown) => {
      run.body = read;
      return withInputs(run, phase);
    });
  run.body = body;
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
