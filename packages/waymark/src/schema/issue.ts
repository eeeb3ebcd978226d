/** One thing that is wrong with a submitted value. Never holds the value itself. */
export interface Issue {
  /** Keys and indices that lead to it; empty for the value as a whole. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The library's own code where it has one (Zod's `too_small`, Valibot's `min_value`, …), else `invalid`. */
  readonly code: string;
}

/**
 * Issues that a client is told of. A request of a megabyte can be wrong in half a million places: to say each of them would
 * cost a hundred times what it cost to send.
 */
export const MOST_ISSUES = 100;
