import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { tryCompile, type Compiled } from "../compile/compile.ts";
import { withModules } from "./with-modules.ts";
import { loadDocuments } from "../documents/load-documents.ts";
import type { Documents } from "../documents/loaded-document.ts";
import { readSource } from "../documents/read-source.ts";
import { isRecord } from "../documents/record.ts";
import { isAddress } from "../documents/resolve-file.ts";
import { sourceOf } from "../documents/source-file.ts";
import { Findings } from "../mistakes.ts";
import { loadConfig, type ConfigOptions, type LoadedConfig } from "./load-config.ts";
import { zeroConfig } from "./zero-config.ts";

/** Names under which a configuration is found where none is named. */
export const CONFIG_FILES: readonly string[] = [
  "gateway.yaml",
  "gateway.yml",
  "gateway.json",
  "gateway.config.ts",
  "gateway.config.js",
  "gateway.config.mjs",
];

/** A gateway as its files say it, compiled. */
export interface LoadedGateway extends LoadedConfig, Compiled {
  readonly documents: Documents;
  /** Absolute paths of every file that was read, for a watcher. */
  readonly files: readonly string[];
  /** Absolute paths of the policies in TypeScript among them: of code, these are loaded anew when they change. */
  readonly modules: readonly string[];
}

/**
 * What `waymark gateway` takes: one configuration, or documents alone (files, patterns, addresses, modules); nothing stands
 * for a configuration in the current folder. Rejects with a `ConfigurationError` for files that cannot be had or read;
 * what is wrong beyond that is in `mistakes`. Undefined where there is nothing to read.
 */
export async function loadGateway(
  places: readonly string[],
  options: ConfigOptions = {},
): Promise<LoadedGateway | undefined> {
  const { directory = process.cwd(), environment = process.env } = options;
  const file = await configFileOf(places, directory);
  if (file === undefined && places.length === 0) return undefined;
  const loaded =
    file === undefined ? await ofDocuments(places, directory, environment) : await loadConfig(file, options);
  const { config, source, folder } = loaded;
  const { documents, files } = await loadDocuments(config, { folder, directory, source });
  const own = file === undefined ? [] : [resolve(directory, file)];
  const compiled = await withModules(tryCompile(config, documents, source), folder);
  return { ...loaded, ...compiled, documents, files: [...own, ...files, ...compiled.modules] };
}

async function ofDocuments(
  places: readonly string[],
  directory: string,
  environment: NonNullable<ConfigOptions["environment"]>,
): Promise<LoadedConfig> {
  const config = await zeroConfig(places, directory);
  return {
    config: { ...config, environment },
    source: sourceOf(config, "the command line"),
    folder: directory,
  };
}

/** The file among the arguments that is a configuration and no document. */
async function configFileOf(places: readonly string[], directory: string): Promise<string | undefined> {
  if (places.length === 0) return CONFIG_FILES.find((name) => existsSync(join(directory, name)));
  const [place, ...others] = places;
  if (place === undefined || others.length > 0 || isAddress(place) || /[*?]|^ts:/.test(place))
    return undefined;
  if (/(?:^|[/.])gateway(?:\.config)?\.[cm]?[jt]s$/.test(place)) return place;
  if (/\.[cm]?[jt]s$/.test(place)) return undefined;
  const source = await readSource(resolve(directory, place), place, new Findings(), null);
  return isRecord(source?.value) &&
    "services" in source.value &&
    !("openapi" in source.value) &&
    !("swagger" in source.value)
    ? place
    : undefined;
}
