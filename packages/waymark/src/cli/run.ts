import { addressOptions, describeAddresses, parseAddress } from "./address.ts";
import { command, type Command } from "./command.ts";
import { findAppFile } from "./find-app-file.ts";
import { host } from "./host.ts";

export const run: Command = command({
  name: "run",
  summary: "serve an application in production",
  description: [
    "Serves the application that the file exports (as default, or as app), without a watcher.",
    "TypeScript runs as it is; for the quickest start compile it and run the JavaScript.",
    "NODE_ENV is production unless it is set.",
  ].join("\n"),
  options: {
    ...addressOptions,
    export: { type: "string", value: "<name>", help: "name of the export that is the app" },
  },
  async run(file, values) {
    const path = findAppFile(file, process.cwd());
    const address = parseAddress(values, process.env);
    process.env.NODE_ENV ??= "production";
    const hosted = await host({ file: path, exportName: values.export, ...address });
    process.stdout.write(describeAddresses(hosted.url, hosted.docs));
    return undefined;
  },
});
