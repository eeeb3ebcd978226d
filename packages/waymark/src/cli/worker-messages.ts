import type { DocsPaths } from "../docs/settings.ts";

/** What a worker tells the process that started it when it serves. One that cannot start says why, and ends. */
export interface Ready {
  readonly type: "ready";
  readonly url: string;
  readonly docs: DocsPaths;
}

/** What a worker is told: to end with the service, or to leave its place to the next one. */
export const STOP = "waymark:stop";
export const RETIRE = "waymark:retire";
