import { FileWatcher } from "./file-watcher.ts";

/** One save is several events: a file is written, then renamed over another, and an editor may save all its files. */
const SETTLE_MILLISECONDS = 100;

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
  const saved = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const note = (path: string): void => {
    saved.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const paths = [...saved];
      saved.clear();
      changed(paths);
    }, SETTLE_MILLISECONDS);
  };
  let watcher = new FileWatcher(note, failed);
  return {
    only(paths) {
      const former = watcher;
      watcher = new FileWatcher(note, failed);
      for (const path of paths) watcher.add(path);
      former.close();
    },
    close() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}
