import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { globOf } from "../compile/match.ts";

/**
 * Files that a pattern matches, in order: `*` and `?` stay within a name, `**` is any number of folders. Node's own `glob`
 * came with Node 22.
 */
export async function glob(pattern: string, directory: string): Promise<string[]> {
  const parts = resolve(directory, pattern).split("/");
  const files = await walk(parts[0] === "" ? "/" : parts[0]!, parts.slice(1));
  return [...new Set(files)].sort();
}

async function walk(folder: string, [part, ...rest]: readonly string[]): Promise<string[]> {
  if (part === undefined) return [];
  if (part === "**") {
    const here = await walk(folder, rest);
    const below = await Promise.all(
      (await entries(folder))
        .filter((each) => each.isDirectory() && !each.name.startsWith("."))
        .map(({ name }) => walk(join(folder, name), [part, ...rest])),
    );
    return [...here, ...below.flat()];
  }
  const isPattern = /[*?]/.test(part);
  const expression = globOf(part, "/");
  const found = (await entries(folder)).filter(({ name }) =>
    isPattern ? expression.test(name) && !name.startsWith(".") : name === part,
  );
  if (rest.length === 0)
    return found
      .filter((each) => each.isFile() || each.isSymbolicLink())
      .map(({ name }) => join(folder, name));
  const below = await Promise.all(
    found.filter((each) => !each.isFile()).map(({ name }) => walk(join(folder, name), rest)),
  );
  return below.flat();
}

async function entries(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
