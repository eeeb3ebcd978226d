import type { Change } from "../change.ts";

/** Two documents, and everything that changed between them. */
export interface Pair {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Every change: kind, code, and where. */
  readonly changes: readonly Expected[];
}

export type Expected = readonly [kind: Change["kind"], code: Change["code"], at: string];

/** Takes the place of a value that is taken away. */
export const GONE: unique symbol = Symbol("gone");

/** A copy of a document with other values at some places: "paths /items get operationId". */
export function patched(
  document: object,
  ...patches: readonly (readonly [path: string, value: unknown])[]
): object {
  const copy = structuredClone(document);
  for (const [path, value] of patches) {
    const steps = path.split(" ");
    const last = steps.pop()!;
    const holder = steps.reduce<Record<string, unknown>>(
      (at, step) => {
        const next = at[step];
        if (typeof next !== "object" || next === null) throw new Error(`${path}: there is no ${step}`);
        return next as Record<string, unknown>;
      },
      copy as Record<string, unknown>,
    );
    if (value !== GONE) holder[last] = structuredClone(value);
    else if (!Object.hasOwn(holder, last)) throw new Error(`${path}: there is nothing`);
    else if (Array.isArray(holder)) holder.splice(Number(last), 1);
    else delete holder[last];
  }
  return copy;
}
