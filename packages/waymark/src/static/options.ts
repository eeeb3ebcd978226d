import type { ReplyHeaders } from "../http/reply.ts";
import { kindOf } from "../routing/kind.ts";
import { nearest } from "../routing/nearest.ts";

/** How files are served. */
export interface StaticOptions {
  /** The file that stands for a directory; false: directories are 404. Default "index.html". */
  readonly index?: string | false;
  /**
   * A single-page application: its page (true is "index.html") answers every path that is no file and that a browser opens
   * as a page, so that its own routes can be linked to. What looks like a file or is asked for by a script stays a 404.
   */
  readonly spa?: boolean | string;
  /** The page of a 404, for whoever asks for pages: "404.html". */
  readonly notFound?: string;
  /** Sends `file.br`, `file.zst` or `file.gz` in the place of `file` to clients that prefer it. Default false. */
  readonly precompressed?: boolean;
  /** Seconds for which a copy may be used without asking again. Default 0: it is asked about every time, which costs a 304. */
  readonly maxAge?: number;
  /** Files that never change, by their path below the directory ("assets/app-4f2a.js"): a copy is good for a year. */
  readonly immutable?: RegExp | ((path: string) => boolean);
  /** What becomes of names that begin with a dot. Default "ignore": they are 404. */
  readonly dotfiles?: "ignore" | "allow";
  /** Endings that are tried where there is no such file: ["html"] lets `/about` be `about.html`. */
  readonly extensions?: readonly string[];
  /** Whether a directory is redirected to its path with "/", which the links in its index need. Default true. */
  readonly redirect?: boolean;
  /** Further fields of the reply, for all files or by path below the directory. */
  readonly headers?: ReplyHeaders | ((path: string) => ReplyHeaders);
  /** Whether symbolic links may lead out of the directory. Default false: what lies elsewhere is 404. */
  readonly followSymlinks?: boolean;
  /** Whether the application refuses to start without the directory. Default true. */
  readonly check?: boolean;
}

const KNOWN: Record<keyof StaticOptions, true> = {
  index: true,
  spa: true,
  notFound: true,
  precompressed: true,
  maxAge: true,
  immutable: true,
  dotfiles: true,
  extensions: true,
  redirect: true,
  headers: true,
  followSymlinks: true,
  check: true,
};

/** Throws a `TypeError` for an option that does not exist: misspelt, it would be ignored. */
export function checkStaticOptions(options: StaticOptions): void {
  if (typeof options !== "object" || options === null)
    throw new TypeError(`staticFiles takes a directory and options, not ${kindOf(options)}`);
  for (const key of Object.keys(options)) {
    if (Object.hasOwn(KNOWN, key)) continue;
    const near = nearest(key, Object.keys(KNOWN));
    throw new TypeError(
      `'${key}' is not an option of staticFiles${near === undefined ? "" : `: did you mean '${near}'?`}`,
    );
  }
  const { maxAge = 0 } = options;
  if (!(Number.isInteger(maxAge) && maxAge >= 0))
    throw new TypeError(`maxAge of staticFiles is a whole number of seconds, not ${String(maxAge)}`);
}
