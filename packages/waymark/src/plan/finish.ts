import { HttpError } from "../http/http-error.ts";
import { writeProblem } from "../http/problem.ts";
import { closeAll, throwIntoAll } from "./generators.ts";
import type { Run } from "./run.ts";

/**
 * Hands the reply over, then runs the tasks of `response().after`, then the clean-ups: tasks may use what dependencies
 * hold open. A stream that fails takes its tasks with it, and generators see its error. Never throws.
 */
export function finish(run: Run): void | Promise<void> {
  let sent: void | Promise<void>;
  try {
    sent = run.exchange.end();
  } catch (error) {
    answerInstead(run);
    return replyFailed(run, error);
  }
  if (sent === undefined) return settle(run);
  return sent.then(
    () => settle(run),
    (error: unknown) => replyFailed(run, error),
  );
}

/** The driver refused the reply before anything of it was sent. The client is told so, rather than left waiting. */
export function answerInstead({ exchange }: Run): void {
  exchange.fields = undefined;
  writeProblem(exchange, new HttpError(500));
  try {
    void exchange.end();
  } catch {
    // Something was sent after all: the driver has cut it.
  }
}

/** What comes after a reply that was sent: tasks, then clean-ups. Never throws. */
export function settle(run: Run): void | Promise<void> {
  const tasks = run.responseIfMade?.["~tasks"];
  return tasks === undefined ? closeAll(run) : runTasks(run, tasks).then(() => closeAll(run));
}

/** One after the other, in the order given; a task may add further ones. */
async function runTasks(run: Run, tasks: readonly (() => unknown)[]): Promise<void> {
  // oxlint-disable-next-line typescript/prefer-for-of -- the list may grow
  for (let i = 0; i < tasks.length; i++) {
    try {
      // In order.
      await tasks[i]!();
    } catch (error) {
      run.log("error", "a task of response().after() failed", error);
    }
  }
}

export function replyFailed(run: Run, error: unknown): void | Promise<void> {
  run.log("error", "the reply failed while it was sent", error);
  run.failure = error;
  const pending = throwIntoAll(run);
  const report = (): void => {
    if (run.failure !== error)
      run.log("error", "a dependency failed at the failure of the reply", run.failure);
  };
  return pending === undefined ? report() : pending.then(report);
}
