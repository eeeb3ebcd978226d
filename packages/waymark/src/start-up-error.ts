/** One thing that is wrong with an application as it was declared. */
export interface Mistake {
  /** Stable, for searching and for tests: see mistakes.ts. */
  readonly code: string;
  /** What is wrong, in one sentence; where the compiler finds the same, the same sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** The route it is about: "GET /users". */
  readonly route?: string | undefined;
  /** "file:line" of the declaration. */
  readonly at?: string | undefined;
}

/** Thrown when an application starts: everything that is wrong with it, at once. */
export class StartUpError extends Error {
  override readonly name = "StartUpError";
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(describe).join("\n\n"));
    this.mistakes = mistakes;
  }
}

function describe({ code, message, remedy, route, at }: Mistake): string {
  const where = [route, at].filter((part) => part !== undefined).join(", at ");
  return `${where === "" ? "" : `${where}\n  `}${message}\n  ${remedy} [${code}]`;
}
