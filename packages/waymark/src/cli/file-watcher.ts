import { type FSWatcher, watch } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Watches single files by their folders: a watch on the file itself is a watch on an inode, which is gone when an editor
 * has replaced the file by a rename, and of two quick renames chokidar loses the second.
 */
export class FileWatcher {
  readonly #changed: (path: string) => void;
  readonly #failed: (error: unknown) => void;
  readonly #folders = new Map<string, { readonly watcher: FSWatcher; readonly names: Set<string> }>();

  constructor(changed: (path: string) => void, failed: (error: unknown) => void) {
    this.#changed = changed;
    this.#failed = failed;
  }

  add(path: string): void {
    const folder = dirname(path);
    const known = this.#folders.get(folder);
    if (known !== undefined) {
      known.names.add(basename(path));
      return;
    }
    const names = new Set([basename(path)]);
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name !== null && names.has(name)) this.#changed(join(folder, name));
      });
      // The folder was removed: an application that needs it says so itself.
      watcher.on("error", () => this.#forget(folder));
      this.#folders.set(folder, { watcher, names });
    } catch (error) {
      this.#failed(error);
    }
  }

  close(): void {
    for (const folder of [...this.#folders.keys()]) this.#forget(folder);
  }

  #forget(folder: string): void {
    this.#folders.get(folder)?.watcher.close();
    this.#folders.delete(folder);
  }
}
