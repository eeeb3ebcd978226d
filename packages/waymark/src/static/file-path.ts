/** The part of a path below a mount, as names of files. */
export interface FilePath {
  readonly names: readonly string[];
  /** It ends in "/": a directory is meant. */
  readonly isDirectory: boolean;
}

/**
 * Reads a raw path, which begins with "/", as names in a directory, each decoded once. Undefined for every path that could
 * mean something else to a file system than to whoever looks at the URL: `.` and `..`, empty names, an encoded "/" or `\`,
 * drives and streams (`:`), NUL and other control characters, and what Windows takes away from the end of a name.
 */
export function readFilePath(path: string): FilePath | undefined {
  const parts = path.slice(1).split("/");
  const isDirectory = parts.at(-1) === "";
  if (isDirectory) parts.pop();
  const names: string[] = [];
  for (const part of parts) {
    const name = decodeName(part);
    if (name === undefined || !isName(name)) return undefined;
    names.push(name);
  }
  return { names, isDirectory };
}

/** Names that begin with a dot are not meant to be seen (`.git`, `.env`). */
export function isHidden({ names }: FilePath): boolean {
  return names.some((name) => name.startsWith("."));
}

function decodeName(part: string): string | undefined {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** 255 is the longest name that file systems have. */
const NAME = /^[^\0-\x1f\x7f/\\:]{1,255}$/;

function isName(name: string): boolean {
  // "." and ".." are among what ends with a dot.
  return NAME.test(name) && !/[. ]$/.test(name) && !name.startsWith(" ");
}
