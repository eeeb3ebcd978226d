import { execFile } from "node:child_process";
import { join } from "node:path";
import { root } from "./gateway-process.ts";

/** Runs `waymark` to its end: its exit code, and what it has said on both streams. */
export function commandOf(
  directory: string,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly said: string }> {
  const bin = join(root, "packages/waymark/bin/waymark.js");
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1" };
  for (const name of ["NODE_ENV", "FORCE_COLOR", "VITEST", "NODE_OPTIONS"] as const) delete env[name];
  return new Promise((resolve) =>
    execFile(process.execPath, [bin, ...args], { cwd: directory, env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, said: stdout + stderr }),
    ),
  );
}
