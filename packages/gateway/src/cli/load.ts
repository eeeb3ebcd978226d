import { misuse } from "waymark/internal";
import { CONFIG_FILES, loadGateway, type LoadedGateway } from "../config/load-gateway.ts";
import { isSnapshot } from "../config/stored-snapshot.ts";
import { ConfigurationError } from "../configuration-error.ts";
import { Findings } from "../findings.ts";
import { readSource } from "../documents/read-source.ts";
import type { Snapshot } from "../snapshot.ts";
import { resolve } from "node:path";
import { missingFiles, missingNames } from "./missing-files.ts";
import type { Output } from "./sub-command.ts";

/** Of what is looked at and not run: as it is now, copies of former documents aside. */
export const CHECKED: LoadedWith = { lastGood: false };

interface LoadedWith {
  readonly lastGood: boolean;
}

/** The gateway that arguments name. Throws a `CliError` where they name none. */
export async function loaded(
  places: readonly string[],
  { directory, environment, zero = {} }: Output,
  { lastGood }: LoadedWith = { lastGood: true },
): Promise<LoadedGateway> {
  const gateway = await loadGateway(places, { directory, environment, lastGood, zero });
  if (gateway !== undefined) return gateway;
  throw misuse(
    "There is no configuration here.",
    `Name documents (waymark gateway ./specs/*.yaml), or write one of ${CONFIG_FILES.join(", ")}.`,
  );
}

/** The same, with the name of its Redis and every certificate and key that its services need. Rejects with a `ConfigurationError` that names the others. */
export async function loadedToRun(places: readonly string[], output: Output): Promise<LoadedGateway> {
  const gateway = await loaded(places, output);
  const { snapshot } = gateway;
  const missing =
    snapshot === undefined ? [] : [...missingNames(snapshot, gateway), ...missingFiles(snapshot, gateway)];
  if (missing.length > 0) throw new ConfigurationError(missing);
  return gateway;
}

/**
 * To compare with: a snapshot that was written by `waymark gateway compile` or comes from an admin port, whose modules need
 * not be here; or one that is made of a configuration or a document now.
 */
export async function loadedSnapshot(place: string, output: Output): Promise<Snapshot> {
  const isAddress = /^https?:\/\//i.test(place);
  if (isAddress || /\.json$/.test(place)) {
    const base = isAddress ? place : resolve(output.directory, place);
    const source = await readSource(base, place, new Findings(), null);
    if (isSnapshot(source?.value)) return source!.value as Snapshot;
  }
  const { snapshot, mistakes } = await loaded([place], output, CHECKED);
  if (snapshot === undefined) throw new ConfigurationError(mistakes);
  return snapshot;
}
