import { Worker } from "node:worker_threads";
import type { LoadedGateway } from "../config/load-gateway.ts";
import type { ZeroOptions } from "../config/zero-config.ts";
import { ConfigurationError, type Mistake } from "../configuration-error.ts";
import type { Output } from "./sub-command.ts";

/** What a reload needs of a loaded gateway: plain data. */
export type Reloaded = Pick<
  LoadedGateway,
  "snapshot" | "mistakes" | "warnings" | "files" | "modules" | "folder"
>;

export interface LoadWork {
  readonly places: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly zero: ZeroOptions;
}

/** What the other thread answers. */
export type LoadAnswer =
  | { readonly loaded: Reloaded }
  | { readonly mistakes: readonly Mistake[] }
  | { readonly message: string };

/**
 * Reads and compiles in a thread of its own: thousands of operations take seconds, in which this one has requests to answer.
 * Rejects as `loaded` does.
 */
export async function loadedApart(places: readonly string[], output: Output): Promise<Reloaded> {
  const { directory, environment, zero = {} } = output;
  const work: LoadWork = { places, directory, environment: { ...environment }, zero };
  // Beside this file, as it was written or as it was built.
  const file = new URL(import.meta.url.replace(/load-apart(?=\.\w+$)/, "load-worker"));
  const worker = new Worker(file, { workerData: work });
  try {
    const answer = await new Promise<LoadAnswer>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`Reading it ended with code ${code}.`)));
    });
    if ("loaded" in answer) return answer.loaded;
    if ("mistakes" in answer) throw new ConfigurationError(answer.mistakes);
    throw new Error(answer.message);
  } finally {
    void worker.terminate();
  }
}
