// Programs of the system as clients and proxies: where they are, and how a test runs them.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a program is; undefined where it is not installed. Debian keeps servers out of the path of ordinary users. */
export function find(program: string): string | undefined {
  const folders = `${process.env["PATH"] ?? ""}${delimiter}/usr/sbin`.split(delimiter);
  return folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
}

export interface Finished {
  readonly code: number | null;
  readonly output: Buffer;
  readonly errors: string;
}

/** Runs a program to its end, which it must come to within half a minute. */
export async function run(
  program: string,
  args: readonly string[],
  input?: string | Uint8Array,
): Promise<Finished> {
  const child = spawn(program, args, { stdio: "pipe", timeout: 30_000, killSignal: "SIGKILL" });
  const output: Buffer[] = [];
  let errors = "";
  child.stdout.on("data", (data: Buffer) => output.push(data));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  child.stdin.on("error", () => undefined).end(input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output: Buffer.concat(output), errors };
}

/** A server that is not ours. */
export interface Daemon {
  stop(): Promise<void>;
}

/** Starts a server and waits for its socket. Rejects, with what it said, when it ends instead. */
export async function startDaemon(program: string, args: readonly string[], socket: string): Promise<Daemon> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = once(child, "close");
  while (!existsSync(socket)) {
    if (hasEnded(child)) throw new Error(`${program} ended:\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return {
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
