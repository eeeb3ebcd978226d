// A gateway in a process and a temporary folder of its own, on a driver of choice: see served.mjs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { handleOf } from "../start.mjs";

const file = fileURLToPath(new URL("served.mjs", import.meta.url));

/** @param files by name; `gateway.yaml` among them. What is no text is written as JSON. */
export async function startServed(files, server, { isTrusting = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "waymark-gateway-"));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  const child = spawn(process.execPath, [file, folder, server, ...(isTrusting ? ["trusting"] : [])], {
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const first = once(child, "message");
  const handle = handleOf(child);
  const said = await Promise.race([first, handle.exited]);
  const stop = async () => {
    if (!handle.hasExited()) await handle.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  if (!Array.isArray(said)) {
    await stop();
    throw new Error("the gateway ended before it listened: see above");
  }
  return { ...handle, stop, port: said[0].port };
}
