import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type DevChildMessage, type DevChildOptions, STOP } from "./dev-messages.ts";

/** In development an open stream must not hold up a restart; dependencies are still cleaned up. */
const SHUTDOWN_MILLISECONDS = 300;
/** After this an application that does not stop is killed. */
const PATIENCE_MILLISECONDS = 2000;

export interface SupervisorEvents {
  message(message: DevChildMessage): void;
  /** The process ended by itself. */
  exit(code: number | null, signal: NodeJS.Signals | null): void;
}

/** Runs the application in a process of its own, one at a time. */
export class Supervisor {
  readonly #events: SupervisorEvents;
  #child: ChildProcess | undefined;
  #startIsAhead = false;
  #ended = false;

  constructor(events: SupervisorEvents) {
    this.#events = events;
  }

  /** Starts the first process. */
  start(options: DevChildOptions): void {
    const childOptions: DevChildOptions = { ...options, shutdownTimeout: SHUTDOWN_MILLISECONDS };
    const child = fork(
      fileURLToPath(new URL("dev-child.js", import.meta.url)),
      [JSON.stringify(childOptions)],
      {
        env: { ...process.env, NODE_ENV: process.env.NODE_ENV ?? "development", WAYMARK_ENV: "development" },
      },
    );
    this.#child = child;
    child.on("message", (message) => {
      if (child === this.#child) this.#events.message(message as DevChildMessage);
    });
    child.once("exit", (code, signal) => {
      if (child !== this.#child) return;
      this.#child = undefined;
      this.#events.exit(code, signal);
    });
  }

  /** Stops the process that runs, if one does, and starts the next. */
  async restart(options: DevChildOptions): Promise<void> {
    // A start that is still ahead will see this change too.
    if (this.#startIsAhead) return;
    this.#startIsAhead = true;
    await this.#halt();
    this.#startIsAhead = false;
    if (!this.#ended) this.start(options);
  }

  /** Stops for good. Called again, it kills. */
  async stop(): Promise<void> {
    if (this.#ended) this.#child?.kill("SIGKILL");
    this.#ended = true;
    await this.#halt();
  }

  #halt(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return Promise.resolve();
    return new Promise((stopped) => {
      const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MILLISECONDS);
      child.removeAllListeners("exit");
      child.once("exit", () => {
        clearTimeout(timer);
        if (child === this.#child) this.#child = undefined;
        stopped();
      });
      if (process.platform === "win32") child.send(STOP);
      else child.kill("SIGTERM");
    });
  }
}
