import { dirname, extname, relative, resolve } from "node:path";
import { importExports } from "waymark/internal";
import { checkAgainst } from "./check-schema.ts";
import type { GatewayConfig } from "./config.ts";
import { configSchema } from "./config-schema.ts";
import { importFault } from "./import-fault.ts";
import { withEnvironment, type Environment } from "./environment.ts";
import { readSource } from "../documents/read-source.ts";
import { sourceOf, type SourceFile } from "../documents/source-file.ts";
import { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import { ConfigurationError } from "../configuration-error.ts";
import { Findings } from "../findings.ts";
import type { Origin } from "../snapshot.ts";

/** A configuration that is in order, and where it came from. */
export interface LoadedConfig {
  readonly config: GatewayConfig;
  readonly source: SourceFile;
  /** What its files are relative to. */
  readonly folder: string;
}

export interface ConfigOptions {
  /** Default: that of the process. */
  readonly environment?: Environment;
  /** What files are shown relative to. Default: the current one. */
  readonly directory?: string;
}

/**
 * Reads gateway.yaml, gateway.json or gateway.config.ts. Rejects with a `ConfigurationError` that names every mistake with
 * its line.
 */
export async function loadConfig(file: string, options: ConfigOptions = {}): Promise<LoadedConfig> {
  const { environment = process.env, directory = process.cwd() } = options;
  const findings = new Findings();
  const path = resolve(directory, file);
  const shownAs = relative(directory, path);
  const written = isModule(path)
    ? await importConfig(path, shownAs, findings)
    : await readSource(path, shownAs, findings, null);
  if (written === undefined) throw new ConfigurationError(findings.mistakes);
  const source = withEnvironment(written, environment, findings);
  checkAgainst(
    configSchema(),
    new Spot({ main: source, siblings: new Map(), overlays: [] }, source, source.value, ""),
    findings,
  );
  if (findings.mistakes.length > 0) throw new ConfigurationError(findings.mistakes);
  return { config: { ...(source.value as GatewayConfig), environment }, source, folder: dirname(path) };
}

export function isModule(path: string): boolean {
  return /^\.[cm]?[jt]s$/.test(extname(path));
}

let count = 0;

/** Read again after a change, it is another module. */
async function importConfig(
  path: string,
  shownAs: string,
  findings: Findings,
): Promise<SourceFile | undefined> {
  const at = (line: number | null, file = shownAs): Origin => ({ file, line, pointer: "" });
  try {
    const { default: config } = await importExports(path, count++ === 0 ? {} : { edition: String(count) });
    if (config !== undefined) return sourceOf(config, shownAs, path);
    return findings.mistake(wrong.unreadableFile("it has no default export"), at(null));
  } catch (error) {
    const { reason, place } = importFault(error);
    const file = place === undefined || place.file === path ? shownAs : relative(dirname(path), place.file);
    return findings.mistake(
      wrong.unusableModule(`it cannot be loaded: ${reason}`),
      at(place?.line ?? null, file),
    );
  }
}
