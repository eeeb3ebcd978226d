// A thread that reads and compiles a gateway, answers, and is gone: see load-apart.ts.
import { parentPort, workerData } from "node:worker_threads";
import { ConfigurationError } from "../configuration-error.ts";
import type { LoadAnswer, LoadWork } from "./load-apart.ts";
import { loadedToRun } from "./load.ts";

parentPort!.postMessage(await answerTo(workerData as LoadWork));

async function answerTo({ places, ...rest }: LoadWork): Promise<LoadAnswer> {
  try {
    const { snapshot, mistakes, warnings, files, modules, folder } = await loadedToRun(places, {
      ...rest,
      out: (text) => process.stdout.write(text),
    });
    return { loaded: { snapshot, mistakes, warnings, files, modules, folder } };
  } catch (error) {
    if (error instanceof ConfigurationError) return { mistakes: error.mistakes };
    return { message: error instanceof Error ? error.message : String(error) };
  }
}
