import { FileWatcher } from "./file-watcher.ts";
import { Saves } from "./saves.ts";

const QUIET_MILLISECONDS = 100;

export interface WatchedFiles {
  /** Watches these files and no others. */
  only(paths: Iterable<string>): void;
  close(): void;
}

/** Calls `changed` after a save of any of some files, with those that were saved. */
export function watchFiles(
  changed: (paths: readonly string[]) => void,
  failed: (error: unknown) => void,
): WatchedFiles {
  const saves = new Saves(changed, QUIET_MILLISECONDS);
  const note = (path: string): void => saves.note(path);
  let watcher = new FileWatcher(note, failed);
  return {
    only(paths) {
      const former = watcher;
      watcher = new FileWatcher(note, failed);
      for (const path of paths) watcher.add(path);
      former.close();
    },
    close() {
      saves.close();
      watcher.close();
    },
  };
}
