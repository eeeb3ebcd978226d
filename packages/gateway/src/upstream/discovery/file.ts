import { watch, type FSWatcher } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { checkOrigin } from "./origin.ts";
import type { DiscoverySource, FoundTarget } from "../target-set.ts";

/** Editors write a file in several steps; they are waited for. */
const SETTLE = 50;

/**
 * Addresses in a file of JSON, read again when it changes:
 * `["http://10.0.0.1:8080", { "url": "http://10.0.0.2:8080", "weight": 2 }]`, as `targets` of the configuration has them; `origin`
 * is the same as `url`.
 * A file that cannot be read or understood is reported, and the last good set stays.
 */
export function fileSource(path: string): DiscoverySource {
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  return {
    async start(update, report) {
      update(parseTargets(await readFile(path, "utf8"), path));
      if (isClosed) return;
      // The folder, since a file that is replaced by a new one is another file for the system.
      watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
        if (name !== null && name !== basename(path)) return;
        clearTimeout(timer);
        timer = setTimeout(() => {
          readFile(path, "utf8").then(
            (text) => {
              try {
                update(parseTargets(text, path));
              } catch (error) {
                report((error as Error).message);
              }
            },
            () => report(`${path} cannot be read: the targets stay as they were.`),
          );
        }, SETTLE).unref();
      });
      watcher.on("error", () => report(`${path} cannot be watched: the targets stay as they are.`));
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      watcher?.close();
    },
  };
}

/** Throws an `Error` that names the file and the entry. */
export function parseTargets(text: string, path: string): FoundTarget[] {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch {
    throw new Error(`${path} is not JSON: it should be a list of addresses.`);
  }
  if (!Array.isArray(entries)) throw new Error(`${path} should be a list of addresses.`);
  return entries.map((entry: unknown, i) => {
    const given = (typeof entry === "string" ? { url: entry } : (entry ?? {})) as {
      url?: unknown;
      origin?: unknown;
      weight?: unknown;
    };
    const { url: origin = given.origin, weight = 1 } = given;
    const problem = typeof origin === "string" ? checkOrigin(origin) : "has no 'url'";
    if (problem !== undefined) throw new Error(`${path}: entry ${i + 1} ${problem}.`);
    if (typeof weight !== "number" || !(weight >= 0) || weight === Infinity)
      throw new Error(`${path}: the weight of entry ${i + 1} should be a number from 0.`);
    return { origin: new URL(origin as string).origin, weight };
  });
}
