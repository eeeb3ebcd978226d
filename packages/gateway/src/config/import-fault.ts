import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Why a module could not be loaded, in one line, and where. */
export interface ImportFault {
  readonly reason: string;
  /** Absolute path and line; undefined where the runtime does not say. */
  readonly place: { readonly file: string; readonly line: number } | undefined;
}

/** What importing a module threw. Of a syntax error the parser says the place in its message, of others the stack does. */
export function importFault(error: unknown): ImportFault {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const ofParser = /^(\/.+|[A-Za-z]:[\\/].+):(\d+):\d+: ERROR: (.+)$/m.exec(message);
  if (ofParser !== null) {
    const [, file = "", line, reason = ""] = ofParser;
    return { reason, place: { file, line: Number(line) } };
  }
  const frame = /(?:\(|at (?:async )?)(file:\/\/[^\s)]+?|\/[^\s)]+?)(?:\?[^\s)]*?)?:(\d+):\d+\)?$/m.exec(
    stack,
  );
  const reason = message.split("\n", 1)[0]!;
  if (frame === null) return { reason, place: undefined };
  const [, file = "", line] = frame;
  const path = file.startsWith("file:") ? fileURLToPath(file) : file;
  return { reason, place: isOurs(path) ? undefined : { file: path, line: Number(line) } };
}

/** Of somebody's own code a line helps; of a package's, it leads away from the mistake. */
function isOurs(path: string): boolean {
  return (
    path.includes("/node_modules/") || path.startsWith("node:") || path === fileURLToPath(import.meta.url)
  );
}

/** The same as a clause: `policies/fraud.ts:3: Unexpected ";"`. */
export function importFaultText(error: unknown, folder: string): string {
  const { reason, place } = importFault(error);
  return place === undefined ? reason : `${relative(folder, place.file)}:${place.line}: ${reason}`;
}
