import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ConfigurationError } from "../mistakes.ts";
import { loaded } from "./load.ts";
import type { SubCommand } from "./sub-command.ts";

export const compile: SubCommand = {
  name: "compile",
  usage: "[gateway.yaml | documents…]",
  summary: "print the snapshot that the gateway would run",
  description:
    "Prints the snapshot as JSON: what diff and check --against compare with. The same files give the same bytes.",
  options: { out: { type: "string", short: "o", value: "<file>", help: "write it to a file instead" } },
  async run(places, { out }, output) {
    const { snapshot, mistakes } = await loaded(places, output);
    if (snapshot === undefined) throw new ConfigurationError(mistakes);
    const text = `${JSON.stringify(snapshot, null, 2)}\n`;
    if (typeof out === "string") await writeFile(resolve(output.directory, out), text);
    else output.out(text);
    return 0;
  },
};
