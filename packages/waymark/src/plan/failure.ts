import type { ErrorHandler } from "../http/handlers.ts";
import { HttpError } from "../http/http-error.ts";
import { PROBLEM_JSON, writeProblem } from "../http/problem.ts";
import type { Reply } from "../http/reply.ts";
import { saysClientGone } from "./client-gone.ts";
import { handlersFor, type ErrorHandlers } from "./error-handlers.ts";
import { throwIntoAll } from "./generators.ts";
import { isReply, startOver, writeOwnReply, writeValue } from "./reply.ts";
import type { Run } from "./run.ts";
import { hidingOf } from "./secrets.ts";
import { tellOf } from "./watch-errors.ts";
import { contextOf } from "./context.ts";

/** nginx's name for a request whose client did not wait: nobody reads the reply, but logs and middleware see its status. */
export const CLIENT_GONE = 499;

/**
 * Turns what was thrown into the reply: first every open generator sees it, then the error handlers are asked, inner to
 * outer, then the framework answers by itself. Fills the exchange in and never throws; a promise only where one is met.
 */
export function fail(run: Run, error: unknown, handlers: ErrorHandlers): void | Promise<void> {
  run.failure = error;
  startOver(run);
  // What a function wanted done after its reply is void with it.
  const head = run.responseIfMade;
  if (head !== undefined) head["~tasks"] = undefined;
  const pending = throwIntoAll(run);
  return pending === undefined ? answer(run, handlers) : pending.then(() => answer(run, handlers));
}

function answer(run: Run, handlers: ErrorHandlers): void | Promise<void> {
  try {
    return answerWith(run, handlers)?.then(undefined, (unusable: unknown) => answerUnreadable(run, unusable));
  } catch (unusable) {
    return answerUnreadable(run, unusable);
  }
}

/** What was thrown cannot even be looked at: a getter or a proxy of its own throws. */
function answerUnreadable(run: Run, unusable: unknown): void {
  run.log("error", "answered 500 for an error that cannot be read", unusable);
  startOver(run);
  writeProblem(run.exchange, new HttpError(500));
}

function answerWith(run: Run, handlers: ErrorHandlers): void | Promise<void> {
  const error = run.failure;
  if (saysClientGone(run, error)) {
    run.exchange.status = CLIENT_GONE;
    return undefined;
  }
  if (isReply(error)) return writeThrown(run, error);
  if (error instanceof HttpError && run.inFunction) run.frame.warnIfUndeclared(error.status);
  const asked = handlersFor(handlers, error);
  return asked.length === 0 ? answerByDefault(run, error) : askHandlers(run, error, asked);
}

async function askHandlers(run: Run, error: unknown, asked: readonly ErrorHandler[]): Promise<void> {
  try {
    for (const handler of asked) {
      // The next one is asked only when this one has nothing to say.
      const value: unknown = await handler(error, contextOf(run));
      if (value !== undefined)
        return await writeValue(run, value, error instanceof HttpError ? error.status : 500);
    }
  } catch (second) {
    // An HttpError is an answer; anything else is a fault of the handler, logged beside the error that it was given.
    if (!(second instanceof HttpError))
      run.log("error", "an error handler failed; the error it was given", error);
    startOver(run);
    return answerByDefault(run, second);
  }
  startOver(run);
  return answerByDefault(run, error);
}

/** A reply that was thrown. What cannot be written becomes a logged 500. */
async function writeThrown(run: Run, own: Reply | Response): Promise<void> {
  try {
    await writeOwnReply(run, own, 200);
    if (run.inFunction) tellOf(run);
  } catch (error) {
    startOver(run);
    answerByDefault(run, error);
  }
}

function answerByDefault(run: Run, error: unknown): void {
  const { exchange, frame } = run;
  if (!(error instanceof HttpError))
    run.log("error", "answered 500 for an error that nothing handled", error);
  if (error instanceof HttpError && run.inFunction) frame.warnIfOtherwise(error.status, PROBLEM_JSON);
  const { dev } = frame.settings;
  // A stack shows what the application holds.
  const shown = dev && !(error instanceof HttpError) ? hidingOf(run).value(error) : error;
  writeProblem(exchange, shown, { dev });
}
