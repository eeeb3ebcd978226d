import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Whether npm gets anything from its registry, by whatever way it is configured to. */
export function registryAnswers(): Promise<boolean> {
  return promisify(execFile)("npm", ["view", "zod", "version", "--prefer-offline"], {
    timeout: 60_000,
    shell: process.platform === "win32",
  }).then(
    () => true,
    () => false,
  );
}
