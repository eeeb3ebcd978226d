/**
 * The files of one save: it is several events, since a file is written, then renamed over another, and an editor may save all
 * its files. `changed` hears of them together, once it has been quiet for `quiet` milliseconds.
 */
export class Saves {
  readonly #changed: (paths: readonly string[]) => void;
  readonly #quiet: number;
  readonly #paths = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(changed: (paths: readonly string[]) => void, quiet: number) {
    this.#changed = changed;
    this.#quiet = quiet;
  }

  note(path: string): void {
    this.#paths.add(path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const paths = [...this.#paths];
      this.#paths.clear();
      this.#changed(paths);
    }, this.#quiet);
  }

  /** Nothing is told any more. */
  close(): void {
    clearTimeout(this.#timer);
  }
}
