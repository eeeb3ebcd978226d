import type { Run } from "./run.ts";

/** Fills the exchange of a run in, and neither throws nor rejects; a promise only where one is met. */
export type Fill = (run: Run) => void | Promise<void>;
