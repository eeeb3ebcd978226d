/** Something the person at the terminal can put right: printed as a sentence and a hint, without a stack. */
export class CliError extends Error {
  override readonly name = "CliError";
  /** What to do about it. */
  readonly hint: string | undefined;
  /** 2: the command line itself is wrong; 1: everything else. */
  readonly exitCode: 1 | 2;

  constructor(message: string, hint?: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** The command line is wrong: exit code 2. */
export function misuse(message: string, hint?: string): CliError {
  return new CliError(message, hint, 2);
}
