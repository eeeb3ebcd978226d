import { relative } from "node:path";
import { onStopWish } from "../server/stop-signal.ts";
import { describeAddresses } from "./address.ts";
import type { DevChildMessage } from "./dev-messages.ts";
import type { HostOptions } from "./host.ts";
import { type SourceWatcher, watchSources } from "./source-watcher.ts";
import { Supervisor } from "./supervisor.ts";
import { type Paint, painter } from "./terminal.ts";

/** One `waymark dev`: the application's process, the watcher that restarts it, and what is said about both. */
export class DevSession {
  /** The exit code, once the session is over. */
  readonly done: Promise<number>;
  #end!: (code: number) => void;
  readonly #supervisor: Supervisor;
  readonly #watcher: SourceWatcher;
  readonly #paint: Paint = painter(process.stdout);
  #options: HostOptions;
  #addressesShown = false;
  #hopeless = false;
  #changed = "";
  #began = performance.now();

  constructor(options: HostOptions) {
    this.done = new Promise((end) => (this.#end = end));
    this.#options = options;
    this.#supervisor = new Supervisor({
      message: (message) => this.#onMessage(message),
      exit: (code, signal) => this.#onExit(code, signal),
    });
    this.#watcher = watchSources(
      options.file,
      (paths) => this.#onChange(paths),
      (error) => this.#onWatchError(error),
    );
    onStopWish(
      () => void this.#stop(0),
      () => void this.#stop(0),
    );
    this.#supervisor.start(options);
  }

  #onMessage(message: DevChildMessage): void {
    switch (message.type) {
      case "imported":
        return this.#watcher.add(message.path);
      case "failed":
        this.#hopeless = message.hopeless;
        return;
      case "ready":
        return this.#onReady(message);
    }
  }

  #onReady({ url, docs }: Extract<DevChildMessage, { type: "ready" }>): void {
    const took = `${Math.round(performance.now() - this.#began)} ms`;
    if (this.#addressesShown) return this.#say("green", `restarted in ${took}: ${this.#changed} changed`);
    this.#addressesShown = true;
    // A port that was taken because it was free stays the same over restarts.
    if (this.#options.port === 0) this.#options = { ...this.#options, port: Number(new URL(url).port) };
    process.stdout.write(`\n${describeAddresses(url, docs)}\n`);
    this.#say("dim", `ready in ${took}; a save restarts it, Ctrl-C stops it`);
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#hopeless) return void this.#stop(1);
    const how =
      code === 0 ? "ended" : signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
    this.#say("yellow", `the application ${how}; waiting for the next save`);
  }

  #onChange(paths: readonly string[]): void {
    const [first = ""] = paths;
    this.#changed = paths.length === 1 ? relative(process.cwd(), first) : `${paths.length} files`;
    this.#began = performance.now();
    void this.#supervisor.restart(this.#options);
  }

  #onWatchError(error: unknown): void {
    const limit =
      error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EMFILE");
    const remedy = limit ? "; raise the system's limit (Linux: sysctl fs.inotify.max_user_watches)" : "";
    this.#say("yellow", `some saves will not be noticed: ${String(error)}${remedy}`);
  }

  async #stop(code: number): Promise<void> {
    await Promise.all([this.#supervisor.stop(), this.#watcher.close()]);
    this.#end(code);
  }

  #say(format: "green" | "yellow" | "dim", text: string): void {
    process.stdout.write(`${this.#paint(format, text)}\n`);
  }
}
