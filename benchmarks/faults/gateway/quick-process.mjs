// A quick upstream in a process of its own; see quick-upstream.mjs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Starts a script that says over its channel where it listens. */
export async function startScript(name, args, prefix = []) {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const [command, ...rest] = [...prefix, process.execPath, file, ...args];
  const child = spawn(command, rest, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const exited = once(child, "exit");
  const [said] = await Promise.race([once(child, "message"), exited]);
  if (said?.port === undefined) throw new Error(`${name} ended before it listened: see above`);
  return {
    port: said.port,
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** @param prefix a command that ends in running what follows it. */
export const startQuick = ({ host = "127.0.0.1", port = 0, protocol = "http1", prefix = [] } = {}) =>
  startScript("quick-upstream.mjs", [host, String(port), protocol], prefix);
