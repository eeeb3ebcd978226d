import { addressOptions, describeAddresses, parseAddress } from "./address.ts";
import { command, type Command } from "./command.ts";
import { findAppFile } from "./find-app-file.ts";
import { host } from "./host.ts";
import { runWorkers } from "./run-workers.ts";
import { parseWorkers } from "./workers-option.ts";

export const run: Command = command({
  name: "run",
  summary: "serve an application in production",
  description: [
    "Serves the application that the file exports (as default, or as app), without a watcher.",
    "TypeScript runs as it is; for the quickest start compile it and run the JavaScript.",
    "NODE_ENV is production unless it is set.",
    "With --workers that many processes share the port; one that ends is replaced, and SIGHUP restarts them one by one.",
  ].join("\n"),
  options: {
    ...addressOptions,
    export: { type: "string", value: "<name>", help: "name of the export that is the app" },
    workers: {
      type: "string",
      value: "<number>",
      help: "processes that share the port; auto: one for each processor",
    },
  },
  async run(file, values) {
    const path = findAppFile(file, process.cwd());
    const address = parseAddress(values, process.env);
    const workers = parseWorkers(values.workers);
    process.env.NODE_ENV ??= "production";
    const options = { file: path, exportName: values.export, ...address };
    if (workers !== undefined) return runWorkers(options, workers);
    const hosted = await host(options);
    process.stdout.write(describeAddresses(hosted.url, hosted.docs));
    return undefined;
  },
});
