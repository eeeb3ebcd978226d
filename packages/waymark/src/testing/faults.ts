/** Errors that nothing in the application handled, in the course of one request. */
export class Faults {
  readonly #found: unknown[] = [];

  /** For `Exchange.onFault`: what is thrown need not be logged. */
  readonly take = (error: unknown, message: string): boolean => {
    this.#found.push(error instanceof Error ? error : new Error(message, { cause: error }));
    return true;
  };

  /** The first one. */
  get first(): unknown {
    return this.#found[0];
  }

  /** Throws the only one as it is, several together. */
  throw(): void {
    const [first, ...others] = this.#found.splice(0);
    if (first === undefined) return;
    if (others.length === 0) throw first;
    throw new AggregateError([first, ...others], (first as Error).message);
  }
}
