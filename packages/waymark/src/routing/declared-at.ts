/** This package's own source: what runs is in `dist`, and a loader's source maps may show it as `src`. */
const PACKAGE = toPath(new URL("../../", import.meta.url).href);
const OWN: readonly string[] = [`${PACKAGE}src/`, `${PACKAGE}dist/`];
const TEST = /\.test(?:-d)?\.[cm]?[jt]sx?$/;

/**
 * "file:line" of the first frame of an error's stack that is not this package's own: where a route was declared. The file
 * is relative to the working directory when it lies inside. Undefined where the stack does not tell.
 */
export function declaredAt(declaredBy: Error): string | undefined {
  for (const line of (declaredBy.stack ?? "").split("\n")) {
    const frame = readFrame(line);
    if (frame !== undefined && !isOwn(frame.file)) return `${relative(frame.file)}:${frame.line}`;
  }
  return undefined;
}

/** V8 and JavaScriptCore: `at name (file:///app.ts:3:5)`, `at /app.ts:3:5`, `name@/app.ts:3:5`; query strings are a loader's. */
function readFrame(line: string): { file: string; line: string } | undefined {
  const [, location, row] =
    /(?:\(|@|^\s*at (?:async )?)((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*?):(\d+)(?::\d+)?\)?$/.exec(line) ?? [];
  return location === undefined || row === undefined ? undefined : { file: toPath(location), line: row };
}

function isOwn(file: string): boolean {
  return OWN.some((folder) => file.startsWith(folder)) && !TEST.test(file);
}

function toPath(location: string): string {
  const file = location.startsWith("file://") ? decode(location.slice("file://".length)) : location;
  const path = file.replace(/[?#].*$/, "").replaceAll("\\", "/");
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function relative(file: string): string {
  const directory = `${toPath(globalThis.process?.cwd?.() ?? "")}/`;
  return directory !== "/" && file.startsWith(directory) ? file.slice(directory.length) : file;
}
