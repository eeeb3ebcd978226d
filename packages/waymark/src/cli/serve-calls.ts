import { subscribe } from "node:diagnostics_channel";
import type { StopOptions } from "../server/serve.ts";
import type { CliApp } from "./cli-app.ts";

/** What `serve` says on the diagnostics channel "waymark.serve" the moment it is called. */
export interface ServeCall {
  readonly app: Partial<CliApp>;
  readonly server: Promise<{ readonly url: string; close(options?: StopOptions): Promise<void> }>;
}

/** Calls of `serve` by the user's own module. A diagnostics channel, since the module may hold another copy of the package. */
export interface ServeCalls {
  /** The first call so far. */
  readonly first: ServeCall | undefined;
  /** The first call, now or later. Rejects with `failure` when nothing is left that could lead to one. */
  next(failure: Error): Promise<ServeCall>;
}

export function watchServeCalls(): ServeCalls {
  let first: ServeCall | undefined;
  let announce: ((call: ServeCall) => void) | undefined;
  subscribe("waymark.serve", (message) => {
    if (first !== undefined) return;
    first = message as ServeCall;
    announce?.(first);
  });
  return {
    get first() {
      return first;
    },
    next: (failure) =>
      new Promise((resolve, reject) => {
        if (first !== undefined) return resolve(first);
        announce = resolve;
        process.once("beforeExit", () => reject(failure));
      }),
  };
}
