// Somebody who follows the tutorial: writes the files, types the commands, keeps the service running in a second terminal.
import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { Command } from "./page.ts";

/** Other tests keep the processors busy, and npm has to reach its registry. */
const PATIENCE = 120_000;

export interface Seen {
  readonly code: number;
  /** Both streams, as a terminal shows them. */
  readonly output: string;
}

export interface ReaderOptions {
  /** Where the reader sits: an empty folder. */
  readonly home: string;
  /** The folder that the first commands make. */
  readonly project: string;
  /** What the reader's service listens on. */
  readonly port: number;
  /** What `npm install` is given for the name of a package. */
  readonly packages: ReadonlyMap<string, string>;
}

export class Reader {
  readonly folder: string;
  readonly #options: ReaderOptions;
  readonly #terminal: Terminal;
  #service: Service | undefined;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.folder = join(options.home, options.project);
    this.#terminal = new Terminal(options.home, this.#environment());
  }

  /** Saves a file as editors do. A file that the running service is made of restarts it, and that is waited for. */
  async write(name: string, text: string): Promise<void> {
    const path = join(this.folder, name);
    const isNew = !existsSync(path);
    if (!isNew && readFileSync(path, "utf8") === this.#here(text)) return;
    mkdirSync(dirname(path), { recursive: true });
    const watched = !isNew && /^src\/.*(?<!\.test)\.ts$/.test(name) && this.#service?.restarts;
    this.#service?.overlook();
    writeFileSync(`${path}.new`, this.#here(text));
    renameSync(`${path}.new`, path);
    if (watched) await this.#service?.says(/(restarted in|waiting for the next).*\n/);
  }

  /** Types commands, one after the other; gives what each printed. One that serves gets the other terminal. */
  async type(commands: readonly Command[]): Promise<Seen[]> {
    const [first] = commands;
    if (first !== undefined && /^(\w+=\S+ )*npx waymark (dev|run)\b/.test(first.text)) {
      if (commands.length > 1) throw new Error(`${first.text} occupies its terminal: nothing comes after it`);
      return [await this.#serve(first.text)];
    }
    const seen: Seen[] = [];
    for (const { text } of commands) seen.push(await this.#terminal.type(this.#real(text)));
    return seen.map(({ code, output }) => ({ code, output: this.#shown(output) }));
  }

  /** All that the terminal of the service shows. */
  read(): string {
    return this.#shown(this.#service?.output ?? "");
  }

  /** Leaves: presses Ctrl-C where the service runs, and closes both terminals. */
  async leave(): Promise<void> {
    await this.#service?.stop();
    await this.#terminal.close();
  }

  async #serve(command: string): Promise<Seen> {
    await this.#service?.stop();
    this.#service = new Service(this.#real(command), this.folder, this.#environment());
    const output = await this.#service.says(this.#service.restarts ? /ready in .*\n/ : /OpenAPI .*\n/);
    return { code: 0, output: this.#shown(output) };
  }

  /** A command with this reader's port and packages in it. */
  #real(command: string): string {
    const there = this.#here(command);
    if (!there.startsWith("npm install ")) return there;
    const words = there.split(" ").map((word, index) => (index < 2 ? word : this.#package(word)));
    return words.join(" ");
  }

  #package(word: string): string {
    if (word.startsWith("-")) return word;
    const known = this.#options.packages.get(word);
    if (known === undefined) throw new Error(`npm install ${word}: in which version?`);
    return known;
  }

  #here(text: string): string {
    return text.replaceAll("127.0.0.1:8000", `127.0.0.1:${this.#options.port}`);
  }

  #shown(output: string): string {
    return output.replaceAll("\r", "").replaceAll(`127.0.0.1:${this.#options.port}`, "127.0.0.1:8000").trim();
  }

  /** What a reader's shell has: nothing of the npm and the Vitest that run this. */
  #environment(): NodeJS.ProcessEnv {
    const ours =
      /^(npm_(?!config_(registry|cache|userconfig|cafile|.*proxy)$)|VITEST|NODE_ENV|FORCE_COLOR|WAYMARK_|TEST$|DEV$|PROD$|MODE$|SSR$|BASE_URL$)/;
    const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
    return {
      ...Object.fromEntries(kept),
      PORT: String(this.#options.port),
      NO_COLOR: "1",
      NO_PROXY: "127.0.0.1",
      npm_config_loglevel: "error",
      npm_config_prefer_offline: "true",
      npm_config_update_notifier: "false",
    };
  }
}

/** A shell that stays open: what one command does to its folder and its variables, the next one finds. */
class Terminal {
  readonly #shell: ChildProcessByStdio<Writable, Readable, null>;
  readonly #ended: Promise<unknown>;
  #output = "";

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.#shell = spawn("bash", [], { cwd, env, stdio: ["pipe", "pipe", "inherit"] });
    this.#ended = once(this.#shell, "close");
    this.#shell.stdout.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
  }

  async type(command: string): Promise<Seen> {
    this.#output = "";
    const end = `end of ${randomUUID()}:`;
    // No command reads what is typed next.
    this.#shell.stdin.write(`{ ${command}\n} 2>&1 </dev/null; echo "${end}$?"\n`);
    const deadline = AbortSignal.timeout(PATIENCE);
    for (;;) {
      const at = this.#output.indexOf(end);
      if (at >= 0 && this.#output.endsWith("\n"))
        return { output: this.#output.slice(0, at), code: Number(this.#output.slice(at + end.length)) };
      if (deadline.aborted || this.#shell.exitCode !== null)
        throw new Error(`${command} did not end:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async close(): Promise<void> {
    this.#shell.stdin.end();
    this.#shell.kill("SIGKILL");
    await this.#ended;
  }
}

/** What runs in the other terminal. */
class Service {
  /** Whether a save restarts it. */
  readonly restarts: boolean;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  output = "";
  #read = 0;

  constructor(command: string, cwd: string, env: NodeJS.ProcessEnv) {
    this.restarts = command.includes("waymark dev");
    // A group of its own, as a shell gives it: Ctrl-C reaches npx and what it has started.
    this.#child = spawn("bash", ["-c", `exec ${command}`.replace(/^exec ((?:\w+=\S+ )+)/, "$1 exec ")], {
      cwd,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#ended = once(this.#child, "close");
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => (this.output += text));
  }

  /** What it has said until now is of no interest: npm, too, changes files that it watches. */
  overlook(): void {
    this.#read = this.output.length;
  }

  /** Waits until it says that, after what it had said at the last call. */
  async says(pattern: RegExp): Promise<string> {
    const deadline = AbortSignal.timeout(PATIENCE);
    for (;;) {
      const fresh = this.output.slice(this.#read);
      const match = pattern.exec(fresh);
      if (match !== null) {
        this.#read += match.index + match[0].length;
        return fresh.slice(0, match.index + match[0].length);
      }
      if (deadline.aborted || this.#child.exitCode !== null)
        throw new Error(`the service did not say ${String(pattern)}, but:\n${fresh}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(): Promise<void> {
    if (this.#child.pid !== undefined && this.#child.exitCode === null)
      process.kill(-this.#child.pid, "SIGINT");
    await this.#ended;
  }
}
