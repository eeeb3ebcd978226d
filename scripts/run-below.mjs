import { spawn } from "node:child_process";
import { root } from "./install.mjs";

const watch = new URL("end-with-parent.mjs", import.meta.url).href;

/** Runs a script of this repository in the place of this process, as long as both have to live: neither outlives the other. */
export function runBelow(script, args) {
  const child = spawn(process.execPath, ["--import", watch, script, ...args], {
    cwd: root,
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  child.on("exit", (code) => process.exit(code ?? 1));
  // Ctrl-C reaches the whole group: this process waits until the other one has closed. A signal to this one is passed on.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  if (process.env.npm_lifecycle_event !== undefined) onOrphaned(() => child.kill("SIGTERM"));
}

/** A signal to npm ends the shell between npm and this process, and goes no further: all that tells of it is another parent. */
function onOrphaned(act) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, 250).unref();
}
