import type { Run } from "./run.ts";

/** Thrown where a run stops because its client has gone: nobody is left to answer. */
export class ClientGone extends Error {
  override readonly name = "ClientGone";
  constructor() {
    super("the client went away before the reply was made");
  }
}

/** Aborts the signal because a dependency failed, unless the client has gone already. */
export function abortForFailure(run: Run, error: unknown): void {
  if (run.exchange.aborted) return;
  run.gaveUp = true;
  run.exchange.abort(error);
}

/** Whether an error says nothing but that the client has gone. */
export function saysClientGone(run: Run, error: unknown): boolean {
  if (error instanceof ClientGone) return true;
  const { exchange } = run;
  if (!exchange.aborted || run.gaveUp) return false;
  return error === exchange.signal.reason || (error instanceof Error && error.name === "AbortError");
}
