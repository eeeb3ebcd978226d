import type * as fs from "node:fs";
import type * as util from "node:util";
import { jsonLayer, parseObject, variablesLayer, type Layer } from "./layer.ts";
import type { SettingsMistake } from "./settings-error.ts";

/** A file of settings, and whether it may be missing. */
export interface SettingsFile {
  readonly path: string;
  /** Default: true for files of variables (`.env`), false for JSON. */
  readonly optional?: boolean;
}

/** The layers of files, in their order; what cannot be read is told of. */
export function fileLayers(
  files: readonly (string | SettingsFile)[],
  report: (mistake: SettingsMistake) => void,
): Layer[] {
  return files.flatMap((each) => {
    const { path, optional }: SettingsFile = typeof each === "string" ? { path: each } : each;
    const isJson = path.endsWith(".json");
    const mayBeMissing = optional ?? !isJson;
    // Where there are no files at all, none is there.
    const text = mayBeMissing && !hasFiles() ? undefined : readText(path);
    if (text !== undefined) return (isJson ? jsonFile : dotenvFile)(path, text, report);
    if (!mayBeMissing) report(aboutFile(path, "is not there, or cannot be read"));
    return [];
  });
}

/** Throws a `TypeError` for a file of a kind that is not known. */
export function checkFiles(files: readonly (string | SettingsFile)[]): void {
  for (const each of files) {
    const path = typeof each === "string" ? each : each.path;
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (!/^\.env|\.env$|\.json$/.test(name))
      throw new TypeError(`settings: '${path}' is neither a file of variables (.env, .env.local, production.env) nor one of JSON`); // prettier-ignore
  }
}

function jsonFile(path: string, text: string, report: (mistake: SettingsMistake) => void): Layer[] {
  const parsed = parseObject(text);
  if ("value" in parsed) return [jsonLayer(parsed.value, path)];
  report(aboutFile(path, parsed.fault));
  return [];
}

function dotenvFile(path: string, text: string): Layer[] {
  const variables = new Map(Object.entries(nodeModule("node:util", path).parseEnv(text)));
  const lines = text.split("\n");
  const sourceOf = (name: string): string => {
    // The last one counts where there are several.
    const line = lines.findLastIndex((each) => /^\s*(?:export\s+)?([^=\s]+)\s*=/.exec(each)?.[1] === name);
    return line === -1 ? path : `${path}:${line + 1}`;
  };
  const names = [...variables.keys()];
  return [variablesLayer({ get: (name) => variables.get(name), names, sourceOf }, readText)];
}

/** A file of a directory for each secret, called as its variable or the same in lower case. */
export function directoryLayer(directory: string): Layer {
  const pathOf = (variable: string): string | undefined =>
    [variable, variable.toLowerCase()]
      .map((name) => `${directory.replace(/\/$/, "")}/${name}`)
      .find((path) => readText(path) !== undefined);
  return {
    find({ variable, secret, members }) {
      const path = secret && members === undefined ? pathOf(variable) : undefined;
      const text = path === undefined ? undefined : readText(path)?.replace(/\r?\n$/, "");
      return path === undefined || !text ? undefined : { text, source: path };
    },
    variables: [],
    keys: () => undefined,
  };
}

/** Undefined for a file that is not there, or that this process may not read. */
export function readText(path: string): string | undefined {
  const { readFileSync } = nodeModule("node:fs", path);
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch {
    return undefined;
  }
}

interface Modules {
  "node:fs": typeof fs;
  "node:util": typeof util;
}

function hasFiles(): boolean {
  return globalThis.process?.getBuiltinModule?.("node:fs") !== undefined;
}

/** Not imported: runtimes without files can read the environment all the same. */
function nodeModule<M extends keyof Modules>(name: M, path: string): Modules[M] {
  const found = globalThis.process?.getBuiltinModule?.(name);
  if (found === undefined)
    throw new Error(`settings: '${path}' needs a file system, and this runtime has none`);
  return found as Modules[M];
}

function aboutFile(path: string, fault: string): SettingsMistake {
  return { variable: undefined, path: [], message: `${path} ${fault}`, source: undefined };
}
