// `waymark gateway` as its user starts it: a process of its own, in a folder of its own, ended by its handle.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const root: string = join(import.meta.dirname, "../..");
const bin = join(root, "packages/waymark/bin/waymark.js");
/** The variable that names what runs it, where that is not this Node. */
export const RUNTIME = "WAYMARK_TEST_RUNTIME";
/** Node's own option. */
const IMPORT = "--import=";
/** Generous: other tests keep the processors busy. */
const PATIENCE = 20_000;

/** A folder with files, which its maker removes. */
export class Folder {
  readonly path: string = realpathSync(mkdtempSync(join(tmpdir(), "waymark-gateway-")));

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  /** As editors save: another file is written and takes the place of the old one. */
  write(name: string, text: string): void {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A running `waymark gateway`, on free ports. */
export class GatewayProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #mark = 0;
  /** What it has said on standard output: the greeting, then the access log. */
  said = "";
  /** What it has said on standard error. */
  told = "";
  url = "";
  adminUrl = "";

  private constructor(directory: string, args: readonly string[]) {
    const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1" };
    for (const name of ["NODE_ENV", "PORT", "FORCE_COLOR", "VITEST", "NODE_OPTIONS"] as const)
      delete env[name];
    this.#child = spawn(
      process.env[RUNTIME] ?? process.execPath,
      [
        ...args.filter((each) => each.startsWith(IMPORT)),
        bin,
        "gateway",
        ...["--port", "0", "--admin", "0"],
        ...args.filter((each) => !each.startsWith(IMPORT)),
      ],
      {
        cwd: directory,
        env,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.#child.stdout!.setEncoding("utf8").on("data", (text: string) => (this.said += text));
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.told += text));
    this.#ended = once(this.#child, "close");
  }

  /** Starts it and waits for its addresses. Rejects, with what it said, when it ends instead. */
  static async start(directory: string, ...args: string[]): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(directory, args);
    try {
      await gateway.#until(() => /^ +Metrics +\S+\n/m.test(gateway.said), "its addresses");
    } catch (error) {
      await gateway.stop("SIGKILL");
      throw error;
    }
    gateway.url = /Gateway +(\S+)/.exec(gateway.said)![1]!;
    gateway.adminUrl = /Status +(\S+)/.exec(gateway.said)![1]!;
    return gateway;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Waits until standard error says something that it had not said at the last call. */
  async tells(pattern: RegExp): Promise<void> {
    await this.#until(() => {
      const match = pattern.exec(this.told.slice(this.#mark));
      if (match !== null) this.#mark += match.index + match[0].length;
      return match !== null;
    }, String(pattern));
  }

  /** The access log so far: one record a request. */
  log(): Record<string, unknown>[] {
    return this.said
      .split("\n")
      .filter((line) => line.startsWith("{") && line.endsWith("}"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Gives its exit code. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    this.#child.kill(signal);
    await this.#ended;
    return this.#child.exitCode;
  }

  async #until(isSo: () => boolean, what: string): Promise<void> {
    const deadline = AbortSignal.timeout(PATIENCE);
    while (!isSo()) {
      if (deadline.aborted || this.#child.exitCode !== null)
        throw new Error(`the gateway did not say ${what}, but:\n${this.said}\n${this.told}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
