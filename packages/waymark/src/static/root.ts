import type { Stats } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";

export interface Found {
  /** Without symbolic links on the way. */
  readonly path: string;
  readonly stats: Stats;
}

/** A directory and what really lies in it. */
export class Root {
  readonly directory: string;
  readonly #followSymlinks: boolean;
  #real: string | undefined;

  constructor(directory: string, followSymlinks: boolean) {
    this.directory = directory;
    this.#followSymlinks = followSymlinks;
  }

  /** What has these names below the directory; undefined when it is missing, unreadable or really lies elsewhere. */
  async find(names: readonly string[], ending = ""): Promise<Found | undefined> {
    try {
      const path = await realpath(join(this.directory, ...names) + ending);
      if (!this.#followSymlinks && !(await this.#has(path))) return undefined;
      return { path, stats: await stat(path) };
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  /** Asked again when it does not fit: a deployment may have let the directory's own link point elsewhere. */
  async #has(path: string): Promise<boolean> {
    if (this.#real !== undefined && isInside(path, this.#real)) return true;
    this.#real = await realpath(this.directory);
    return isInside(path, this.#real);
  }
}

export function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

const ABSENCES: ReadonlySet<unknown> = new Set([
  "ENOENT",
  "ENOTDIR",
  "ENAMETOOLONG",
  "ELOOP",
  "EACCES",
  "EPERM",
  "EINVAL",
]);

function isAbsence(error: unknown): boolean {
  return error instanceof Error && "code" in error && ABSENCES.has(error.code);
}
