import cluster, { type Worker } from "node:cluster";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describeAddresses } from "./address.ts";
import type { HostOptions } from "./host.ts";
import { type Ready, RETIRE, STOP } from "./worker-messages.ts";
import { type WorkerHandle, WorkerPool } from "./worker-pool.ts";

/** Serves in several processes until a signal says to stop; resolves to the exit code. */
export async function runWorkers(options: HostOptions, count: number): Promise<number> {
  cluster.setupPrimary({
    exec: fileURLToPath(new URL("worker-child.js", import.meta.url)),
    args: [JSON.stringify(options)],
  });
  const pool = new WorkerPool({
    size: count,
    start: () => handleOf(cluster.fork()),
    say,
    wait,
    now: () => performance.now(),
  });
  const stopped = new Promise<number>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.on(signal, () => void pool.stop().then(() => resolve(0)));
  });
  process.on("SIGHUP", () => void pool.roll());
  const started = pool.start().then((ready) => {
    if (ready === undefined) return 1;
    process.stdout.write(describeAddresses(ready.url, ready.docs));
    say(
      `${count} worker${count === 1 ? "" : "s"}; SIGHUP to process ${process.pid} restarts them one by one`,
    );
    return stopped;
  });
  return Promise.race([started, stopped]);
}

function handleOf(worker: Worker): WorkerHandle {
  const { process: child } = worker;
  // A message that no longer reached it: "exit" follows.
  worker.on("error", () => undefined);
  const ended = new Promise<string>((resolve) =>
    worker.once("exit", (code: number | null, signal: string | null) =>
      resolve(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
    ),
  );
  const ready = new Promise<Ready | undefined>((resolve) => {
    worker.on("message", (message: Ready) => {
      if (message.type === "ready") resolve(message);
    });
    void ended.then(() => resolve(undefined));
  });
  const tell = (message: string): void => {
    if (worker.isConnected()) worker.send(message);
    else child.kill("SIGTERM");
  };
  return {
    pid: child.pid,
    ready,
    ended,
    stop: () => tell(STOP),
    retire: () => tell(RETIRE),
    kill: () => void child.kill("SIGKILL"),
  };
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
