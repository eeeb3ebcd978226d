import type { Mistake } from "./configuration-error.ts";
import type { Origin } from "./snapshot.ts";

/** A mistake that has no place yet. */
export type Found = Omit<Mistake, "origin">;

/** Collects what is wrong while everything else goes on being read. */
export class Findings {
  readonly mistakes: Mistake[] = [];
  readonly warnings: Mistake[] = [];

  mistake(found: Found, origin: Origin | null): undefined {
    this.mistakes.push({ ...found, origin });
    return undefined;
  }

  warn(found: Found, origin: Origin | null): undefined {
    this.warnings.push({ ...found, origin });
    return undefined;
  }
}
