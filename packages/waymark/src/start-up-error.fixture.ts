import { StartUpError, type Mistake } from "./start-up-error.ts";

/** What a start-up finds wrong: nothing where it goes well. */
export function mistakesOf(start: () => unknown): readonly Mistake[] {
  try {
    start();
  } catch (error) {
    if (error instanceof StartUpError) return error.mistakes;
    throw error;
  }
  return [];
}

/** Code and sentence of each. */
export function told(start: () => unknown): string[] {
  return mistakesOf(start).map(({ code, message }) => `${code} ${message}`);
}
