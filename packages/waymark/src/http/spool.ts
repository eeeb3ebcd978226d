import type { FileHandle } from "node:fs/promises";
import { needFileSystem } from "./file-system.ts";

/**
 * The temporary files of one request: a directory that nobody else may read (mode 0700), made at the first of them below the
 * system's own for such things (`TMPDIR`) and removed with all that is in it.
 */
export class Spool {
  #directory: Promise<string> | undefined;
  #count = 0;
  #isOver = false;

  /** Whether there is anything to remove. */
  get isUsed(): boolean {
    return this.#directory !== undefined;
  }

  /** A new file, and where it is. */
  async create(): Promise<{ readonly path: string; readonly file: FileHandle }> {
    const files = needFileSystem("a temporary file");
    const directory = await (this.#directory ??= files.mkdtemp(`${temporary()}/waymark-form-`));
    if (this.#isOver) throw new Error("the request is over");
    const path = `${directory}/${this.#count++}`;
    return { path, file: await files.open(path, "wx") };
  }

  /** Removes everything. Rejects when the system will not. */
  async remove(): Promise<void> {
    this.#isOver = true;
    if (this.#directory === undefined) return;
    const directory = await this.#directory.catch(() => undefined); // Told to who wanted it.
    if (directory !== undefined)
      await needFileSystem("a temporary file").rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

function temporary(): string {
  return globalThis.process.getBuiltinModule("node:os").tmpdir();
}
