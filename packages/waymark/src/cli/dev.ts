import { addressOptions, parseAddress } from "./address.ts";
import { command, type Command } from "./command.ts";
import { DevSession } from "./dev-session.ts";
import { findAppFile } from "./find-app-file.ts";

export const dev: Command = command({
  name: "dev",
  summary: "serve an application while you write it: restarts on save",
  description: [
    "Serves the application that the file exports (as default, or as app), and restarts it when a file that it is made of",
    "is saved. A mistake is shown, and the next save tries again. A file that calls serve() itself is restarted likewise.",
    "The application runs in development: WAYMARK_ENV=development, and NODE_ENV too unless it is set.",
  ].join("\n"),
  options: {
    ...addressOptions,
    export: { type: "string", value: "<name>", help: "name of the export that is the app" },
  },
  run(file, values) {
    const path = findAppFile(file, process.cwd());
    return new DevSession({ file: path, exportName: values.export, ...parseAddress(values, process.env) })
      .done;
  },
});
