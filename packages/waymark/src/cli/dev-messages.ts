import type { DocsPaths } from "../docs/settings.ts";
import type { HostOptions } from "./host.ts";

/** What `waymark dev` hands to the process that it starts and restarts: its only argument, as JSON. */
export type DevChildOptions = HostOptions;

/** What that process tells. */
export type DevChildMessage =
  /** A file that the application imported. */
  | { readonly type: "imported"; readonly path: string }
  | { readonly type: "ready"; readonly url: string; readonly docs: DocsPaths; readonly own: boolean }
  /** It has said why and is about to end. `hopeless`: saving a file will not help. */
  | { readonly type: "failed"; readonly hopeless: boolean };

/** What it is told where there are no signals (Windows). */
export const STOP = "stop";
