import { describeError } from "./describe-error.ts";
import { painter } from "./terminal.ts";

/** Tells the person at the terminal what went wrong. */
export function report(error: unknown): void {
  process.stderr.write(describeError(error, painter(process.stderr), process.cwd()));
}
