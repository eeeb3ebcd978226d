import type { WriteResult } from "./result.ts";
import type { Run } from "./run.ts";
import type { PlanSettings } from "./settings.ts";

/**
 * In development, has the route told of an error that its function answered by hand and the document does not know, or
 * shows as something else. Otherwise it is `write` itself.
 */
export function watchErrors(write: WriteResult, { dev }: PlanSettings): WriteResult {
  if (!dev) return write;
  return (run, result) => {
    const pending = write(run, result);
    return pending === undefined ? tellOf(run) : pending.then(() => tellOf(run));
  };
}

/** Tells of the reply that an exchange now holds, where it is an error. */
export function tellOf({ exchange, frame }: Run): void {
  const { status, contentType } = exchange;
  if (status < 400) return;
  const mediaType = contentType?.split(";", 1)[0]!.trim().toLowerCase();
  frame.warnIfUndeclared(status, mediaType);
  if (mediaType !== undefined) frame.warnIfOtherwise(status, mediaType);
}
