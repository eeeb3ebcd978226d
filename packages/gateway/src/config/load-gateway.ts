import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { nearest } from "waymark/internal";
import { tryCompile, type Compiled } from "../compile/compile.ts";
import { withModules } from "./with-modules.ts";
import { loadDocuments } from "../documents/load-documents.ts";
import type { Documents } from "../documents/loaded-document.ts";
import { readSource } from "../documents/read-source.ts";
import { isRecord } from "../documents/record.ts";
import { isAddress } from "../documents/resolve-file.ts";
import { sourceOf, type SourceFile } from "../documents/source-file.ts";
import { LastGood } from "../documents/last-good.ts";
import * as wrong from "../mistakes.ts";
import { ConfigurationError, type Mistake } from "../configuration-error.ts";
import { Findings } from "../findings.ts";
import { lastGoodFolder } from "./last-good-folder.ts";
import { changedModules } from "./with-modules.ts";
import { isSnapshot, storedSnapshot } from "./stored-snapshot.ts";
import { isModule, loadConfig, type ConfigOptions, type LoadedConfig } from "./load-config.ts";
import type { GatewayConfig } from "./config.ts";
import { zeroConfig, type ZeroOptions } from "./zero-config.ts";

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

export interface LoadGatewayOptions extends ConfigOptions {
  /**
   * Whether a document whose address does not answer may be what it was when a gateway was last made of it, and those of
   * this time are kept. Default: no, so that a check sees what there is.
   */
  readonly lastGood?: boolean;
  /** Of every service, where documents alone are named. */
  readonly zero?: ZeroOptions;
}

/**
 * What `waymark gateway` takes: one configuration, a snapshot that `compile` wrote, or documents alone (files, patterns,
 * addresses, modules); nothing stands for a configuration in the current folder. Rejects with a `ConfigurationError` for
 * files that cannot be had or read; what is wrong beyond that is in `mistakes`. Undefined where there is nothing to read.
 */
export async function loadGateway(
  places: readonly string[],
  options: LoadGatewayOptions = {},
): Promise<LoadedGateway | undefined> {
  const { directory = process.cwd(), environment = process.env } = options;
  const file = await mainFileOf(places, directory);
  if (file === undefined && places.length === 0) return undefined;
  if (file?.source !== undefined) return ofSnapshot(file.source);
  if (file !== undefined && options.zero?.authentication !== undefined)
    throw new ConfigurationError([{ ...wrong.onlyForDocuments(), origin: null }]);
  const loaded =
    file === undefined
      ? await ofDocuments(places, directory, environment, options.zero)
      : await loadConfig(file.path, options);
  const { config, source, folder } = loaded;
  const cache = options.lastGood === true ? lastGoodFolder(config, folder) : undefined;
  const lastGood = cache === undefined ? undefined : new LastGood(cache);
  const { documents, files, warnings } = await loadDocuments(config, {
    folder,
    directory,
    source,
    ...(lastGood !== undefined && { lastGood }),
  });
  const compiled = await withModules(tryCompile(config, documents, source), folder);
  const told = compiled.snapshot === undefined ? [] : await keep(lastGood, config, source);
  const own = file === undefined ? [] : [resolve(directory, file.path)];
  const { modules, applications } = compiled;
  return {
    ...loaded,
    ...compiled,
    warnings: [...warnings, ...told, ...compiled.warnings],
    documents,
    files: [...own, ...files, ...modules, ...applications],
  };
}

/** Without a place to write there is no copy: a mistake of those who named one. */
async function keep(
  lastGood: LastGood | undefined,
  { documents }: GatewayConfig,
  source: SourceFile,
): Promise<readonly Mistake[]> {
  const findings = new Findings();
  try {
    await lastGood?.keep();
  } catch (error) {
    if (documents?.cache !== undefined)
      findings.warn(wrong.unwritableCache((error as Error).message), source.originOf("/documents/cache"));
  }
  return findings.warnings;
}

/** Nothing is read again but the modules that it names. */
async function ofSnapshot(source: SourceFile): Promise<LoadedGateway> {
  const { snapshot, folder } = storedSnapshot(source);
  const compiled = await withModules({ snapshot, mistakes: [], warnings: [] }, folder);
  const { modules, applications } = compiled;
  const findings = new Findings();
  for (const path of changedModules(snapshot, compiled.snapshot))
    findings.warn(wrong.changedModule(path), source.originOf(""));
  return {
    ...compiled,
    warnings: findings.warnings,
    config: { services: {} },
    source,
    folder,
    documents: {},
    files: [source.base, ...modules, ...applications],
  };
}

async function ofDocuments(
  places: readonly string[],
  directory: string,
  environment: NonNullable<ConfigOptions["environment"]>,
  zero?: ZeroOptions,
): Promise<LoadedConfig> {
  const config = await zeroConfig(places, directory, zero);
  return {
    config: { ...config, environment },
    source: sourceOf(config, "the command line"),
    folder: directory,
  };
}

interface MainFile {
  readonly path: string;
  /** Read already, of a snapshot. */
  readonly source?: SourceFile;
}

/** The file among the arguments that is a configuration or a snapshot, and no document. */
async function mainFileOf(places: readonly string[], directory: string): Promise<MainFile | undefined> {
  const isNamed = places.length > 0;
  const path = isNamed ? places[0] : CONFIG_FILES.find((name) => existsSync(join(directory, name)));
  if (path === undefined || places.length > 1 || isAddress(path) || /[*?]|^ts:/.test(path)) return undefined;
  const isOurs = !isNamed || /(?:^|[/.])gateway(?:\.config)?\.[cm]?[jt]s$/.test(path);
  if (isModule(path)) return isOurs ? { path } : undefined;
  const source = await readSource(resolve(directory, path), path, new Findings(), null);
  if (isSnapshot(source?.value)) return { path, source: source! };
  return isOurs || isConfiguration(source?.value) ? { path } : undefined;
}

/** Also one whose `services` are misspelt: its mistakes say more than that it is no document. */
function isConfiguration(value: unknown): boolean {
  if (!isRecord(value) || "openapi" in value || "swagger" in value) return false;
  return Object.keys(value).some((key) => OWN_KEYS.has(key) || nearest(key, ["services"]) !== undefined);
}

const OWN_KEYS: ReadonlySet<string> = new Set(["services", "policies", "aliases", "consumers", "upstream"]);
