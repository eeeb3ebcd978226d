import { availableParallelism } from "node:os";
import { misuse } from "./cli-error.ts";

/** More than any machine is served well by: a number like this is a slip. */
const MOST = 1024;

/** How many processes are to serve; undefined for this one alone. Throws `CliError` (exit code 2) for what is no number. */
export function parseWorkers(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === "auto") return availableParallelism();
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST) return count;
  throw misuse(
    `--workers ${JSON.stringify(text)} is not a number of processes.`,
    `It is a number from 1 to ${MOST}, or auto for one for each processor.`,
  );
}
