import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const bin = fileURLToPath(new URL("../../packages/waymark/bin/waymark.js", import.meta.url));
const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
/** Generous: other tests keep the processors busy. */
const PATIENCE = 20_000;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user's project in a folder of its own, which disappears with the test, as do the processes started in it. */
export class Project {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "waymark-cli-")));

  constructor(files: Readonly<Record<string, string>>) {
    onTestFinished(() => rmSync(this.folder, { recursive: true }));
    this.write("package.json", '{ "type": "module" }');
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    symlinkSync(modules, join(this.folder, "node_modules"), "junction");
  }

  /** As editors save: another file is written and takes the place of the old one. */
  write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  }

  /** Starts `waymark` and lets it run. */
  start(...args: string[]): Process {
    const env = { ...process.env, NO_COLOR: "1" };
    for (const name of ["NODE_ENV", "PORT", "FORCE_COLOR", "VITEST"] as const)
      delete (env as NodeJS.ProcessEnv)[name];
    return new Process(
      spawn(process.execPath, [bin, ...args], { cwd: this.folder, env, stdio: ["ignore", "pipe", "pipe"] }),
    );
  }

  /** Runs `waymark` to its end. */
  waymark(...args: string[]): Promise<Finished> {
    return this.start(...args).finished;
  }
}

/** A running `waymark`. */
export class Process {
  /** All that it has said on both streams. */
  output = "";
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  #mark = 0;

  constructor(child: ChildProcess) {
    this.child = child;
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        said[name] += text;
        this.output += text;
      });
    this.finished = once(child, "close").then(([code]: (number | null)[]) => ({
      code: code ?? null,
      ...said,
    }));
    onTestFinished(async () => {
      child.kill("SIGKILL");
      await this.finished;
    });
  }

  /** Waits until it says something that it had not said at the last call; gives all that is new up to there. */
  async says(pattern: RegExp): Promise<string> {
    const deadline = AbortSignal.timeout(PATIENCE);
    for (;;) {
      const fresh = this.output.slice(this.#mark);
      const match = pattern.exec(fresh);
      if (match !== null) {
        this.#mark += match.index + match[0].length;
        return fresh.slice(0, match.index + match[0].length);
      }
      if (deadline.aborted || this.child.exitCode !== null)
        throw new Error(`it did not say ${String(pattern)}, but:\n${fresh}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Waits for its address. */
  async url(): Promise<string> {
    const said = await this.says(/API +http:\/\/\S+\n/);
    return /http:\S+/.exec(said)![0];
  }

  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<number | null> {
    this.child.kill(signal);
    return (await this.finished).code;
  }
}

export async function text(url: string): Promise<string> {
  return (await fetch(url, { headers: { connection: "close" } })).text();
}
