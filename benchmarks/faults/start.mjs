// A target in a process of its own, and what is known of that from outside.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("target.mjs", import.meta.url));

/** Starts a target. `prefix` is a command that ends in running what follows it. */
export async function start(options, prefix = []) {
  const [command, ...args] = [...prefix, process.execPath, "--expose-gc", file, JSON.stringify(options)];
  const child = spawn(command, args, {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const first = once(child, "message");
  const handle = handleOf(child);
  const said = await Promise.race([first, handle.exited]);
  if (!Array.isArray(said)) throw new Error("the target ended before it listened: see above");
  return { port: said[0].port, ...handle };
}

/** What can be asked and done of a process with a channel that answers `{ id, what }` by `{ id, answer }`. */
export function handleOf(child) {
  const exited = once(child, "exit").then(([code, signal]) => ({ code, signal }));
  const waiting = new Map();
  let number = 0;
  child.on("message", ({ id, answer }) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  return {
    pid: child.pid,
    exited,
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
    signal: (name) => child.kill(name),
    /** How the process says that it is. */
    ask: (what) =>
      new Promise((resolve) => {
        waiting.set(++number, resolve);
        child.send({ id: number, what });
      }),
    /** Resident bytes. */
    rss: () => kilobytes(child.pid, "VmRSS") * 1024,
    /** Resident bytes at most since `forgetPeak`. */
    peak: () => kilobytes(child.pid, "VmHWM") * 1024,
    forgetPeak: () => writeFileSync(`/proc/${child.pid}/clear_refs`, "5"),
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

function kilobytes(pid, name) {
  return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The state of a target when nothing moves any more: its counts, what it has open, and what else is named. */
export async function settled(target, ...others) {
  let last = "";
  for (let i = 0; i < 100; i++) {
    await sleep(200);
    const state = await target.ask("state");
    const now = JSON.stringify(["counts", "resources", "descriptors", ...others].map((name) => state[name]));
    if (now === last) return state;
    last = now;
  }
  return target.ask("state");
}
