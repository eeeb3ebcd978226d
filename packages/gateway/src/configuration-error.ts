import type { Origin } from "./snapshot.ts";

/** One thing that is wrong with a configuration or a document, or worth a warning. */
export interface Mistake {
  /** Stable: GW1xx files, GW2xx the configuration, GW3xx documents, GW4xx who may call, GW5xx routes, GW6xx warnings. */
  readonly code: string;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Null where it is about no place in a file. */
  readonly origin: Origin | null;
}

/** Everything that is wrong, at once; nothing was taken into service. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(describeMistake).join("\n"));
    this.mistakes = mistakes;
  }
}

/** `specs/orders.yaml:12: 'retires' is not a key of this: did you mean 'retries'? [GW201]`. */
export function describeMistake({ code, message, remedy, origin }: Mistake): string {
  return `${origin === null ? "" : `${describeOrigin(origin)}: `}${message}. ${remedy} [${code}]`;
}

export function describeOrigin({ file, line, pointer }: Origin): string {
  if (line !== null) return `${file}:${line}`;
  return pointer === "" ? file : `${file}#${pointer}`;
}
