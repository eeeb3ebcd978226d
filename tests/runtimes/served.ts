import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export interface Served {
  readonly url: string;
  readonly child: ChildProcess;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
  /** All that it has written. */
  said(): string;
}

/** Runs a program that serves, from its saying where it listens until `use` is over. */
export async function using<T>(
  [binary, ...args]: readonly string[],
  use: (served: Served) => Promise<T>,
): Promise<T> {
  const env = { ...process.env, NODE_OPTIONS: "" };
  const child = spawn(binary as string, args, { stdio: ["ignore", "pipe", "pipe"], env });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = once(child, "close").then(([code]: (number | null)[]) => code ?? null);
  try {
    let url: string | undefined;
    while (url === undefined) {
      url = /listening on (\S+)/.exec(said)?.[1];
      if (url === undefined && child.exitCode !== null) throw new Error(`it ended:\n${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return await use({ url, child, ended, said: () => said });
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}
