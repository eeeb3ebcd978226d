// A service behind the gateway in a process of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { handleOf } from "../start.mjs";

const file = fileURLToPath(new URL("upstream.mjs", import.meta.url));

/** Starts one; resolves when it listens. What the options are, `upstream.mjs` says. */
export async function startUpstream(options, prefix = []) {
  const [command, ...args] = [...prefix, process.execPath, file, JSON.stringify(options)];
  const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const first = once(child, "message");
  const handle = handleOf(child);
  const said = await Promise.race([first, handle.exited]);
  if (!Array.isArray(said)) throw new Error("the upstream ended before it listened: see above");
  return { ...handle, port: said[0].port };
}
