import type { ExampleObject } from "./document.ts";

/** One example is an `example`; several need a name each. */
export interface Examples {
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, ExampleObject>>;
}

export function examplesOf(values: readonly unknown[] | undefined): Examples {
  if (values === undefined || values.length === 0) return {};
  if (values.length === 1) return { example: values[0] };
  return { examples: Object.fromEntries(values.map((value, index) => [`example${index + 1}`, { value }])) };
}
