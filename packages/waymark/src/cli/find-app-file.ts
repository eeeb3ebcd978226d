import { existsSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { CliError } from "./cli-error.ts";

/** Where an application is looked for when no file is given. */
const CONVENTIONAL_FILES: readonly string[] = [
  "app.ts",
  "main.ts",
  "src/app.ts",
  "src/main.ts",
  "app.js",
  "main.js",
  "src/app.js",
  "src/main.js",
];

/** The absolute path of the application's file. Throws `CliError` when there is none. */
export function findAppFile(given: string | undefined, directory: string): string {
  if (given !== undefined) return existingFile(given, directory);
  const found = CONVENTIONAL_FILES.map((name) => resolve(directory, name)).find((path) => existsSync(path));
  if (found === undefined)
    throw new CliError(
      `No application in ${directory}: none of ${CONVENTIONAL_FILES.join(", ")} exists.`,
      "Name the file: waymark dev path/to/app.ts",
    );
  return found;
}

function existingFile(given: string, directory: string): string {
  const path = resolve(directory, given);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new CliError(`There is no file ${given} in ${directory}.`);
  if (!stats.isFile())
    throw new CliError(
      `${given} is not a file.`,
      `Name the file that exports the app: ${relative(directory, resolve(path, "app.ts"))}`,
    );
  return path;
}
