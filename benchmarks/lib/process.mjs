// Starts a server on a CPU of its own and stops it again.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { availableParallelism } from "node:os";
import { BENCHMARKS, commandOf } from "./servers.mjs";

/** Servers run on CPU 0, what loads them on CPU 1. */
export const pinned = (cpu, command) =>
  availableParallelism() > 1 ? ["taskset", "-c", String(cpu), ...command] : command;

/** Starts a server; resolves when it accepts connections. Rejects with what it wrote when it ends instead. */
export async function startServer(server, set, environment = {}) {
  const port = await freePort();
  const [command, ...args] = pinned(0, commandOf(server, port, set));
  const child = spawn(command, args, {
    cwd: BENCHMARKS,
    env: { ...process.env, NODE_ENV: "production", ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  let ended = "";
  child.stderr.on("data", (data) => (said = (said + data).slice(-4000)));
  child.once("exit", (code, signal) => (ended = signal === null ? `with code ${code}` : `by ${signal}`));
  const started = process.hrtime.bigint();
  while (!(await accepts(port))) {
    if (ended !== "") throw new Error(`${server.name} ended ${ended} before it listened:\n${said}`);
    if (process.hrtime.bigint() - started > 20_000_000_000n)
      throw new Error(`${server.name} does not listen:\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return {
    server,
    port,
    pid: child.pid,
    rss: () => residentMegabytes(child.pid),
    cpuTime: () => cpuSeconds(child.pid),
    alive: () => ended === "",
    /** How the server ended when nobody stopped it, with its last words; undefined while it runs. */
    death: () =>
      ended === "" ? undefined : `${server.name} (process ${child.pid}) ended ${ended}:\n${said}`,
    said: () => said,
    stop: () => stop(child, () => ended !== ""),
  };
}

async function stop(child, ended) {
  if (ended()) return;
  await new Promise((resolve) => {
    child.once("exit", resolve);
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 3000).unref();
  });
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const done = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
  });
}

/** Taskset replaces itself by the server, so the process is the server's. */
export function residentMegabytes(pid) {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

/** Clock ticks of Linux are hundredths of a second. */
const TICKS = 100;

/** What the process has used of its CPU so far, in all its threads. */
export function cpuSeconds(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
