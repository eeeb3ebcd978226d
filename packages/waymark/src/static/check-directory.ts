import { stat } from "node:fs/promises";
import type { MountMistake } from "../http/mounted.ts";
import { noDirectory } from "../mistakes.ts";

/** What is wrong with a directory that files are to be served from. */
export async function checkDirectory(directory: string): Promise<readonly MountMistake[]> {
  try {
    return (await stat(directory)).isDirectory() ? [] : [noDirectory(directory, "is none")];
  } catch (error) {
    const { code } = error as { code?: unknown };
    return [
      noDirectory(directory, code === "ENOENT" ? "does not exist" : `cannot be read (${String(code)})`),
    ];
  }
}
