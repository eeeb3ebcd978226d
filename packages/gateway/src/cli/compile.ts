import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ConfigurationError } from "../configuration-error.ts";
import { snapshotText } from "../config/stored-snapshot.ts";
import { CHECKED, loaded } from "./load.ts";
import type { SubCommand } from "./sub-command.ts";

export const compile: SubCommand = {
  name: "compile",
  usage: "[gateway.yaml | documents…]",
  summary: "print the snapshot that the gateway would run",
  description: [
    "Prints the snapshot as JSON: what diff and check --against compare with, and waymark gateway deployed.json runs. The same",
    "files give the same bytes. Paths of modules, keys and certificates stay relative to the folder of the configuration.",
  ].join("\n"),
  options: { out: { type: "string", short: "o", value: "<file>", help: "write it to a file instead" } },
  async run(places, { out }, output) {
    const { snapshot, mistakes, folder } = await loaded(places, output, CHECKED);
    if (snapshot === undefined) throw new ConfigurationError(mistakes);
    const file = resolve(output.directory, typeof out === "string" ? out : "snapshot.json");
    const text = snapshotText(snapshot, folder, file);
    if (typeof out === "string") await writeFile(file, text);
    else output.out(text);
    return 0;
  },
};
