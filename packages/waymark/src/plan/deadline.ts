import { copyReply, DetachedExchange } from "../http/detached-exchange.ts";
import type { MiddlewareParts } from "../http/handlers.ts";
import { isPieces } from "../http/pump.ts";
import type { ErrorHandlers } from "./error-handlers.ts";
import { CLIENT_GONE, fail } from "./failure.ts";
import type { Fill } from "./fill.ts";
import { throwIntoAll } from "./generators.ts";
import { giveUp } from "./reply.ts";
import type { Run } from "./run.ts";

/**
 * Gives what is inside so much time to make its reply. It writes to a reply of its own, so that nothing of a late one shows
 * in the error that was answered in its place: functions cannot be stopped, only told by their signal.
 */
export function withDeadline(
  { milliseconds, expired }: NonNullable<MiddlewareParts["deadline"]>,
  handlers: ErrorHandlers,
  inner: Fill,
): Fill {
  return (run) => {
    // A WebSocket lasts as long as it lasts.
    if (run.exchange.upgrade !== undefined) return inner(run);
    const within = run.within(new DetachedExchange(run.exchange));
    const began = performance.now();
    const pending = inner(within);
    if (pending === undefined) return takeOver(run, within);
    // What it did until its first wait counts too.
    const left = Math.max(milliseconds - (performance.now() - began), 1);
    return new Promise((resolve) => {
      let isLate = false;
      const inside = pending.then(() => {
        if (isLate) return discard(within, Math.round(performance.now() - began));
        clearTimeout(timer);
        takeOver(run, within);
        resolve();
        return undefined;
      });
      const timer = setTimeout(() => {
        isLate = true;
        // Not the client has gone: there is a reply to make.
        run.gaveUp = true;
        const error = expired();
        run.exchange.abort(error);
        // As long again for error handlers: one that hangs must not keep the client waiting.
        const answer: Fill = (late) => fail(late, error, handlers);
        const inTime =
          handlers.length === 0 ? answer : withDeadline({ milliseconds, expired: () => error }, [], answer);
        resolve(expire(run, inTime, inside));
      }, left);
    });
  };
}

async function expire(run: Run, answer: Fill, inside: Promise<void>): Promise<void> {
  await answer(run);
  // An application that stops waits for its clean-ups, and before them for what is still using things.
  run.response.after(() => inside);
}

/** What was made in time is the reply, with everything that is still to be done after it. */
function takeOver(run: Run, within: Run): void {
  copyReply(within.exchange, run.exchange);
  run.open = within.open;
  run.body = within.body;
  run.form = within.form;
  run.failure = within.failure;
  run.fieldsBefore = within.fieldsBefore;
  run.fieldsAfter = within.fieldsAfter;
  run.gaveUp = within.gaveUp;
  const tasks = within.responseIfMade?.["~tasks"];
  if (tasks !== undefined || run.responseIfMade !== undefined) run.response["~tasks"] = tasks;
}

/** Generators see the error that was answered; a stream that nobody will read is told so. */
function discard(within: Run, milliseconds: number): void | Promise<void> {
  const { exchange } = within;
  // What stopped when its signal said so has made no reply.
  if (exchange.status !== CLIENT_GONE)
    within.log("warn", `discarded a reply of status ${exchange.status}, which took ${milliseconds} ms`);
  if (isPieces(exchange.payload)) giveUp(within, exchange.payload);
  within.failure = exchange.signal.reason;
  return throwIntoAll(within);
}
