import { misuse } from "waymark/internal";
import { CONFIG_FILES, loadGateway, type LoadedGateway } from "../config/load-gateway.ts";
import type { Snapshot } from "../snapshot.ts";
import { ConfigurationError } from "../mistakes.ts";
import { readSource } from "../documents/read-source.ts";
import { isRecord } from "../documents/record.ts";
import { Findings } from "../mistakes.ts";
import { resolve } from "node:path";
import type { Output } from "./sub-command.ts";

/** The gateway that arguments name. Throws a `CliError` where they name none. */
export async function loaded(
  places: readonly string[],
  { directory, environment }: Output,
): Promise<LoadedGateway> {
  const gateway = await loadGateway(places, { directory, environment });
  if (gateway !== undefined) return gateway;
  throw misuse(
    "There is no configuration here.",
    `Name documents (waymark gateway ./specs/*.yaml), or write one of ${CONFIG_FILES.join(", ")}.`,
  );
}

/** A snapshot that was written by `waymark gateway compile`, or one that is made of a configuration or a document now. */
export async function loadedSnapshot(place: string, output: Output): Promise<Snapshot> {
  if (/\.json$/.test(place)) {
    const source = await readSource(resolve(output.directory, place), place, new Findings(), null);
    if (isRecord(source?.value) && source.value["format"] === 1 && typeof source.value["hash"] === "string")
      return source.value as unknown as Snapshot;
  }
  const { snapshot, mistakes } = await loaded([place], output);
  if (snapshot === undefined) throw new ConfigurationError(mistakes);
  return snapshot;
}
