import { existsSync } from "node:fs";
import { basename, dirname, extname, join, relative, sep } from "node:path";
import { watch } from "chokidar";
import { FileWatcher } from "./file-watcher.ts";
import { Saves } from "./saves.ts";

const CODE: ReadonlySet<string> = new Set([".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx"]);
/** Folders that nobody edits by hand; what starts with a dot is one too. */
const NOT_SOURCE: ReadonlySet<string> = new Set(["node_modules", "dist", "build", "coverage"]);
const QUIET_MILLISECONDS = 50;

export interface SourceWatcher {
  /** Resolves when a save from now on is not missed. */
  readonly ready: Promise<void>;
  /** Watches a file that the application imported, whatever it is and wherever it lies. */
  add(path: string): void;
  close(): Promise<void>;
}

/**
 * Calls `changed` after a save of any code or `.env` file in the folder of the app's package, or of a file that was added.
 * Other files do not count: an application that writes its own data would restart for ever.
 *
 * chokidar and not `fs.watch({ recursive: true })`: that one loses a file once an editor has replaced it by a rename.
 */
export function watchSources(
  file: string,
  changed: (paths: readonly string[]) => void,
  failed: (error: unknown) => void,
): SourceWatcher {
  const root = packageFolder(dirname(file));
  const saves = new Saves(changed, QUIET_MILLISECONDS);
  const note = (path: string): void => saves.note(path);
  const tree = watch(root, {
    ignoreInitial: true,
    ignored: (path, stats) =>
      isIgnored(relative(root, path)) || (stats?.isFile() === true && !isSource(path)),
  });
  tree.on("all", (event, path) => {
    if (event !== "addDir" && event !== "unlinkDir") note(path);
  });
  tree.on("error", failed);
  const elsewhere = new FileWatcher(note, failed);

  return {
    ready: new Promise((resolve) => tree.once("ready", () => resolve())),
    add: (path) => {
      const inTree = path.startsWith(root + sep) && !isIgnored(relative(root, path)) && isSource(path);
      if (!inTree) elsewhere.add(path);
    },
    close: () => {
      saves.close();
      elsewhere.close();
      return tree.close();
    },
  };
}

/** The nearest folder with a package.json, else the given one. */
function packageFolder(folder: string): string {
  for (let candidate = folder; ; candidate = dirname(candidate)) {
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (dirname(candidate) === candidate) return folder;
  }
}

function isIgnored(path: string): boolean {
  return path
    .split(sep)
    .some((part) => NOT_SOURCE.has(part) || (part.startsWith(".") && !isEnvironment(part)));
}

function isSource(path: string): boolean {
  return CODE.has(extname(path)) || isEnvironment(basename(path));
}

function isEnvironment(name: string): boolean {
  return name === ".env" || name.startsWith(".env.");
}
